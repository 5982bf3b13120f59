"""The list above, the output below; the border between them can be dragged."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotdish_menu.ui.pane import OutputPane
    from hotdish_menu.ui.style import Style

_PANE_SHARE = 0.42
_PANE_SMALLEST = 120
_SLIDE_STEPS = 6
_SLIDE_MS = 16


class Split(tk.PanedWindow):
    """Holds the list, and the output as long as there is any."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent, orient="vertical", bd=0, opaqueresize=True)
        self._style = style

    def restyle(self) -> None:
        """Follow a change of theme or zoom."""
        px = self._style.px
        self.configure(bg=self._style.palette.paper, sashwidth=px(7), sashrelief="flat")

    def open(self, pane: OutputPane) -> None:
        """Let the output slide up, unless it is there."""
        if not pane.winfo_manager():
            smallest = self._style.px(_PANE_SMALLEST)
            self.add(pane, stretch="never", minsize=smallest, height=1)
            self._slide(pane, 1)

    def close(self, pane: OutputPane) -> None:
        """Give the output's room back to the list."""
        if pane.winfo_manager():
            self.forget(pane)

    def _slide(self, pane: OutputPane, step: int) -> None:
        if not pane.winfo_manager():
            return
        goal = int(self.winfo_height() * _PANE_SHARE)
        height = max(1, goal * step // _SLIDE_STEPS)
        self.tk.call(self, "paneconfigure", pane, "-height", height)
        if step < _SLIDE_STEPS:
            self.after(_SLIDE_MS, self._slide, pane, step + 1)
