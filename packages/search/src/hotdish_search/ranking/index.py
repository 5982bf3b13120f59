"""What ranking knows of one docset: made with the index, stored in it, kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hotdish_search.query.thesaurus import is_explained
from hotdish_search.query.understand import FILLER
from hotdish_search.query.words import terms
from hotdish_search.ranking.arrays import (
    FloatArray,
    IntArray,
    ScoreArray,
    inside,
    pack,
    prefixed,
    unpack,
)
from hotdish_search.ranking.names import Names
from hotdish_search.ranking.spelling import SHORTEST, Spelling
from hotdish_search.ranking.statistics import Statistics
from hotdish_search.ranking.topics import Topics
from hotdish_search.ranking.weights import load_weights

_OF_ENTRIES = ("places", "popularity", "pages", "parts", "kinds", "neighbours")


@dataclass(frozen=True)
class Index:
    """What ranking knows of one docset.

    Attributes:
        names: All names.
        statistics: All words.
        spelling: The usual ones as they are written.
        topics: Everyday words, and what they stand for.
        places: For each entry the number of its place, which is that of the first entry there.
        popularity: For each entry ln(1 + files that use it).
        pages: For each entry the number of its page.
        parts: For each entry its part, as a position in `PARTS`.
        kinds: For each entry its kind, as a position in `KINDS`.
        neighbours: For each entry a row of those that stand near it, nearest first.
    """

    names: Names
    statistics: Statistics
    spelling: Spelling
    topics: Topics
    places: IntArray
    popularity: FloatArray
    pages: IntArray
    parts: IntArray
    kinds: IntArray
    neighbours: NDArray[np.integer]

    def __len__(self) -> int:
        """Give the number of entries."""
        return len(self.places)

    @cached_property
    def priors(self) -> Mapping[bool, ScoreArray]:
        """What entries are worth whatever is asked, if likeness in meaning is known and if not.

        It consists of their part, their kind and their use in real code.
        """
        found = {is_known: load_weights(with_meaning=is_known) for is_known in (True, False)}
        return {
            is_known: weights.parts[self.parts]
            + weights.kinds[self.kinds]
            + weights.used * self.popularity
            for is_known, weights in found.items()
        }

    def complete(self, text: str) -> str | None:
        """Give a text whose last word is only begun with that word whole, or None."""
        return self.spelling.complete(text, self._count)

    def _count(self, word: str) -> int | None:
        """Give how often a word is said, or None for one that has a meaning of its own."""
        if _is_everyday(word) or self.names.exactly(word):
            return None
        is_counted = len(word) >= SHORTEST
        return self.spelling.count(word) if is_counted else self.statistics.frequency(word)

    def respell(self, text: str) -> str | None:
        """Give a question with its misspelt words repaired, or None if there is nothing to."""
        return self.spelling.repair(text, self._is_known)

    def _is_known(self, word: str) -> bool:
        return _is_everyday(word) or bool(self.statistics.known([*terms(word)]))

    def dump(self) -> bytes:
        """Give everything as bytes that `load` understands."""
        return pack(
            {
                **prefixed("names", self.names.dump()),
                **prefixed("statistics", self.statistics.dump()),
                **prefixed("spelling", self.spelling.dump()),
                **prefixed("topics", self.topics.dump()),
                **{name: getattr(self, name) for name in _OF_ENTRIES},
            }
        )

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Read what `dump` gave."""
        arrays = unpack(data)
        return cls(
            names=Names.load(inside("names", arrays)),
            statistics=Statistics.load(inside("statistics", arrays), len(arrays["places"])),
            spelling=Spelling.load(inside("spelling", arrays)),
            topics=Topics.load(inside("topics", arrays)),
            **{name: arrays[name] for name in _OF_ENTRIES},
        )


def _is_everyday(word: str) -> bool:
    """Tell whether a word is filler, or one that the thesaurus explains."""
    return word in FILLER or is_explained(word)
