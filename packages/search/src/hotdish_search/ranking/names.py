"""Names in memory: exact, last part, suffix, prefix, words inside, and typos, most used first."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Self

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hotdish_search.query.words import pieces
from hotdish_search.ranking.arrays import (
    Arrays,
    FloatArray,
    IntArray,
    ScoreArray,
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
OTHER_FIRST_LETTER = -1.0  # people seldom mistype the first letter
NO_CAPITAL = -3.0  # "Tempalte" means string.Template before its attribute `template`
LENGTH = -0.05  # for each letter of the last part

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
BYNAME_KINDS = frozenset({"row", "section", "page", "token", "command", "other"})
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
class NameHit:
    """An entry found by name; `exact` if the whole name was typed, `slips` if it was mistyped."""

    entry: int
    score: float
    name: str
    is_exact: bool = False
    slips: int = 0


class Names:
    """All names of one docset, ready to be searched; never changed.

    A name is a row, and rows are sorted. Three tables lead to rows: from whole names, from last
    parts, and from the words inside, all in lower case.
    """

    def __init__(
        self,
        texts: Texts,
        entries: IntArray,
        weights: FloatArray,
        worths: FloatArray,
        tables: Sequence[Table],
    ) -> None:
        """Take what `of` makes of names: a worth is a weight, less for each letter to be typed."""
        self._texts = texts
        self._entries = entries
        self._weights = weights
        self._worths = worths
        self._whole, self._last, self._words = tables

    @classmethod
    def of(cls, names: Iterable[Name]) -> Self:
        """Sort names."""
        rows = sorted(names, key=lambda name: (name.text.lower(), name.text))
        whole = [name.text.lower() for name in rows]
        last = [_last_part(name) for name in whole]
        weights = np.array([name.weight for name in rows], np.float32)
        lengths = np.array([LENGTH * len(part) for part in last], np.float32)
        words = ((word, row) for row, name in enumerate(rows) for word in pieces(name.text))
        return cls(
            Texts.of(name.text for name in rows),
            np.array([name.entry for name in rows], np.int32),
            weights,
            weights + lengths,
            [
                Table.of((name, row) for row, name in enumerate(whole)),
                Table.of((part, row) for row, part in enumerate(last)),
                Table.of(words),
            ],
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
        rows = self._whole.exactly(name.lower())
        return [int(self._entries[row]) for row in rows.tolist() if self._texts[row] == name]

    def exactly_but_case(self, name: str, limit: int = 5) -> list[int]:
        """Give the entries that have this name, upper or lower case apart, most wanted first."""
        rows = self._whole.exactly(name.lower()).tolist()
        rows.sort(key=lambda row: (self._texts[row] != name, -self._worths[row]))
        return list(dict.fromkeys(self._entries[rows].tolist()))[:limit]

    def find(self, text: str, limit: int = 30) -> list[NameHit]:
        """Give entries whose name is, ends with, starts with or holds the text, best first."""
        typed = text.strip()
        wanted = typed.lower()
        if not wanted:
            return []
        found = [(rows, tier) for rows, tier in self._matches(wanted, typed, limit) if len(rows)]
        if not found:
            return []
        rows = np.concatenate([rows for rows, _ in found])
        tiers = np.repeat([tier for _, tier in found], [len(rows) for rows, _ in found])
        return self._hits(rows, tiers + self._worths[rows], limit, wanted)

    def correct(self, text: str, limit: int = 10) -> list[NameHit]:
        """Give entries whose name is the text but for a slip (two from five letters on)."""
        typed = text.strip()
        wanted = typed.lower()
        if len(wanted) < 3:  # noqa: PLR2004  anything is one slip away from two letters
            return []
        scores: dict[int, float] = {}
        distances: dict[int, int] = {}
        for near, distance, rows in _nearest(wanted, (self._whole, self._last), most=25):
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
        found = np.fromiter(scores, np.int32)
        return self._hits(found, np.fromiter(scores.values(), float), limit, wanted, distances)

    def _correct_components(
        self, wanted: str, scores: dict[int, float], distances: dict[int, int]
    ) -> None:
        """Add names that differ by up to two slips in each dotted component."""
        parts = wanted.split(".")
        for _, _, rows in _nearest(parts[-1], (self._last,), most=40):
            for row in rows:
                named = self._texts[row].lower().split(".")
                if len(named) != len(parts):
                    continue
                slips = [OSA.distance(a, b) for a, b in zip(named, parts, strict=True)]
                if max(slips) <= 2:  # noqa: PLR2004
                    score = TYPO * sum(slips) + float(self._weights[row])
                    scores[row] = max(score, scores.get(row, score))
                    distances[row] = sum(slips)

    def _matches(
        self, wanted: str, typed: str, limit: int
    ) -> Iterator[tuple[IntArray | list[int], float]]:
        """Give (rows, tier) of every kind of match; a row may come several times."""
        whole = self._whole.exactly(wanted).tolist()
        same = [row for row in whole if self._texts[row] == typed]
        yield same, EXACT_CASE
        other = [row for row in whole if row not in same]
        yield other, EXACT if typed.islower() else OTHER_CASE
        last = _last_part(wanted)
        rows = self._last.exactly(last)
        if last != wanted:
            names = {row: self._texts[row].lower() for row in rows.tolist()}
            yield [row for row, name in names.items() if name.endswith(f".{wanted}")], SUFFIX
        elif len(rows):
            is_same = [self._texts[row].endswith(typed) for row in rows.tolist()]
            yield rows[is_same], TAIL_CASE
            yield rows, TAIL
        yield self._best(self._last.starting(wanted), limit), PREFIX
        starting = self._best(self._whole.starting(wanted), limit)
        if "." in wanted:
            yield starting, PREFIX
        else:
            yield [row for row in starting.tolist() if "." not in self._texts[row]], PREFIX
            yield starting, LONGER_PATH
        yield self._words.exactly(wanted)[: limit * 4], INSIDE

    def _best(self, rows: IntArray, limit: int) -> IntArray:
        """Give the most wanted of many rows."""
        if len(rows) > limit:
            rows = rows[np.argpartition(-self._worths[rows], limit)[:limit]]
        return rows

    def _hits(
        self,
        rows: IntArray,
        scores: ScoreArray,
        limit: int,
        wanted: str,
        distances: Mapping[int, int] | None = None,
    ) -> list[NameHit]:
        """Give one hit an entry, best first; equal scores in the documentation's order."""
        entries = self._entries[rows]
        order = np.lexsort((entries, -scores))
        hits: dict[int, NameHit] = {}
        for row, entry, score in zip(
            rows[order].tolist(), entries[order].tolist(), scores[order].tolist(), strict=True
        ):
            if entry in hits:
                continue
            name = self._texts[row]
            slips = distances[row] if distances else 0
            hits[entry] = NameHit(entry, score, name, name.lower() == wanted, slips)
            if len(hits) == limit:
                break
        return list(hits.values())

    def dump(self) -> Arrays:
        """Give everything as arrays that `load` understands."""
        return {
            "texts": self._texts.dump(),
            "entries": self._entries,
            "weights": self._weights,
            "worths": self._worths,
            **prefixed("whole", self._whole.dump()),
            **prefixed("last", self._last.dump()),
            **prefixed("words", self._words.dump()),
        }

    @classmethod
    def load(cls, arrays: Arrays) -> Self:
        """Read what `dump` gave."""
        return cls(
            Texts.load(arrays["texts"]),
            arrays["entries"],
            arrays["weights"],
            arrays["worths"],
            [Table.load(inside(name, arrays)) for name in ("whole", "last", "words")],
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
    return name if name.startswith(".") else re.split(r"\.(?=[^.])", name)[-1]


def _nearest(
    wanted: str, tables: Sequence[Table], *, most: int
) -> Iterator[tuple[str, int, list[int]]]:
    """Give the texts that are a slip away (two from five letters on), nearest first, with rows."""
    slips = 1 if len(wanted) < 5 else 2  # noqa: PLR2004
    texts = sorted({text for table in tables for text in table.near(wanted, slips)})
    for text, distance, _ in process.extract(
        wanted, texts, scorer=OSA.distance, score_cutoff=slips, limit=most
    ):
        yield text, int(distance), [row for table in tables for row in table.exactly(text).tolist()]
