"""Everyday words and the entries that they stand for: "sockets" are a module, and a guide."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Self

import numpy as np

from hotdish_search.query.words import stem
from hotdish_search.ranking.arrays import Arrays, IntArray
from hotdish_search.ranking.texts import Table


class Topics:
    """Everyday words and short phrases, each with the entries that it stands for, best first."""

    def __init__(self, table: Table, entries: IntArray) -> None:
        """Take a table that leads from phrases, and from their stems, to places in `entries`."""
        self._table = table
        self._entries = entries

    @classmethod
    def of(cls, entries: Mapping[str, Sequence[int]]) -> Self:
        """Take the entries of each lower-case phrase."""
        phrases = list(chain.from_iterable([text] * len(found) for text, found in entries.items()))
        forms = [*phrases, *map(_any_form_of, phrases)]
        return cls(
            Table.of(zip(forms, [*range(len(phrases))] * 2, strict=True)),
            np.fromiter(chain.from_iterable(entries.values()), np.int32),
        )

    def find(self, texts: Sequence[str], *, in_any_form: bool = False) -> list[int]:
        """Give the entries that the first of some texts stands for that stands for any.

        Args:
            texts: Words or phrases, in upper or lower case.
            in_any_form: Whether "event" may stand for what "events" stands for.
        """
        for text in map(str.lower, texts):
            places = self._table.exactly(_any_form_of(text) if in_any_form else text)
            if len(places):
                return list(dict.fromkeys(self._entries[places].tolist()))
        return []

    def dump(self) -> Arrays:
        """Give everything as arrays that `load` understands."""
        return {**self._table.dump(), "entries": self._entries}

    @classmethod
    def load(cls, arrays: Arrays) -> Self:
        """Read what `dump` gave."""
        return cls(Table.load(arrays), arrays["entries"])


def _any_form_of(phrase: str) -> str:
    """Give what a phrase has in common with its other forms, and with no phrase."""
    return " ".join(map(stem, phrase.split())) + "*"
