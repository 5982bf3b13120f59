"""A command as it will be started, to be read before one agrees to it: all of it, however long."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

from hotdish_menu.ui.scrollbar import WIDTH as SCROLLBAR_WIDTH
from hotdish_menu.ui.scrollbar import Scrollbar

if TYPE_CHECKING:
    from hotdish_menu.ui.style import Style

_FEWEST_LINES, _MOST_LINES = 3, 12


class CommandText(tk.Frame):
    """A text as high as what it shows; beyond twelve lines it is scrolled."""

    def __init__(self, parent: tk.Misc, style: Style, width: int) -> None:
        palette = style.palette
        super().__init__(parent, bg=palette.card, bd=0)
        font = style.font("mono")
        room = width - style.px(SCROLLBAR_WIDTH) - 2 * style.px(10)
        self._n_columns = max(1, room // font.measure("0"))
        self._scrollbar = Scrollbar(self, style, self._move_to)
        self._text = tk.Text(
            self,
            height=_FEWEST_LINES,
            width=self._n_columns,
            wrap="char",
            font=font,
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
        self._text.pack(side="left", fill="both", expand=True)

    def show(self, text: str) -> None:
        """Show another command."""
        n_lines = sum(1 + max(0, len(line) - 1) // self._n_columns for line in text.split("\n"))
        self._text.configure(state="normal", height=min(max(n_lines, _FEWEST_LINES), _MOST_LINES))
        self._text.delete("1.0", "end")
        self._text.insert("1.0", text)
        self._text.configure(state="disabled")
        if n_lines > _MOST_LINES:
            self._scrollbar.pack(side="right", fill="y", before=self._text)
        else:
            self._scrollbar.pack_forget()

    def _move_to(self, share: float) -> None:
        self._text.yview_moveto(share)
