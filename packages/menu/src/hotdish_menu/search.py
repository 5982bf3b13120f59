"""Finds the items that a few typed letters mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotdish_menu.model import Section

if TYPE_CHECKING:
    from hotdish_menu.model import Item, Menu


class Search:
    """Answers queries over one menu; the text of each item is folded once."""

    def __init__(self, menu: Menu) -> None:
        self._menu = menu
        self._texts: list[list[tuple[Item, str]]] = []

    def find(self, query: str) -> tuple[Section, ...]:
        """Give the sections that hold all words of the query, in the order of the file.

        A word may be a part of any word of the name, description, section, keywords or command.
        """
        words = query.casefold().split()
        if not words:
            return self._menu.sections
        found = []
        for section, texts in zip(self._menu.sections, self._folded(), strict=True):
            items = tuple(item for item, text in texts if all(word in text for word in words))
            if items:
                found.append(Section(section.heading, items))
        return tuple(found)

    def _folded(self) -> list[list[tuple[Item, str]]]:
        if not self._texts:
            self._texts = [
                [(item, _folded(item)) for item in section.items] for section in self._menu.sections
            ]
        return self._texts


def _folded(item: Item) -> str:
    parts = (item.name, item.description, item.section, item.keywords, item.command)
    return "\n".join(parts).casefold()
