"""The one line at the foot of the window that says how things stand."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotdish_menu.model import Menu
    from hotdish_menu.ui.style import Style


class StatusLine(tk.Label):
    """Says what went wrong last; else what is wrong with the file; else how much there is."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent, anchor="w", bd=0, padx=0, font=style.font("small"))
        self._style = style
        self._trouble = ""

    def complain(self, trouble: str) -> None:
        """Keep a sentence on what went wrong, until it is called with an empty one."""
        self._trouble = trouble

    def tell(self, menu: Menu, n_running: int) -> None:
        """Say how things stand now."""
        palette = self._style.palette
        self.configure(bg=palette.paper)
        if self._trouble:
            self.configure(text=self._trouble, fg=palette.bad)
        elif menu.errors:
            self.configure(text=_first_error(menu), fg=palette.bad)
        else:
            self.configure(text=_count(menu, n_running), fg=palette.quiet)


def _first_error(menu: Menu) -> str:
    n_more = len(menu.errors) - 1
    more = f" (and {n_more} more: hotdish-menu check {menu.file_name})" if n_more else ""
    return f"{menu.file_name}, {menu.errors[0]}{more}"


def _count(menu: Menu, n_running: int) -> str:
    n_items = sum(len(section.items) for section in menu.sections)
    # Before the rest of a long file is read, there are more than can be told.
    more = "" if menu.is_whole else "+"
    running = f" · {n_running} running" if n_running else ""
    return f"{n_items}{more} item{'' if n_items == 1 else 's'} · {menu.file_name}{running}"
