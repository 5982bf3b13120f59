"""How wide the columns are and how high each line is; a line is measured once, when it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hotdish_menu.ui import cell as cells

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from hotdish_menu.model import Item
    from hotdish_menu.ui.cell import Note
    from hotdish_menu.ui.lines import Line
    from hotdish_menu.ui.style import Style

ROW_GAP = 8
HEADING_ABOVE = 18
HEADING_BELOW = 8
COLUMN_GAP = 20
# In narrower columns the description stands below the button.
_NARROWEST_BESIDE = 320
_NARROWEST = 120


class Columns(NamedTuple):
    """The widths in a line, in pixels."""

    column: int
    button: int
    text: int
    """0: the text stands below the button, not beside it."""


class Measured(NamedTuple):
    """The height of a line, and for each of its items that of the button and of the text."""

    height: int
    items: tuple[tuple[int, int], ...] = ()


class Ruler:
    """Measures on a canvas, by a text that is never seen."""

    def __init__(
        self, canvas: tk.Canvas, style: Style, note_of: Callable[[Item], Note | None]
    ) -> None:
        self.width = 0
        self._canvas = canvas
        self._style = style
        self._note_of = note_of
        self._text = canvas.create_text(-9999, -9999, anchor="nw", state="hidden")
        self._known: dict[int, Measured] = {}

    def forget(self) -> None:
        """Measure everything anew when it is next seen."""
        self._known.clear()

    def fit(self, width: int) -> None:
        """Measure for lists of this width from now on."""
        if width != self.width:
            self.width = width
            self.forget()

    def room(self) -> int:
        """Give the width that headings have."""
        margin = self._style.px(cells.MARGIN)
        return max(self._style.px(_NARROWEST), self.width - 2 * margin)

    def columns(self) -> Columns:
        """Give the widths in every line."""
        px, n = self._style.px, self._style.settings.n_columns
        column = (self.room() - (n - 1) * px(COLUMN_GAP)) // n
        if column < px(_NARROWEST_BESIDE) and n > 1:
            return Columns(column, column, 0)
        button = min(px(cells.BUTTON_WIDTH), column // 2)
        return Columns(column, button, column - button - px(cells.TEXT_GAP))

    def measure(self, index: int, line: Line) -> Measured:
        """Measure a line, unless that was done before."""
        if index not in self._known:
            if line.heading:
                self._known[index] = self._measure_heading(index, line.heading)
            elif line.items:
                self._known[index] = self._measure_items(line.items)
            else:
                self._known[index] = Measured(self._style.px(HEADING_ABOVE))
        return self._known[index]

    def _measure_heading(self, index: int, heading: str) -> Measured:
        above = self._style.px(HEADING_ABOVE) if index else 0
        text = self._text_height(heading, "heading", self.room())
        return Measured(above + text + self._style.px(HEADING_BELOW))

    def _measure_items(self, items: tuple[Item, ...]) -> Measured:
        columns = self.columns()
        sizes = [self._measure_item(item, columns) for item in items]
        below = [
            text + self._style.px(cells.PADDING / 2) if text and not columns.text else 0
            for _, text in sizes
        ]
        tallest = max(button + more for (button, _), more in zip(sizes, below, strict=True))
        return Measured(tallest + self._style.px(ROW_GAP), tuple(sizes))

    def _measure_item(self, item: Item, columns: Columns) -> tuple[int, int]:
        style = self._style
        padding = 2 * style.px(cells.PADDING)
        label = self._text_height(item.name, "base", columns.button - padding)
        text = self._text_height(cells.description_of(item), "base", columns.text or columns.button)
        if self._note_of(item):
            text += style.font("small").metrics("linespace") + style.px(2)
        button = max(style.px(cells.BUTTON_HEIGHT), label + padding)
        return (max(button, text) if columns.text else button), text

    def _text_height(self, text: str, font: str, width: int) -> int:
        if not text:
            return 0
        self._canvas.itemconfigure(
            self._text, text=text, font=self._style.font(font), width=max(1, width), state="normal"
        )
        _, top, _, bottom = self._canvas.bbox(self._text)
        self._canvas.itemconfigure(self._text, state="hidden")
        return bottom - top
