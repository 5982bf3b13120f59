"""A slim scrollbar that follows the theme; Tk's own does not on every system."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

from hotdish_menu.ui.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotdish_menu.ui.style import Style

WIDTH = 14
_SHORTEST = 28


class Scrollbar(tk.Canvas):
    """Shows which part of something is seen, and lets it be dragged."""

    def __init__(self, parent: tk.Misc, style: Style, move_to: Callable[[float], None]) -> None:
        # As high as what it scrolls, however little that is.
        super().__init__(
            parent, width=style.px(WIDTH), height=1, highlightthickness=0, bd=0, takefocus=0
        )
        self._style = style
        self._move_to = move_to
        self._first, self._last = 0.0, 1.0
        self._grip: float | None = None
        self._thumb = self.create_image(0, 0, anchor="nw")
        self.bind("<Configure>", lambda _event: self._draw())
        self.bind("<ButtonPress-1>", self._press)
        self.bind("<B1-Motion>", self._drag)
        self.bind("<ButtonRelease-1>", lambda _event: self._release())

    def set(self, first: float | str, last: float | str) -> None:
        """Say which part is seen, from 0 to 1; all of it shows no thumb."""
        if (self._first, self._last) != (float(first), float(last)):
            self._first, self._last = float(first), float(last)
            self._draw()

    def restyle(self) -> None:
        """Follow a change of theme or zoom."""
        self.configure(width=self._style.px(WIDTH), bg=self._style.palette.paper)
        self._draw()

    def _span(self) -> tuple[float, float]:
        """Give the upper and lower end of the thumb, in pixels."""
        height = max(1, self.winfo_height())
        length = max(self._style.px(_SHORTEST), (self._last - self._first) * height)
        room = 1 - (self._last - self._first)
        top = (self._first / room if room > 0 else 0.0) * (height - length)
        return top, top + length

    def _draw(self) -> None:
        self.configure(bg=self._style.palette.paper)
        top, bottom = self._span()
        if self._last - self._first >= 1 or bottom - top > self.winfo_height():
            self.itemconfigure(self._thumb, state="hidden", image="")
            return
        width = self._style.px(6)
        palette = self._style.palette
        fill = palette.quiet if self._grip is not None else palette.line
        shape = Shape(width, max(width, round(bottom - top)), width // 2, fill)
        # Tk does not keep an image alive; whoever shows it has to.
        self._shown_image = self._style.image(shape)
        self.itemconfigure(self._thumb, state="normal", image=self._shown_image)
        self.coords(self._thumb, (self._style.px(WIDTH) - width) // 2, top)

    def _press(self, event: tk.Event[tk.Misc]) -> None:
        top, bottom = self._span()
        self._grip = event.y - top if top <= event.y <= bottom else (bottom - top) / 2
        self._drag(event)

    def _drag(self, event: tk.Event[tk.Misc]) -> None:
        top, bottom = self._span()
        room = self.winfo_height() - (bottom - top)
        if self._grip is None or room <= 0:
            return
        share = min(1.0, max(0.0, (event.y - self._grip) / room))
        self._move_to(share * (1 - (self._last - self._first)))

    def _release(self) -> None:
        self._grip = None
        self._draw()
