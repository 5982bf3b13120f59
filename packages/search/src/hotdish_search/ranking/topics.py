"""Everyday words and the entries that they stand for: "sockets" are a module, and a guide."""

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Self

import numpy as np

from hotdish_search.query.words import stem
from hotdish_search.ranking.arrays import Arrays
from hotdish_search.ranking.texts import Texts


class Topics:
    """Everyday words and short phrases, each with the entries that it stands for, best first."""

    def __init__(self, entries: Mapping[str, Sequence[int]]) -> None:
        """Take the entries of each lower-case phrase."""
        self._entries = entries
        # Looked up by every search, so in a dictionary: they are some hundred.
        self._of_any_form: dict[str, list[int]] = {}
        for phrase, found in entries.items():
            self._of_any_form.setdefault(_any_form_of(phrase), []).extend(found)

    def find(self, texts: Sequence[str], *, in_any_form: bool = False) -> list[int]:
        """Give the entries that the first of some texts stands for that stands for any.

        Args:
            texts: Words or phrases, in upper or lower case.
            in_any_form: Whether "event" may stand for what "events" stands for.
        """
        for text in map(str.lower, texts):
            found = (
                self._of_any_form.get(_any_form_of(text))
                if in_any_form
                else self._entries.get(text)
            )
            if found:
                return list(dict.fromkeys(found))
        return []

    def dump(self) -> Arrays:
        """Give everything as arrays that `load` understands."""
        return {
            "phrases": Texts.of(self._entries).dump(),
            "counts": np.fromiter(map(len, self._entries.values()), np.int32),
            "entries": np.fromiter(chain.from_iterable(self._entries.values()), np.int32),
        }

    @classmethod
    def load(cls, arrays: Arrays) -> Self:
        """Read what `dump` gave."""
        entries = iter(arrays["entries"].tolist())
        counted = zip(Texts.load(arrays["phrases"]), arrays["counts"].tolist(), strict=True)
        return cls({phrase: [*islice(entries, count)] for phrase, count in counted})


def _any_form_of(phrase: str) -> str:
    """Give what a phrase has in common with its other forms."""
    return " ".join(map(stem, phrase.split()))
