"""Names in memory: exact, last part, suffix, prefix, words inside, and typos, most used first."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Self

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hotdish_search.query.words import pieces
from hotdish_search.ranking.arrays import (
    Arrays,
    FloatArray,
    IntArray,
    ScoreArray,
    best_first,
    inside,
    prefixed,
)
from hotdish_search.ranking.texts import Table, Texts

# How good a match is; added to how wanted the name is (popularity, in natural logarithms).
EXACT_CASE, EXACT = 200.0, 100.0
OTHER_CASE = 4.5  # "Iterator" means collections.abc.Iterator before the glossary's "iterator"
TAIL_CASE, TAIL, SUFFIX = 4.2, 3.5, 2.0
PREFIX, LONGER_PATH, INSIDE = 0.0, -1.5, -6.0
TYPO = -30.0  # for each slip
OTHER_FIRST_LETTER = -25.0  # nearly a slip more, for people seldom mistype the first letter
NO_CAPITAL = -3.0  # "Tempalte" means string.Template before its attribute `template`
LENGTH = -0.05  # for each letter of the last part
LATER = 1e-9  # for each entry before it: of equals the documentation's first is first, in any list

KIND_PENALTY: Mapping[str, float] = {
    "module": 0.0,
    "keyword": 0.0,
    "operator": 0.0,
    "function": 0.2,
    "class": 0.3,
    "term": 0.4,
    "exception": 0.6,
    "method": 0.6,
    "property": 0.8,
    "data": 0.8,
    "attribute": 1.2,
    "section": 1.5,
    "c-function": 2.5,
    "c-macro": 2.5,
    "c-type": 2.5,
    "c-member": 2.5,
    "c-data": 2.5,
}
OTHER_KIND_PENALTY = 1.5
# A row, a section, a debugger's command or an explanation in a guide answers to a name, yet does
# not own it: `sub` is re.sub before it is anything else; `%d`, which is nothing else, is found.
BYNAME_KINDS = frozenset({"row", "section", "page", "token", "command", "opcode", "other"})
BYNAME_PARTS = frozenset({"tutorial", "howto", "faq", "whatsnew"})
BYNAME_PENALTY = EXACT_CASE - TAIL


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one entry.

    Attributes:
        text: As written in the documentation.
        entry: Number of the entry that it names.
        weight: How wanted it is: logarithms of its use in code and of the links to it.
    """

    text: str
    entry: int
    weight: float


@dataclass(frozen=True, slots=True)
class Named:
    """Entries found by name, best first, and what is near to them behind.

    Attributes:
        entries: Their numbers.
        scores: How good each match is, and how wanted its entry.
        is_exact: Whether the whole name was typed, upper and lower case apart.
        name: The name of the first, "" if there is none.
        slips: In how many places the first was mistyped.
    """

    entries: IntArray
    scores: ScoreArray
    is_exact: NDArray[np.bool_]
    name: str = ""
    slips: int = 0

    def __len__(self) -> int:
        """Give the number of entries."""
        return len(self.entries)

    @property
    def best_score(self) -> float:
        """The score of the first, or less than any if there is none."""
        return float(self.scores[0]) if len(self.scores) else -math.inf

    def above(self, score: float) -> "Named":
        """Give those with a better score."""
        if self.best_score <= score:
            return NOTHING
        better = self.scores > score
        return replace(self, entries=self.entries[better], scores=self.scores[better],
                       is_exact=self.is_exact[better])  # fmt: skip


_DOT = re.compile(r"\.(?=[^.])")
# What leads to names: all of one without dots, all of one with dots, a last part without capitals,
# one with some, words inside.
_PLAIN, _DOTTED, _SMALL, _CAPITAL, _WORD = range(5)
_WHOLE, _LAST = (_PLAIN, _DOTTED), (_SMALL, _CAPITAL)
# How good a match of each is, if it begins as was typed, and if that is all of it. A word inside
# matches only as a whole: "closur" is not what a name with "closure" is for.
_NONE = -math.inf
_BEGUN = np.array([PREFIX, LONGER_PATH, PREFIX, PREFIX, _NONE])
_BEGUN_DOTTED = np.array([PREFIX, PREFIX, PREFIX, PREFIX, _NONE])
_ALL = np.array([EXACT, EXACT, TAIL_CASE, TAIL, INSIDE])  # typed without capitals
_ALL_CAPITAL = np.array([OTHER_CASE, OTHER_CASE, TAIL, TAIL, INSIDE])
# Most entries are found a few times, by a whole name, a last part and a word inside: so many times
# as many as are wanted are put in order.
_TIMES = 4
NOTHING = Named(np.empty(0, np.int32), np.empty(0), np.empty(0, np.bool_))


class Names:
    """All names of one docset, ready to be searched; never changed.

    A name is a row, and rows are sorted. A table leads to rows from whole names, from last parts
    and from the words inside, all in lower case: one look finds what is called so, begins so, and
    holds the word.
    """

    def __init__(
        self,
        texts: Texts,
        entries: IntArray,
        weights: FloatArray,
        worths: ScoreArray,
        table: Table,
    ) -> None:
        """Take what `of` makes of names: a worth is a weight, less for each letter to be typed."""
        self._texts = texts
        self._entries = entries
        self._weights = weights
        self._worths = worths
        self._table = table

    @classmethod
    def of(cls, names: Iterable[Name]) -> Self:
        """Sort names."""
        rows = sorted(names, key=lambda name: (name.text.lower(), name.text))
        entries = np.array([name.entry for name in rows], np.int32)
        whole = [name.text.lower() for name in rows]
        last = [_last_part(name.text) for name in rows]
        weights = np.array([name.weight for name in rows], np.float32)
        lengths = np.array([LENGTH * len(part) for part in last], np.float32)
        words = ((word, row) for row, name in enumerate(rows) for word in pieces(name.text))
        return cls(
            Texts.of(name.text for name in rows),
            entries,
            weights,
            weights + lengths - LATER * entries,
            Table.of(
                ((name, row) for row, name in enumerate(whole) if "." not in name),
                ((name, row) for row, name in enumerate(whole) if "." in name),
                ((part, row) for row, part in enumerate(last) if part == part.lower()),
                ((part.lower(), row) for row, part in enumerate(last) if part != part.lower()),
                words,
            ),
        )

    def __len__(self) -> int:
        """Give the number of names."""
        return len(self._entries)

    def __iter__(self) -> Iterator[Name]:
        """Give all names, sorted."""
        rows = zip(self._texts, self._entries.tolist(), self._weights.tolist(), strict=True)
        return starmap(Name, rows)

    def exactly(self, name: str) -> list[int]:
        """Give the entries that have this very name, upper and lower case as written."""
        rows = self._table.exactly(name.lower(), *_WHOLE)
        return [int(self._entries[row]) for row in rows.tolist() if self._texts[row] == name]

    def exactly_but_case(self, name: str, limit: int = 5) -> list[int]:
        """Give the entries that have this name, upper or lower case apart, most wanted first."""
        rows = self._table.exactly(name.lower(), *_WHOLE).tolist()
        rows.sort(key=lambda row: (self._texts[row] != name, -self._worths[row]))
        return list(dict.fromkeys(self._entries[rows].tolist()))[:limit]

    def ending(self, part: str) -> frozenset[int]:
        """Give the entries whose dotted name ends with this part, in its capitals if it has any."""
        small = part.lower()
        dotted = {*self._table.exactly(small, *_LAST).tolist()}
        dotted -= {*self._table.exactly(small, *_WHOLE).tolist()}
        rows = [row for row in dotted if part == small or self._texts[row].endswith(part)]
        return frozenset(self._entries[rows].tolist())

    def find(self, text: str, limit: int = 30) -> Named:
        """Give entries whose name is, ends with, starts with or holds the text, best first."""
        typed = text.strip()
        wanted = typed.lower()
        if not wanted:
            return NOTHING
        rows, tiers = self._match(wanted, typed)
        scores = tiers + self._worths[rows]
        chosen = self._choose(rows, scores, limit)
        if not len(chosen):
            return NOTHING
        return self._named(rows[chosen], scores[chosen], tiers[chosen] >= OTHER_CASE)

    def correct(self, text: str, limit: int = 10) -> Named:
        """Give entries whose name is the text but for a slip (two from five letters on)."""
        typed = text.strip()
        wanted = typed.lower()
        if len(wanted) < 3:  # noqa: PLR2004  anything is one slip away from two letters
            return NOTHING
        scores: dict[int, float] = {}
        distances: dict[int, int] = {}
        for near, distance, rows in self._nearest(wanted, (*_WHOLE, *_LAST), most=25):
            first = 0.0 if near[0] == wanted[0] else OTHER_FIRST_LETTER
            for row in rows:
                score = TYPO * distance + first + float(self._weights[row])
                if score > scores.get(row, -np.inf):
                    scores[row], distances[row] = score, distance
        if len(scores) < 3 and "." in wanted:  # noqa: PLR2004
            self._correct_components(wanted, scores, distances)
        if _last_part(typed)[0].isupper():
            for row in scores:
                if _last_part(self._texts[row])[0].islower():
                    scores[row] += NO_CAPITAL
        if not scores:
            return NOTHING
        found = np.array(sorted(scores, key=self._entries.item), np.int32)
        values = np.array([scores[row] for row in found.tolist()])
        chosen = self._choose(found, values, limit)
        named = self._named(found[chosen], values[chosen], np.zeros(len(chosen), np.bool_))
        return replace(named, slips=distances[int(found[chosen[0]])])

    def _correct_components(
        self, wanted: str, scores: dict[int, float], distances: dict[int, int]
    ) -> None:
        """Add names that differ by up to two slips in each dotted component."""
        parts = wanted.split(".")
        for _, _, rows in self._nearest(parts[-1], _LAST, most=40):
            for row in rows:
                named = self._texts[row].lower().split(".")
                if len(named) != len(parts):
                    continue
                slips = [OSA.distance(a, b) for a, b in zip(named, parts, strict=True)]
                if max(slips) <= 2:  # noqa: PLR2004
                    score = TYPO * sum(slips) + float(self._weights[row])
                    scores[row] = max(score, scores.get(row, score))
                    distances[row] = sum(slips)

    def _match(self, wanted: str, typed: str) -> tuple[IntArray, ScoreArray]:
        """Give rows and how well they match, if at all; one may come several times."""
        rows, ways, n_own = self._table.starting(wanted)
        tiers = (_BEGUN_DOTTED if "." in wanted else _BEGUN)[ways]
        own = ways[:n_own]
        is_small = typed == wanted
        tiers[:n_own] = (_ALL if is_small else _ALL_CAPITAL)[own]
        for at, (row, way) in enumerate(zip(rows[:n_own].tolist(), own.tolist(), strict=True)):
            if way in _WHOLE:
                if self._texts[row] == typed:
                    tiers[at] = EXACT_CASE
            elif is_small:
                break  # whole names come first, and of the rest only capitals are left to compare
            elif way == _CAPITAL and self._texts[row].endswith(typed):
                tiers[at] = TAIL_CASE
        last = _last_part(wanted)
        if last != wanted:
            ending = self._table.exactly(last, *_LAST)
            ends = [text.lower().endswith(f".{wanted}") for text in self._written(ending)]
            rows = np.concatenate((rows, ending[ends]))
            tiers = np.concatenate((tiers, np.full(sum(ends), SUFFIX)))
        return rows, tiers

    def _nearest(
        self, wanted: str, ways: Sequence[int], *, most: int
    ) -> Iterator[tuple[str, int, list[int]]]:
        """Give texts that are a slip away (two from five letters on), nearest first, and rows."""
        slips = 1 if len(wanted) < 5 else 2  # noqa: PLR2004
        texts = self._table.near(wanted, slips, ways)
        for text, distance, _ in process.extract(
            wanted, texts, scorer=OSA.distance, score_cutoff=slips, limit=most
        ):
            yield text, int(distance), self._table.exactly(text, *ways).tolist()

    def _written(self, rows: IntArray) -> list[str]:
        """Give names as they are written in the documentation."""
        return [self._texts[row] for row in rows.tolist()]

    def _choose(self, rows: IntArray, scores: ScoreArray, limit: int) -> NDArray[np.intp]:
        """Give positions of rows that match, best first, one an entry; equals keep their order."""
        order = best_first(scores, _TIMES * limit)[: np.count_nonzero(scores > _NONE)]
        firsts: dict[int, int] = {}
        for position, entry in enumerate(self._entries[rows[order]].tolist()):
            if entry not in firsts:
                firsts[entry] = position
                if len(firsts) == limit:
                    break
        return order[np.array(list(firsts.values()), np.intp)]

    def _named(self, rows: IntArray, scores: ScoreArray, is_exact: NDArray[np.bool_]) -> Named:
        return Named(self._entries[rows], scores, is_exact, self._texts[int(rows[0])])

    def dump(self) -> Arrays:
        """Give everything as arrays that `load` understands."""
        return {
            "texts": self._texts.dump(),
            "entries": self._entries,
            "weights": self._weights,
            "worths": self._worths,
            **prefixed("table", self._table.dump()),
        }

    @classmethod
    def load(cls, arrays: Arrays) -> Self:
        """Read what `dump` gave."""
        return cls(
            Texts.load(arrays["texts"]),
            arrays["entries"],
            arrays["weights"],
            arrays["worths"],
            Table.load(inside("table", arrays)),
        )


def weight(kind: str, part: str, uses: float, links: int) -> float:
    """Give how wanted a name is: by its use in real code, the links to it and its kind.

    Args:
        kind: Kind of the entry.
        part: Part that the entry belongs to.
        uses: In how many files of real code the name occurs.
        links: How many places of other pages link to it.
    """
    penalty = KIND_PENALTY.get(kind, OTHER_KIND_PENALTY)
    if kind in BYNAME_KINDS or part in BYNAME_PARTS:
        penalty += BYNAME_PENALTY
    return float(np.log1p(uses) + 0.5 * np.log1p(links)) - penalty


def _last_part(name: str) -> str:
    if "." not in name or name.startswith("."):
        return name
    return _DOT.split(name)[-1]
