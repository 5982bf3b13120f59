"""The list above, the output below; the border between them can be dragged."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotdish_menu.run import Run
    from hotdish_menu.ui.pane import OutputPane
    from hotdish_menu.ui.style import Style

# In a low window the output takes more, or there would be no room for its text.
_PANE_SHARE, _PANE_LARGEST_SHARE = 0.42, 0.6
_PANE_WANTED = 240
_PANE_SMALLEST = 120
_SLIDE_STEPS = 6
_SLIDE_MS = 16


class Split(tk.PanedWindow):
    """Holds the list, and the output as long as there is any."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent, orient="vertical", bd=0, opaqueresize=True)
        self.pane: OutputPane | None = None
        self._style = style

    def restyle(self) -> None:
        """Follow a change of theme or zoom."""
        px = self._style.px
        self.configure(bg=self._style.palette.paper, sashwidth=px(7), sashrelief="flat")
        if self.pane:
            self.pane.restyle()

    def open(
        self,
        start_again: Callable[[Run], object],
        open_log: Callable[[Path], object],
        close: Callable[[], object],
    ) -> OutputPane:
        """Give the output; it slides up unless it is there."""
        if self.pane is None:
            from hotdish_menu.ui.pane import Actions, OutputPane  # noqa: PLC0415 - after a start

            self.pane = OutputPane(self, self._style, Actions(start_again, open_log, close))
        if not self.pane.winfo_manager():
            smallest = self._style.px(_PANE_SMALLEST)
            self.add(self.pane, stretch="never", minsize=smallest, height=1)
            self._slide(self.pane, 1)
        return self.pane

    def close(self) -> None:
        """Give the output's room back to the list."""
        if self.pane and self.pane.winfo_manager():
            self.forget(self.pane)

    def pump(self) -> list[Run]:
        """Show what running scripts have written; gives those that have ended meanwhile."""
        return self.pane.pump() if self.pane else []

    def _slide(self, pane: OutputPane, step: int) -> None:
        if not pane.winfo_manager():
            return
        wanted = min(self._style.px(_PANE_WANTED), self.winfo_height() * _PANE_LARGEST_SHARE)
        goal = int(max(self.winfo_height() * _PANE_SHARE, wanted))
        height = max(1, goal * step // _SLIDE_STEPS)
        self.tk.call(self, "paneconfigure", pane, "-height", height)
        if step < _SLIDE_STEPS:
            self.after(_SLIDE_MS, self._slide, pane, step + 1)
