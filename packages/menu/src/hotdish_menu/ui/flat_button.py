"""A quiet button of words only, for toolbars and dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotdish_menu.ui.cell import make_button
from hotdish_menu.ui.shapes import Shape

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from hotdish_menu.ui.style import Style


class FlatButton:
    """Words that can be pressed by mouse, Return and space; a ring shows the focus."""

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        text: str,
        action: Callable[[], object],
        *,
        is_main: bool = False,
    ) -> None:
        self.widget = make_button(parent, self._press)
        self._style = style
        self._action = action
        self._is_main = is_main
        self._is_focused = self._is_under_mouse = False
        self._is_on = True
        self._text = text
        bind = self.widget.bind
        bind("<Return>", self._press)
        bind("<KP_Enter>", self._press)
        bind("<space>", self._press)
        bind("<Enter>", lambda _event: self._set(is_under_mouse=True), add=True)
        bind("<Leave>", lambda _event: self._set(is_under_mouse=False), add=True)
        bind("<FocusIn>", lambda _event: self._set(is_focused=True), add=True)
        bind("<FocusOut>", lambda _event: self._set(is_focused=False), add=True)
        self.restyle()

    def say(self, text: str, *, is_main: bool) -> None:
        """Change the words, and whether it is the main one of its row."""
        if (text, is_main) != (self._text, self._is_main):
            self._text, self._is_main = text, is_main
            self.restyle()

    def enable(self, *, is_on: bool) -> None:
        """Let the button be pressed, or not."""
        if is_on != self._is_on:
            self._is_on = is_on
            self.widget.configure(takefocus=1 if is_on else 0)
            self.restyle()

    def restyle(self) -> None:
        """Follow a change of theme, zoom or state."""
        style, palette = self._style, self._style.palette
        font = style.font("base")
        fill, ink = self._colors()
        shape = Shape(
            width=font.measure(self._text) + style.px(28),
            height=font.metrics("linespace") + style.px(16),
            radius=style.px(5),
            fill=fill,
            border=palette.line,
            border_width=max(1, style.px(1)),
            ring=palette.hot if self._is_focused else "",
            ring_width=max(2, style.px(2)),
            margin=style.px(3),
        )
        image = style.image(shape)
        self.widget.configure(
            text=self._text,
            font=font,
            image=image,
            fg=ink,
            activeforeground=ink,
            bg=palette.paper,
            activebackground=palette.paper,
            cursor="hand2" if self._is_on else "",
        )
        # Tk does not keep an image alive; whoever shows it has to.
        self._shown_image = image

    def _colors(self) -> tuple[str, str]:
        """Give the colours of face and words."""
        palette = self._style.palette
        if self._is_main and palette.button == palette.paper:
            # In high contrast the author's colours give way, so the main one is turned inside out.
            return palette.ink, palette.paper
        if self._is_main:
            face = palette.button_hover if self._is_under_mouse else palette.button
            return face, palette.button_ink
        if not self._is_on:
            return palette.card, palette.off
        return palette.hover if self._is_under_mouse else palette.card, palette.ink

    def _press(self, _event: object = None) -> str:
        if self._is_on:
            self._action()
        return "break"

    def _set(self, *, is_focused: bool | None = None, is_under_mouse: bool | None = None) -> None:
        self._is_focused = self._is_focused if is_focused is None else is_focused
        self._is_under_mouse = self._is_under_mouse if is_under_mouse is None else is_under_mouse
        self.restyle()
