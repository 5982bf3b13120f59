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
        self._text = ""
        self.bind("<Configure>", lambda _event: self._fit())

    def complain(self, trouble: str) -> None:
        """Keep a sentence on what went wrong, until it is called with an empty one."""
        self._trouble = trouble

    def tell(self, menu: Menu, n_shown: int, n_running: int) -> None:
        """Say how things stand now."""
        palette = self._style.palette
        is_bad = bool(self._trouble or menu.errors)
        self.configure(bg=palette.paper, fg=palette.bad if is_bad else palette.quiet)
        if self._trouble:
            self._text = self._trouble
        else:
            self._text = _first_error(menu) if menu.errors else _count(menu, n_shown, n_running)
        self._fit()

    def _fit(self) -> None:
        """Cut the text where the line ends, so that it is seen to be cut."""
        font, width = self._style.font("small"), self.winfo_width()
        text = self._text
        if width > 1 and font.measure(text) > width:
            n_kept = len(text)
            while n_kept and font.measure(text[:n_kept] + "…") > width:
                n_kept -= 1
            text = text[:n_kept].rstrip() + "…"
        self.configure(text=text)


def _first_error(menu: Menu) -> str:
    n_more = len(menu.errors) - 1
    more = f"{n_more + 1} errors, the first: " if n_more else ""
    return f"{menu.file_name}, {more}{menu.errors[0]}"


def _count(menu: Menu, n_shown: int, n_running: int) -> str:
    n_items = sum(len(section.items) for section in menu.sections)
    # Before the rest of a long file is read, there are more than can be told.
    more = "" if menu.is_whole else "+"
    of_all = "" if n_shown == n_items else f"{n_shown:,} of "
    running = f" · {n_running} running" if n_running else ""
    items = "item" if n_items == 1 else "items"
    return f"{of_all}{n_items:,}{more} {items} · {menu.file_name}{running}"
