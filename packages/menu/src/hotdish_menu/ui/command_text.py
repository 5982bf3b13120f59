"""A command as it will be started, to be read before one agrees to it: all of it, however long."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

from hotdish_menu.ui.scrollbar import Scrollbar

if TYPE_CHECKING:
    from hotdish_menu.ui.style import Style

_FEWEST_LINES, _MOST_LINES = 3, 12


class CommandText(tk.Frame):
    """A text that grows with what it shows; beyond twelve lines it is scrolled."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        palette = style.palette
        super().__init__(parent, bg=palette.card, bd=0)
        self._scrollbar = Scrollbar(self, style, self._move_to)
        self._text = tk.Text(
            self,
            height=_FEWEST_LINES,
            width=10,
            wrap="char",
            font=style.font("mono"),
            bg=palette.card,
            fg=palette.ink,
            selectbackground=palette.mark,
            selectforeground=palette.ink,
            relief="flat",
            bd=0,
            highlightthickness=max(2, style.px(2)),
            highlightbackground=palette.card,
            highlightcolor=palette.hot,
            padx=style.px(8),
            pady=style.px(6),
            state="disabled",
            yscrollcommand=self._scrollbar.set,
        )
        self._scrollbar.pack(side="right", fill="y")
        self._text.pack(side="left", fill="both", expand=True)
        self._text.bind("<Configure>", lambda _event: self._grow())

    def show(self, text: str) -> None:
        """Show another command."""
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        self._text.insert("1.0", text)
        self._text.configure(state="disabled")
        self._grow()

    def _move_to(self, share: float) -> None:
        self._text.yview_moveto(share)

    def _grow(self) -> None:
        if self._text.winfo_width() > 1:
            counted = self._text.count("1.0", "end", "displaylines")
            n_lines = counted[0] if isinstance(counted, tuple) else int(counted or 1)
            self._text.configure(height=min(max(n_lines, _FEWEST_LINES), _MOST_LINES))
