"""An entry with a rounded frame that turns hot when it has the focus."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

from hotdish_menu.ui.shapes import Shape

if TYPE_CHECKING:
    from hotdish_menu.ui.style import Style

HEIGHT = 38
_INSET = 12


class Field(tk.Canvas):
    """A one-line entry; `hint` is shown while it is empty."""

    def __init__(
        self, parent: tk.Misc, style: Style, *, hint: str = "", hidden_by: str = ""
    ) -> None:
        super().__init__(parent, highlightthickness=0, bd=0, takefocus=0)
        self._style = style
        self.variable = tk.StringVar(self)
        self.entry = tk.Entry(
            self,
            textvariable=self.variable,
            relief="flat",
            bd=0,
            highlightthickness=0,
            font=style.font("base"),
            show=hidden_by,
        )
        self._frame = self.create_image(0, 0, anchor="nw")
        self._window = self.create_window(0, 0, window=self.entry, anchor="w")
        self._hint = tk.Label(self.entry, text=hint, bd=0, padx=0, pady=0, font=style.font("base"))
        self._hint.bind("<Button-1>", lambda _event: self.entry.focus_set())
        self.bind("<Button-1>", lambda _event: self.entry.focus_set())
        self.bind("<Configure>", lambda _event: self._draw())
        self.entry.bind("<FocusIn>", lambda _event: self._draw(), add=True)
        self.entry.bind("<FocusOut>", lambda _event: self._draw(), add=True)
        self.variable.trace_add("write", lambda *_: self._show_hint())
        self.restyle()

    def restyle(self) -> None:
        """Follow a change of theme or zoom."""
        palette = self._style.palette
        self.configure(height=self._style.px(HEIGHT), width=self._style.px(240), bg=palette.paper)
        self.entry.configure(
            bg=palette.card,
            fg=palette.ink,
            insertbackground=palette.hot,
            insertwidth=max(2, self._style.px(2)),
            selectbackground=palette.mark,
            selectforeground=palette.ink,
            disabledbackground=palette.card,
        )
        self._hint.configure(bg=palette.card, fg=palette.quiet)
        self._show_hint()
        self._draw()

    def _show_hint(self) -> None:
        if self.variable.get() or not self._hint.cget("text"):
            self._hint.place_forget()
        else:
            self._hint.place(x=self._style.px(3), rely=0.5, anchor="w")

    def _draw(self) -> None:
        style, palette = self._style, self._style.palette
        width, height = self.winfo_width(), style.px(HEIGHT)
        if width <= 1:
            return
        has_focus = self.focus_get() is self.entry
        shape = Shape(
            width=width,
            height=height,
            radius=style.px(8),
            fill=palette.card,
            border=palette.hot if has_focus else palette.line,
            border_width=max(2, style.px(2)) if has_focus else max(1, style.px(1)),
        )
        image = style.image(shape)
        self.shown_image = image
        self.itemconfigure(self._frame, image=image)
        self.coords(self._window, style.px(_INSET), height // 2)
        self.itemconfigure(self._window, width=width - 2 * style.px(_INSET))
