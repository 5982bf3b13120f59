"""Names in memory: exact, last part, suffix, prefix, words inside, and typos, most used first."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hotdish_search.query.words import pieces

# How good a match is; added to how wanted the name is (popularity, in natural logarithms).
EXACT_CASE, EXACT = 200.0, 100.0
OTHER_CASE = 4.5  # "Iterator" means collections.abc.Iterator before the glossary's "iterator"
TAIL_CASE, TAIL, SUFFIX = 4.2, 3.5, 2.0
PREFIX, LONGER_PATH, INSIDE = 0.0, -1.5, -6.0
TYPO = -30.0  # for each slip
OTHER_FIRST_LETTER = -1.0  # people seldom mistype the first letter
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
    """All names of one docset, ready to be searched; built once, never changed."""

    def __init__(self, names: Iterable[Name]) -> None:
        """Sort the names; some ten milliseconds for Python's 15,000."""
        self._names = sorted(names, key=lambda name: (name.text.lower(), name.text))
        self._full = [name.text.lower() for name in self._names]
        self._weights = np.array([name.weight for name in self._names], dtype=np.float32)
        by_tail = sorted((_tail(full), row) for row, full in enumerate(self._full))
        self._tails = [tail for tail, _ in by_tail]
        self._tail_rows = np.array([row for _, row in by_tail], dtype=np.int32)
        self._length = np.array([LENGTH * len(_tail(full)) for full in self._full], np.float32)

    def __len__(self) -> int:
        """Give the number of names."""
        return len(self._names)

    @cached_property
    def _suffixes(self) -> dict[str, list[int]]:
        """Rows by each dotted suffix of two or more components, the full name left out."""
        table: dict[str, list[int]] = {}
        for row, full in enumerate(self._full):
            dots = [i for i, letter in enumerate(full) if letter == "."]
            for dot in dots[:-1]:
                table.setdefault(full[dot + 1 :], []).append(row)
        return table

    @cached_property
    def _words(self) -> dict[str, list[int]]:
        """Rows by each word inside a name (`workaround` in `apply_source_workaround`)."""
        table: dict[str, list[int]] = {}
        for row, name in enumerate(self._names):
            for word in set(pieces(name.text)):
                table.setdefault(word, []).append(row)
        return table

    @cached_property
    def _vocabulary(self) -> list[str]:
        """Full names and last parts, once each, for typos."""
        return sorted({*self._full, *self._tails})

    def exactly(self, name: str) -> list[int]:
        """Give the entries that have this very name, upper and lower case as written."""
        rows = range(*self._span(self._full, name.lower(), exact=True))
        return [self._names[row].entry for row in rows if self._names[row].text == name]

    def find(self, text: str, limit: int = 30) -> list[NameHit]:
        """Give entries whose name is, ends with, starts with or holds the text, best first."""
        wanted = text.strip().lower()
        if not wanted:
            return []
        scores: dict[int, float] = {}
        for row, tier in self._matches(wanted, text.strip(), limit):
            score = tier + float(self._weights[row]) + float(self._length[row])
            scores[row] = max(score, scores.get(row, score))
        return self._hits(scores, limit, wanted)

    def correct(self, text: str, limit: int = 10) -> list[NameHit]:
        """Give entries whose name is the text but for a slip (two from five letters on)."""
        wanted = text.strip().lower()
        if len(wanted) < 3:  # noqa: PLR2004  anything is one slip away from two letters
            return []
        slips = 1 if len(wanted) < 5 else 2  # noqa: PLR2004
        near = process.extract(
            wanted, self._vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=25
        )
        found = {candidate: distance for candidate, distance, _ in near}
        scores: dict[int, float] = {}
        distances: dict[int, int] = {}
        for candidate, distance in found.items():
            for row in self._rows_named(candidate):
                first = 0.0 if candidate[0] == wanted[0] else OTHER_FIRST_LETTER
                score = TYPO * distance + first + float(self._weights[row])
                if score > scores.get(row, -np.inf):
                    scores[row], distances[row] = score, int(distance)
        if len(scores) < 3 and "." in wanted:  # noqa: PLR2004
            self._correct_components(wanted, scores, distances)
        return self._hits(scores, limit, wanted, distances)

    def _correct_components(
        self, wanted: str, scores: dict[int, float], distances: dict[int, int]
    ) -> None:
        """Add names that differ by up to two slips in each dotted component."""
        parts = wanted.split(".")
        tails = process.extract(
            parts[-1],
            sorted(set(self._tails)),
            scorer=OSA.distance,
            score_cutoff=_slips_allowed(parts[-1]),
            limit=40,
        )
        for tail, _, _ in tails:
            for row in self._rows_between(tail, exact=True):
                named = self._full[row].split(".")
                if len(named) != len(parts):
                    continue
                slips = [OSA.distance(a, b) for a, b in zip(named, parts, strict=True)]
                if max(slips) <= 2:  # noqa: PLR2004
                    scores[row] = max(
                        TYPO * sum(slips) + float(self._weights[row]), scores.get(row, -np.inf)
                    )
                    distances[row] = sum(slips)

    def _matches(self, wanted: str, typed: str, limit: int) -> Iterator[tuple[int, float]]:
        """Give (row, tier) of every kind of match; a row may come several times."""
        for row in range(*self._span(self._full, wanted, exact=True)):
            if self._names[row].text == typed:
                yield row, EXACT_CASE
            else:
                yield row, EXACT if typed.islower() else OTHER_CASE
        for row in self._rows_between(wanted, exact=True):
            if self._full[row] != wanted:
                same_case = self._names[row].text.rsplit(".", 1)[-1] == typed
                yield row, TAIL_CASE if same_case else TAIL
        for row in self._suffixes.get(wanted, ()):
            yield row, SUFFIX
        for row in self._best(self._rows_between(wanted), limit):
            yield row, PREFIX
        begin, end = self._span(self._full, wanted)
        for row in self._best(np.arange(begin, end), limit):
            deeper = "." in self._full[row][len(wanted) :] and "." not in wanted
            yield row, LONGER_PATH if deeper else PREFIX
        for row in self._words.get(wanted, ())[: limit * 4]:
            yield row, INSIDE

    def _best(self, rows: Sequence[int] | np.ndarray, limit: int) -> list[int]:
        """Give the most wanted of many rows."""
        if len(rows) <= limit:
            return [int(row) for row in rows]
        rows = np.asarray(rows)
        weights = self._weights[rows] + self._length[rows]
        return [int(row) for row in rows[np.argpartition(-weights, limit)[:limit]]]

    def _rows_named(self, name: str) -> list[int]:
        full = range(*self._span(self._full, name, exact=True))
        return [*full, *(int(row) for row in self._rows_between(name, exact=True))]

    def _rows_between(self, tail: str, *, exact: bool = False) -> np.ndarray:
        """Give the rows whose last part is, or starts with, `tail`."""
        begin, end = self._span(self._tails, tail, exact=exact)
        return self._tail_rows[begin:end]

    @staticmethod
    def _span(table: list[str], text: str, *, exact: bool = False) -> tuple[int, int]:
        begin = bisect_left(table, text)
        return begin, bisect_left(table, text + ("\0" if exact else "\U0010ffff"), begin)

    def _hits(
        self,
        scores: Mapping[int, float],
        limit: int,
        wanted: str,
        distances: Mapping[int, int] | None = None,
    ) -> list[NameHit]:
        """Give one hit an entry, best first; equal scores in the documentation's order."""
        hits: dict[int, NameHit] = {}
        for row in sorted(scores, key=lambda row: (-scores[row], self._names[row].entry)):
            name = self._names[row]
            if name.entry in hits:
                continue
            slips = distances[row] if distances else 0
            is_exact = self._full[row] == wanted
            hits[name.entry] = NameHit(name.entry, scores[row], name.text, is_exact, slips)
            if len(hits) == limit:
                break
        return list(hits.values())


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


def _tail(name: str) -> str:
    return name if name.startswith(".") else re.split(r"\.(?=[^.])", name)[-1]


def _slips_allowed(word: str) -> int:
    return 1 if len(word) < 5 else 2  # noqa: PLR2004
