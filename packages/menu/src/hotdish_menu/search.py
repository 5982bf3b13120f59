"""Finds the items that a few typed letters mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotdish_menu.model import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hotdish_menu.model import Item, Menu


class Search:
    """Answers queries over one menu; the texts of each item are folded once."""

    def __init__(self, menu: Menu) -> None:
        self._menu = menu
        self._folded: dict[Callable[[Item], str], list[list[str]]] = {}

    def find(self, query: str) -> tuple[Section, ...]:
        """Give the sections that hold all words of the query, in the order of the file.

        A word may be a part of any word of the name, description, section or keywords; where none
        of them has it, of the command, which nobody sees.
        """
        words = query.casefold().split()
        if not words:
            return self._menu.sections
        return tuple(self._find(words, _seen)) or tuple(self._find(words, _all))

    def _find(self, words: list[str], text_of: Callable[[Item], str]) -> Iterator[Section]:
        if text_of not in self._folded:
            sections = self._menu.sections
            self._folded[text_of] = [[text_of(item) for item in s.items] for s in sections]
        for section, texts in zip(self._menu.sections, self._folded[text_of], strict=True):
            pairs = zip(section.items, texts, strict=True)
            items = tuple(item for item, text in pairs if all(word in text for word in words))
            if items:
                yield Section(section.heading, items)


def closest(items: Iterable[Item], query: str) -> int | None:
    """Give the index of the item that a query most likely means: one of that name before others.

    >>> from hotdish_menu.model import Item
    >>> found = [Item(2, "Undo", "exe", "x", description="a backup"), Item(3, "Backup", "exe", "x")]
    >>> closest(found, "back")
    1
    """
    whole, words = " ".join(query.casefold().split()), query.casefold().split()

    def distance(numbered: tuple[int, Item]) -> tuple[int, int]:
        index, item = numbered
        name = item.label.casefold()
        if name.startswith(whole):
            return (0 if name == whole else 1), index
        return (2 if all(word in name for word in words) else 3), index

    return min(map(distance, enumerate(items)), default=(0, None))[1]


def _seen(item: Item) -> str:
    return f"{item.name}\n{item.description}\n{item.section}\n{item.keywords}".casefold()


def _all(item: Item) -> str:
    return f"{_seen(item)}\n{item.command.casefold()}"
