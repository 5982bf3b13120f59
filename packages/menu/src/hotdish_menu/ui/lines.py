"""The lines of the list: which headings and items stand in which, without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotdish_menu.model import Item, Section


class Line(NamedTuple):
    """One line of the list: a heading, as many buttons as there are columns, or a gap."""

    heading: str = ""
    items: tuple[Item, ...] = ()


class Lines:
    """All lines, and where among them each item stands.

    An item has an index in `items`; a line has one in `lines`.
    """

    def __init__(self, sections: Iterable[Section] = (), n_columns: int = 1) -> None:
        self.lines: list[Line] = []
        self.items: list[Item] = []
        self._firsts: list[int] = []
        for section in sections:
            if section.heading:
                self.lines.append(Line(heading=section.heading))
            elif self.lines:
                # Or the rows without a section would seem to belong to the last one.
                self.lines.append(Line())
            items = section.items
            self.items += items
            self.lines += [
                Line(items=items[at : at + n_columns]) for at in range(0, len(items), n_columns)
            ]

    def first_item_of(self, line: int) -> int:
        """Give the index of the first item of a line, or of the next one after a heading."""
        if not self._firsts:
            n_items = 0
            for each in self.lines:
                self._firsts.append(n_items)
                n_items += len(each.items)
        return self._firsts[line]

    def line_of(self, item: int) -> int:
        """Give the line that an item stands in."""
        low, high = 0, len(self.lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.first_item_of(middle) <= item else (low, middle - 1)
        return low

    def find_again(self, item: Item) -> int | None:
        """Give the index of an item that was in another list, if it is in this one."""
        wanted = item.identity
        for index, other in enumerate(self.items):
            if other.identity == wanted:
                return index
        return None
