"""The list of sections and buttons; only what can be seen exists."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, NamedTuple

from hotdish_menu.search import closest
from hotdish_menu.ui import cell as cells
from hotdish_menu.ui.cell import Cell, Note, Place
from hotdish_menu.ui.lines import Lines
from hotdish_menu.ui.list_keys import bind_list
from hotdish_menu.ui.ruler import COLUMN_GAP, HEADING_ABOVE, Ruler
from hotdish_menu.ui.scrollbar import Scrollbar
from hotdish_menu.ui.viewport import Viewport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hotdish_menu.model import Item, Section
    from hotdish_menu.ui.style import Style

_WHEEL_STEP = 60
_EMPTY_ABOVE = 24


class Choices(NamedTuple):
    """What the list asks for and tells of."""

    start: Callable[[Item], None]
    note_of: Callable[[Item], Note | None]
    leave: Callable[[str], None]
    """Called with what was typed when the keys leave the list for the search box."""
    leave_below: Callable[[], None]
    """Called when Tab leaves the last item."""


class Listing(tk.Frame):
    """Shows sections of buttons, scrolls them, and moves the focus among them."""

    def __init__(self, parent: tk.Misc, style: Style, choices: Choices) -> None:
        super().__init__(parent, bd=0, highlightthickness=0)
        self._style = style
        self._choices = choices
        self._lines = Lines()
        self._current: int | None = None
        self._is_marking = False
        self._cells: dict[int, Cell] = {}
        self._spare: list[Cell] = []
        self._cell_of: dict[tk.Misc, Cell] = {}
        self._headings: list[int] = []
        self.canvas = tk.Canvas(self, highlightthickness=0, bd=0, takefocus=0)
        self.scrollbar = Scrollbar(self, style, self.move_to)
        self.scrollbar.pack(side="right", fill="y")
        self.canvas.pack(side="left", fill="both", expand=True)
        self._ruler = Ruler(self.canvas, style, choices.note_of)
        self._view = Viewport(self._height)
        self._empty = self.canvas.create_text(0, 0, anchor="nw", state="hidden")
        self._tag = f"Cell{id(self)}"
        bind_list(self, self._tag, style.settings.n_columns)
        self.canvas.bindtags((self._tag, *self.canvas.bindtags()))
        self.canvas.bind("<Configure>", lambda _event: self.draw())
        self.restyle()

    # What the window calls

    def show(
        self, sections: Sequence[Section], *, keep_place: bool = False, empty: str = ""
    ) -> None:
        """Show these sections, from the top or where the list stands."""
        was_current = self._lines.items[self._current] if self._current is not None else None
        self._lines = Lines(sections, self._style.settings.n_columns)
        self._view.n_lines = len(self._lines.lines)
        self._ruler.forget()
        self._is_marking = False
        self._current = None
        if keep_place:
            self._view.first = min(self._view.first, max(0, self._view.n_lines - 1))
            self._current = self._lines.find_again(was_current) if was_current else None
        else:
            self._view.first = self._view.offset = 0
        state = "hidden" if self._lines.lines else "normal"
        self.canvas.itemconfigure(self._empty, text=empty, state=state)
        self.draw()

    def mark(self, query: str) -> None:
        """Ring the item that a query means, which Enter in the search box will start."""
        self._current = closest(self._lines.items, query) if query else None
        self._is_marking = self._current is not None
        if self._current is not None:
            self._reveal(self._current)
        self.draw()

    @property
    def n_items(self) -> int:
        """Count the items, also those out of sight."""
        return len(self._lines.items)

    @property
    def marked(self) -> Item | None:
        """Give the item that is ringed."""
        if not self._is_marking or self._current is None:
            return None
        return self._lines.items[self._current]

    def enter(self) -> None:
        """Take the focus from the search box to the first item, or to where it was."""
        if self._lines.items:
            self.go_to(self._current or 0)

    def refresh(self) -> None:
        """Draw again what may have changed: the notes beside the buttons."""
        self._ruler.forget()
        self.draw()

    def restyle(self) -> None:
        """Follow a change of theme or zoom."""
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
        self._ruler.fit(width)
        height = 0
        for index in range(len(self._lines.lines)):
            height += self._height(index)
            if height >= most:
                return most
        return height

    def move_to(self, share: float) -> None:
        """Scroll so that this share of the lines is above."""
        self._view.jump_to(share)
        self.draw()

    def scroll(self, pixels: int) -> None:
        """Scroll down, or up if negative."""
        self._view.offset += pixels
        self.draw()

    # What keys and mouse do

    def roll(self, notches: float) -> None:
        """Scroll by turns of the wheel."""
        self.scroll(round(notches * self._style.px(_WHEEL_STEP)))

    def press(self, pressed: Cell | None) -> None:
        """Start the item of a cell."""
        for index, cell in self._cells.items():
            if cell is pressed and cell.item:
                self._current = index
                cell.button.focus_set()
                self._choices.start(cell.item)
                return

    def tab(self) -> None:
        """Move the focus on, after the last item to what is below the list."""
        if self._current == len(self._lines.items) - 1:
            self._choices.leave_below()
        else:
            self.step(1)

    def step(self, n_items: int) -> None:
        """Move the focus on or, if negative, back; before the first item is the search box."""
        index = (self._current if self._current is not None else -1) + n_items
        if index < 0:
            self.leave("")
        elif index < len(self._lines.items):
            self.go_to(index)

    def turn_page(self, direction: int) -> None:
        """Move the focus by as many items as are seen."""
        n_seen = max(1, len(self._cells) - 1)
        index = (self._current or 0) + direction * n_seen
        self.go_to(min(max(0, index), len(self._lines.items) - 1))

    def go_to(self, index: int) -> None:
        """Bring an item into sight and give it the focus; -1 is the last."""
        n_items = len(self._lines.items)
        if not -n_items <= index < n_items:
            return
        self._current = index % n_items
        self._is_marking = False
        self._reveal(self._current)
        self.draw()
        # Tk gives the focus only later to a button that is not there yet, and keys typed
        # meanwhile would go elsewhere.
        self.update_idletasks()
        if self._current in self._cells:
            self._cells[self._current].button.focus_set()

    def leave(self, typed: str) -> None:
        """Give the keys back to the search box."""
        self._choices.leave(typed)

    def cell_of(self, button: tk.Misc) -> Cell | None:
        """Give the cell that a button belongs to, also one that is out of sight."""
        return self._cell_of.get(button)

    def _reveal(self, index: int) -> None:
        line = self._lines.line_of(index)
        # The heading above the first item of a section shall be seen with it.
        has_heading = line > 0 and self._lines.lines[line - 1].heading
        self._view.reveal(line, line - 1 if has_heading else line, self.canvas.winfo_height())

    # Drawing

    def draw(self) -> None:
        """Show the lines that can be seen now, and no others."""
        height = self.canvas.winfo_height()
        if height <= 1:
            return
        self._ruler.fit(self.canvas.winfo_width())
        self._view.settle(height)
        y, index, n_headings = -self._view.offset, self._view.first, 0
        seen: set[int] = set()
        while index < len(self._lines.lines) and y < height:
            if heading := self._lines.lines[index].heading:
                above = self._style.px(HEADING_ABOVE) if index else 0
                self._draw_heading(n_headings, heading, y + above)
                n_headings += 1
            else:
                seen |= self._draw_items(index, y)
            y += self._height(index)
            index += 1
        for unused in self._headings[n_headings:]:
            self.canvas.itemconfigure(unused, state="hidden")
        for position in [p for p in self._cells if p not in seen]:
            self._release(position)
        self.canvas.coords(self._empty, self._style.px(cells.MARGIN), self._style.px(_EMPTY_ABOVE))
        self.scrollbar.set(*self._view.shares(index, y - height))

    def _height(self, index: int) -> int:
        return self._ruler.measure(index, self._lines.lines[index]).height

    def _draw_heading(self, n: int, text: str, y: int) -> None:
        if n == len(self._headings):
            font, ink = self._style.font("heading"), self._style.palette.ink
            self._headings.append(self.canvas.create_text(0, 0, anchor="nw", font=font, fill=ink))
        heading = self._headings[n]
        self.canvas.coords(heading, self._style.px(cells.MARGIN), y)
        self.canvas.itemconfigure(heading, text=text, width=self._ruler.room(), state="normal")

    def _draw_items(self, index: int, y: int) -> set[int]:
        """Draw the items of a line, and say which they are."""
        px, line = self._style.px, self._lines.lines[index]
        columns = self._ruler.columns()
        sizes = self._ruler.measure(index, line).items
        start = self._lines.first_item_of(index)
        for n, (item, (height, text_height)) in enumerate(zip(line.items, sizes, strict=True)):
            x = px(cells.MARGIN) + n * (columns.column + px(COLUMN_GAP))
            top = y + px(cells.MARGIN)
            place = Place(x, top, columns.button, height, columns.text, text_height)
            is_marked = self._is_marking and start + n == self._current
            note = self._choices.note_of(item)
            self._cell(start + n).show(item, place, note, is_marked=is_marked)
        return set(range(start, start + len(line.items)))

    def _cell(self, position: int) -> Cell:
        if position not in self._cells:
            self._cells[position] = self._spare.pop() if self._spare else self._new_cell()
        return self._cells[position]

    def _new_cell(self) -> Cell:
        cell = Cell(self.canvas, self._style, self._tag, self.press)
        self._cell_of[cell.button] = cell
        return cell

    def _release(self, position: int) -> None:
        cell = self._cells.pop(position)
        if self.focus_get() is cell.button:
            # The item is scrolled out of sight; the keys still work from where it was.
            self.canvas.focus_set()
        cell.hide()
        self._spare.append(cell)
