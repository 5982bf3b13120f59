"""The list of sections and buttons; only what can be seen exists.

The place is kept as the first line seen and how much of it is scrolled away, not as a distance
from the top: so no line has to be measured before it is looked at, and 10,000 rows open as fast
as ten.
"""

from __future__ import annotations

import tkinter as tk
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hotdish_menu.ui import cell as cells
from hotdish_menu.ui.cell import Cell, Note, Place, description_of
from hotdish_menu.ui.scrollbar import Scrollbar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hotdish_menu.model import Item, Section
    from hotdish_menu.ui.style import Style

_ROW_GAP = 8
_HEADING_ABOVE = 18
_HEADING_BELOW = 8
_COLUMN_GAP = 20
# In narrower columns the description stands below the button.
_NARROWEST_BESIDE = 320
_WHEEL_STEP = 60


class Line(NamedTuple):
    """One line of the list: a heading, or as many buttons as there are columns."""

    heading: str = ""
    items: tuple[Item, ...] = ()


class Choices(NamedTuple):
    """What the list asks for and tells of."""

    start: Callable[[Item], None]
    note_of: Callable[[Item], Note | None]
    leave: Callable[[str], None]
    """Called with what was typed when the keys leave the list for the search box."""


class Listing(tk.Frame):
    """Shows sections of buttons, scrolls them, and moves the focus among them by keys."""

    def __init__(self, parent: tk.Misc, style: Style, choices: Choices) -> None:
        super().__init__(parent, bd=0, highlightthickness=0)
        self._style = style
        self._choices = choices
        self._lines: list[Line] = []
        self._order: list[Item] = []
        self._line_of: dict[int, int] = {}
        self._first = self._offset = 0
        self._current: int | None = None
        self._is_marking = False
        self._measured_width = 0
        self._heights: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {}
        self._cells: dict[int, Cell] = {}
        self._spare: list[Cell] = []
        self._headings: list[int] = []
        self.canvas = tk.Canvas(self, highlightthickness=0, bd=0, takefocus=0)
        self.scrollbar = Scrollbar(self, style, self.move_to)
        self.scrollbar.pack(side="right", fill="y")
        self.canvas.pack(side="left", fill="both", expand=True)
        self._ruler = self.canvas.create_text(-9999, -9999, anchor="nw", state="hidden")
        self._empty = self.canvas.create_text(0, 0, anchor="nw", state="hidden")
        self._tag = f"Cell{id(self)}"
        self._bind_keys()
        self.canvas.bind("<Configure>", lambda _event: self.relayout())
        self.restyle()

    # What the window calls

    def show(
        self, sections: Sequence[Section], *, keep_place: bool = False, empty: str = ""
    ) -> None:
        """Show these sections, from the top or where the list stands."""
        was_current = self._order[self._current] if self._current is not None else None
        n_columns = self._style.settings.n_columns
        self._lines = []
        self._order = []
        for section in sections:
            if section.heading:
                self._lines.append(Line(heading=section.heading))
            items = section.items
            self._order += items
            if n_columns == 1:
                self._lines += [Line(items=(item,)) for item in items]
            else:
                self._lines += [
                    Line(items=items[i : i + n_columns]) for i in range(0, len(items), n_columns)
                ]
        self._line_of.clear()
        self._heights.clear()
        self._is_marking = False
        self._current = None
        if keep_place:
            self._first = min(self._first, max(0, len(self._lines) - 1))
            self._current = self._find_again(was_current)
        else:
            self._first = self._offset = 0
        self.canvas.itemconfigure(
            self._empty, text=empty, state="hidden" if self._lines else "normal"
        )
        self.draw()

    def mark_first(self, *, is_marked: bool) -> None:
        """Ring the first item, which Enter in the search box will start."""
        self._is_marking = is_marked and bool(self._order)
        self._current = 0 if self._is_marking else None
        self.draw()

    @property
    def marked(self) -> Item | None:
        """Give the item that is ringed."""
        return (
            self._order[self._current] if self._is_marking and self._current is not None else None
        )

    def enter(self) -> None:
        """Take the focus from the search box to the first item, or to where it was."""
        if self._order:
            self._focus(self._current or 0)

    def refresh(self) -> None:
        """Draw again what may have changed: the notes beside the buttons."""
        self._heights.clear()
        self.draw()

    def relayout(self) -> None:
        """Follow a change of size."""
        if self.canvas.winfo_width() != self._measured_width:
            self._heights.clear()
        self.draw()

    def restyle(self) -> None:
        """Follow a change of theme."""
        palette = self._style.palette
        self.configure(bg=palette.paper)
        self.canvas.configure(bg=palette.paper)
        self.canvas.itemconfigure(self._empty, fill=palette.quiet, font=self._style.font("base"))
        for heading in self._headings:
            self.canvas.itemconfigure(heading, fill=palette.ink)
        self.scrollbar.restyle()
        self.refresh()

    def natural_height(self, width: int, most: int) -> int:
        """Say how high the list wants to be at a width, but no more than `most`."""
        height = 0
        for index in range(len(self._lines)):
            height += self._height(index, width)
            if height >= most:
                return most
        return height

    def move_to(self, share: float) -> None:
        """Scroll so that this share of the lines is above."""
        exact = max(0.0, share) * len(self._lines)
        self._first = min(int(exact), max(0, len(self._lines) - 1))
        self._offset = 0
        if self._lines:
            self._offset = int((exact - self._first) * self._height(self._first))
        self.draw()

    def scroll(self, pixels: int) -> None:
        """Scroll down, or up if negative."""
        self._offset += pixels
        self.draw()

    # Drawing

    def draw(self) -> None:
        """Show the lines that can be seen now, and no others."""
        height = self.canvas.winfo_height()
        if height <= 1:
            return
        self._settle(height)
        y, index = -self._offset, self._first
        seen: set[int] = set()
        n_headings = 0
        while index < len(self._lines) and y < height:
            line = self._lines[index]
            if line.heading:
                self._draw_heading(n_headings, line.heading, y, is_top=index == 0)
                n_headings += 1
            else:
                seen |= self._draw_items(index, y)
            y += self._height(index)
            index += 1
        for heading in self._headings[n_headings:]:
            self.canvas.itemconfigure(heading, state="hidden")
        for position in [p for p in self._cells if p not in seen]:
            self._release(position)
        self.canvas.coords(self._empty, self._style.px(cells.MARGIN), self._style.px(24))
        self._tell_scrollbar(index, y, height)

    def _settle(self, height: int) -> None:
        """Bring the place into range: whole lines above the first, no gap after the last."""
        while self._offset < 0 and self._first > 0:
            self._first -= 1
            self._offset += self._height(self._first)
        self._offset = max(0, self._offset)
        while self._lines and self._first < len(self._lines) - 1:
            first_height = self._height(self._first)
            if self._offset < first_height:
                break
            self._offset -= first_height
            self._first += 1
        below, index = -self._offset, self._first
        while index < len(self._lines) and below < height:
            below += self._height(index)
            index += 1
        missing = height - below
        while missing > 0 and (self._first > 0 or self._offset > 0):
            if self._offset:
                step = min(missing, self._offset)
                self._offset -= step
                missing -= step
            else:
                self._first -= 1
                self._offset = self._height(self._first)

    def _tell_scrollbar(self, index: int, y: int, height: int) -> None:
        n_lines = max(1, len(self._lines))
        first_height = self._height(self._first) if self._lines else 1
        first = (self._first + self._offset / max(1, first_height)) / n_lines
        overhang = 0.0
        if index and y > height:
            overhang = (y - height) / max(1, self._height(index - 1))
        self.scrollbar.set(first, min(1.0, (index - overhang) / n_lines))

    def _draw_heading(self, n: int, text: str, y: int, *, is_top: bool) -> None:
        if n == len(self._headings):
            self._headings.append(
                self.canvas.create_text(
                    0,
                    0,
                    anchor="nw",
                    font=self._style.font("heading"),
                    fill=self._style.palette.ink,
                )
            )
        above = 0 if is_top else self._style.px(_HEADING_ABOVE)
        self.canvas.coords(self._headings[n], self._style.px(cells.MARGIN), y + above)
        self.canvas.itemconfigure(self._headings[n], text=text, width=self._room(), state="normal")

    def _draw_items(self, index: int, y: int) -> set[int]:
        style = self._style
        _, sizes = self._measured(index)
        column, button, beside = self._columns()
        start = self._position(index)
        seen = set()
        for n, (item, (height, text_height)) in enumerate(
            zip(self._lines[index].items, sizes, strict=True)
        ):
            x = style.px(cells.MARGIN) + n * (column + style.px(_COLUMN_GAP))
            place = Place(x, y + style.px(cells.MARGIN), button, height, beside, text_height)
            position = start + n
            seen.add(position)
            is_marked = self._is_marking and position == self._current
            self._cell(position).show(item, place, self._choices.note_of(item), is_marked=is_marked)
        return seen

    # Measuring

    def _room(self, width: int = 0) -> int:
        width = width or self.canvas.winfo_width()
        return max(self._style.px(120), width - 2 * self._style.px(cells.MARGIN))

    def _columns(self, width: int = 0) -> tuple[int, int, int]:
        """Give the width of a column, of its button, and of the text beside it (0: below)."""
        style, n = self._style, self._style.settings.n_columns
        column = (self._room(width) - (n - 1) * style.px(_COLUMN_GAP)) // n
        if column < style.px(_NARROWEST_BESIDE) and n > 1:
            return column, column, 0
        button = min(style.px(cells.BUTTON_WIDTH), column // 2)
        return column, button, column - button - style.px(cells.TEXT_GAP)

    def _height(self, index: int, width: int = 0) -> int:
        return self._measured(index, width)[0]

    def _measured(self, index: int, width: int = 0) -> tuple[int, tuple[tuple[int, int], ...]]:
        """Measure a line once: its height, and for each item that of its button and texts."""
        if index not in self._heights:
            self._measured_width = width or self.canvas.winfo_width()
            self._heights[index] = self._measure(index, width)
        return self._heights[index]

    def _measure(self, index: int, width: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        style, line = self._style, self._lines[index]
        if line.heading:
            above = 0 if index == 0 else style.px(_HEADING_ABOVE)
            text = self._text_height(line.heading, "heading", self._room(width))
            return above + text + style.px(_HEADING_BELOW), ()
        _, button, beside = self._columns(width)
        sizes = []
        tallest = 0
        for item in line.items:
            label = self._text_height(item.name, "base", button - 2 * style.px(cells.PADDING))
            text = self._text_height(description_of(item), "base", beside or button)
            if self._choices.note_of(item):
                text += style.font("small").metrics("linespace") + style.px(2)
            height = max(style.px(cells.BUTTON_HEIGHT), label + 2 * style.px(cells.PADDING))
            if beside:
                height = max(height, text)
            sizes.append((height, text))
            below = 0 if beside or not text else text + style.px(cells.PADDING / 2)
            tallest = max(tallest, height + below)
        return tallest + style.px(_ROW_GAP), tuple(sizes)

    def _text_height(self, text: str, font: str, width: int) -> int:
        if not text:
            return 0
        self.canvas.itemconfigure(
            self._ruler, text=text, font=self._style.font(font), width=max(1, width), state="normal"
        )
        _, top, _, bottom = self.canvas.bbox(self._ruler)
        self.canvas.itemconfigure(self._ruler, state="hidden")
        return bottom - top

    # Cells

    def _cell(self, position: int) -> Cell:
        if position not in self._cells:
            cell = self._spare.pop() if self._spare else Cell(self.canvas, self._style, self._tag)
            self._cells[position] = cell
        return self._cells[position]

    def _release(self, position: int) -> None:
        cell = self._cells.pop(position)
        if self.focus_get() is cell.button:
            # The item is scrolled out of sight; the keys still work from where it was.
            self.canvas.focus_set()
        cell.hide()
        self._spare.append(cell)

    def _position(self, index: int) -> int:
        """Give the position, among all items, of the first item of a line."""
        if not self._line_of:
            position = 0
            for n, line in enumerate(self._lines):
                self._line_of[n] = position
                position += len(line.items)
        return self._line_of[index]

    def _line_with(self, position: int) -> int:
        self._position(0)
        low, high = 0, len(self._lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._line_of[middle] <= position else (low, middle - 1)
        return low

    def _find_again(self, item: Item | None) -> int | None:
        if item is None:
            return None
        wanted = (item.section, item.name)
        for position, other in enumerate(self._order):
            if (other.section, other.name) == wanted:
                return position
        return None

    # Keys and mouse

    def _bind_keys(self) -> None:
        n = self._style.settings.n_columns
        moves = {"Down": n, "Up": -n, "Right": 1, "Left": -1, "Tab": 1, "Shift-Tab": -1}
        for key, step in moves.items():
            self._bind(f"<{key}>", partial(self._step_by, step))
        if self.tk.call("tk", "windowingsystem") == "x11":
            self._bind("<ISO_Left_Tab>", lambda _event: self._step(-1))
        self._bind("<Home>", lambda _event: self._focus(0))
        self._bind("<End>", lambda _event: self._focus(len(self._order) - 1))
        self._bind("<Next>", lambda _event: self._page(1))
        self._bind("<Prior>", lambda _event: self._page(-1))
        for key in ("<Return>", "<KP_Enter>", "<space>"):
            self._bind(key, self._press_key)
        self._bind("<ButtonRelease-1>", self._click)
        self._bind("<Key>", self._type)
        for widget in (self.canvas, self._tag):
            bind = self._bind if widget is self._tag else self.canvas.bind
            bind("<MouseWheel>", self._wheel)
            bind("<Button-4>", lambda _event: self.scroll(-self._style.px(_WHEEL_STEP)))
            bind("<Button-5>", lambda _event: self.scroll(self._style.px(_WHEEL_STEP)))
        self.canvas.bindtags((self._tag, *self.canvas.bindtags()))

    def _bind(self, sequence: str, action: Callable[[tk.Event[tk.Misc]], object]) -> None:
        def act(event: tk.Event[tk.Misc]) -> str | None:
            return None if action(event) == "pass on" else "break"

        self.bind_class(self._tag, sequence, act)

    def _press_key(self, event: tk.Event[tk.Misc]) -> None:
        for position, cell in self._cells.items():
            if cell.button is event.widget and cell.item:
                self._current = position
                self._choices.start(cell.item)
                return

    def _click(self, event: tk.Event[tk.Misc]) -> str:
        if _is_inside(event):
            event.widget.focus_set()
            # After Tk has drawn its button as let go.
            self.after_idle(self._press_key, event)
        return "pass on"

    def _type(self, event: tk.Event[tk.Misc]) -> str | None:
        has_modifier = int(event.state) & 0x4 or int(event.state) & 0x8
        if event.char and event.char.isprintable() and not has_modifier:
            self._choices.leave(event.char)
            return None
        return "pass on"

    def _wheel(self, event: tk.Event[tk.Misc]) -> None:
        # Windows tells 120 for each notch, macOS 1.
        notches = event.delta / 120 if abs(event.delta) >= 120 else event.delta  # noqa: PLR2004
        self.scroll(round(-notches * self._style.px(_WHEEL_STEP)))

    def _step_by(self, step: int, _event: object) -> None:
        self._step(step)

    def _step(self, step: int) -> None:
        position = (self._current if self._current is not None else -1) + step
        if position < 0:
            self._choices.leave("")
        elif position < len(self._order):
            self._focus(position)

    def _page(self, direction: int) -> None:
        n_seen = max(1, len(self._cells) - 1)
        position = (self._current or 0) + direction * n_seen
        self._focus(min(max(0, position), len(self._order) - 1))

    def _focus(self, position: int) -> None:
        """Bring an item into sight and give it the focus."""
        if not 0 <= position < len(self._order):
            return
        self._current = position
        self._is_marking = False
        index = self._line_with(position)
        # The heading above the first item of a section shall be seen with it.
        top = index - 1 if index and self._lines[index - 1].heading else index
        if top < self._first or (top == self._first and self._offset):
            self._first, self._offset = top, 0
        elif index >= self._first:
            height = self.canvas.winfo_height()
            bottom = sum(
                self._height(i) for i in range(self._first, min(index, self._first + 200) + 1)
            )
            if index > self._first + 200:
                self._first, self._offset = index, 0
                bottom = self._height(index)
            if bottom - self._offset > height:
                self._offset += bottom - self._offset - height
        self.draw()
        # Tk gives the focus only later to a button that is not there yet, and keys typed
        # meanwhile would go elsewhere.
        self.update_idletasks()
        if position in self._cells:
            self._cells[position].button.focus_set()


def _is_inside(event: tk.Event[tk.Misc]) -> bool:
    """Tell whether the mouse was let go on the button it was pressed on."""
    return 0 <= event.x < event.widget.winfo_width() and 0 <= event.y < event.widget.winfo_height()
