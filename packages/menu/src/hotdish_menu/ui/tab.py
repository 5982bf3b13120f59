"""The text that one run has written; it follows the newest unless an older place is read."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotdish_menu.run import Run
    from hotdish_menu.ui.style import Style

# What a text widget can hold and still be quick; the log has the rest.
LINES_KEPT = 5000
_AT_END = 0.999


class Tab:
    """One run and the text it has written."""

    def __init__(self, parent: tk.Misc, style: Style, run: Run) -> None:
        self.run = run
        self.has_ended = False
        self._style = style
        self._is_following = True
        self.text = tk.Text(
            parent,
            relief="flat",
            bd=0,
            font=style.font("mono"),
            wrap="char",
            state="disabled",
            takefocus=1,
            height=1,
            width=1,
        )
        # A disabled text takes no focus by mouse on every system, and copying needs it.
        self.text.bind("<Button-1>", lambda _event: self.text.focus_set(), add=True)
        self.text.bind("<Configure>", lambda _event: self._follow())
        for event in ("<MouseWheel>", "<Button-4>", "<Button-5>", "<Key>", "<B1-Motion>"):
            self.text.bind(event, lambda _event: self.text.after_idle(self._note_place), add=True)

    def add(self, text: str) -> None:
        """Put new text at the end."""
        if not text:
            return
        widget = self.text
        widget.configure(state="normal")
        if text.startswith("\r"):
            widget.delete("end-1c linestart", "end-1c")
        widget.insert("end", text.removeprefix("\r"))
        n_lines = int(widget.index("end-1c").split(".")[0])
        if n_lines > LINES_KEPT:
            widget.delete("1.0", f"{n_lines - LINES_KEPT}.0")
        widget.configure(state="disabled")
        self._follow()

    def everything(self) -> str:
        """Give all text that is shown."""
        return self.text.get("1.0", "end-1c")

    def move_to(self, share: float) -> None:
        """Scroll so that this share of the text is above."""
        self.text.yview_moveto(share)
        self._note_place()

    def restyle(self) -> None:
        """Follow a change of theme or zoom."""
        palette, px = self._style.palette, self._style.px
        self.text.configure(
            bg=palette.card,
            fg=palette.ink,
            insertbackground=palette.hot,
            selectbackground=palette.mark,
            selectforeground=palette.ink,
            highlightthickness=max(2, px(2)),
            highlightbackground=palette.card,
            highlightcolor=palette.hot,
            padx=px(8),
            pady=px(6),
        )

    def _note_place(self) -> None:
        """See whether the reader has left the newest text, or has come back to it."""
        self._is_following = self.text.yview()[1] >= _AT_END

    def _follow(self) -> None:
        if self._is_following:
            self.text.see("end")
