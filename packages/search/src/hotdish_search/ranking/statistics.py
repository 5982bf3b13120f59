"""BM25 over fields, in memory: how well each word fits each field of each entry.

BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
The part of a term's weight that does not depend on the query is worked out when the index is built,
so a search only adds up a few short arrays.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from hotdish_search.ranking.arrays import Arrays, FloatArray, IntArray, ScoreArray
from hotdish_search.ranking.texts import Texts

_Number = TypeVar("_Number", bound=np.generic)

K1 = 1.2
# Field -> b of BM25: how much a long field is held against an entry.
FIELDS: Mapping[str, float] = {
    "title": 0.5,
    "body": 0.6,
    "links": 0.7,
    "uses": 0.7,
    "index": 0.4,
    "asked": 0.4,
}


_ARRAYS = ("idf", "starts", "entries", "fields", "weights")
_LONG = 16  # more than a 16th of all: one look at a table of all is quicker than many searches
_FIELD_NUMBERS = {field: number for number, field in enumerate(FIELDS)}


@dataclass(frozen=True, slots=True)
class Statistics:
    """The words of one docset.

    What is known of term t lies at `starts[t]:starts[t + 1]` of the last three.

    Attributes:
        size: Number of entries.
        vocabulary: All terms, sorted; a term's number is its place here.
        idf: Inverse document frequency of each term, over whole entries.
        starts: Where each term begins, and where the last one ends.
        entries: An entry that holds the term; two bytes each, unless there are too many for that.
        fields: In which of its fields, as a position in `FIELDS`.
        weights: How much that counts, but for the term's idf.
    """

    size: int
    vocabulary: Texts
    idf: FloatArray
    starts: IntArray
    entries: NDArray[np.unsignedinteger]
    fields: NDArray[np.uint8]
    weights: NDArray[np.float16]

    @classmethod
    def count(cls, documents: Sequence[Mapping[str, Sequence[str]]]) -> Self:
        """Count the terms of entries, each given as terms by field."""
        vocabulary = sorted({term for document in documents for term in chain(*document.values())})
        numbers = {term: number for number, term in enumerate(vocabulary)}

        def count(field: str) -> list[Counter[int]]:
            return [
                Counter([numbers[term] for term in document.get(field, ())])
                for document in documents
            ]

        lists = [_weigh_terms(count(field), b) for field, b in FIELDS.items()]
        terms, entries, weights = map(np.concatenate, zip(*lists, strict=True))
        fields = np.repeat(np.arange(len(lists), dtype=np.uint8), [len(one[0]) for one in lists])
        order = np.argsort(terms, kind="stable")
        starts = np.searchsorted(terms[order], np.arange(len(vocabulary) + 1)).astype(np.int32)
        held = np.unique(terms * np.int64(len(documents)) + entries)
        df = np.bincount(held // max(len(documents), 1), minlength=len(vocabulary))
        idf = np.log1p((len(documents) - df + 0.5) / (df + 0.5)).astype(np.float32)
        return cls(
            size=len(documents),
            vocabulary=Texts.of(vocabulary),
            idf=idf,
            starts=starts,
            entries=entries[order].astype(np.min_scalar_type(len(documents))),
            fields=fields[order],
            weights=weights[order],
        )

    def known(self, terms: Sequence[str]) -> list[int]:
        """Give the numbers of those terms that occur at all."""
        return [number for term in terms if (number := self.vocabulary.find(term)) is not None]

    def frequency(self, term: str) -> int:
        """Give in how many fields of entries a term stands."""
        number = self.vocabulary.find(term)
        return 0 if number is None else int(self.starts[number + 1] - self.starts[number])

    def rarest(self, terms: Sequence[str], enough: int) -> tuple[str, ...]:
        """Give the rarest of the terms that occur, as many as together stand in enough fields."""
        found = sorted((n, term) for term in terms if (n := self.frequency(term)))
        so_far = accumulate((n for n, _ in found), initial=0)
        return tuple(term for (_, term), n in zip(found, so_far, strict=False) if n < enough)

    def holding(self, terms: Sequence[str]) -> IntArray:
        """Give the entries that hold any of the terms; one may come several times."""
        held = [self.entries[self.starts[n] : self.starts[n + 1]] for n in self.known(terms)]
        return np.concatenate([self.entries[:0], *held]).astype(np.int32)

    def look_up(self, terms: Sequence[int], entries: IntArray) -> "Found":
        """Give where these terms stand in some entries; it costs as much as there is to find.

        Args:
            terms: Numbers of terms.
            entries: Entries, sorted; all that hold one of the terms are among them.
        """
        bounds = self.starts.item
        spans = [slice(bounds(term), bounds(term + 1)) for term in terms]
        idf = self.idf[np.asarray(terms, np.intp)]
        return Found(
            n_entries=len(entries),
            idf_of_terms=idf,
            columns=_positions(_joined(self.entries, spans), entries, self.size),
            fields=_joined(self.fields, spans),
            idf=idf.repeat([span.stop - span.start for span in spans]),
            weights=_joined(self.weights, spans),
        )

    def full_text(self) -> list[str]:
        """Give for each entry its terms, once each, joined by spaces."""
        words, n_terms = list(self.vocabulary), len(self.vocabulary)
        terms = np.repeat(np.arange(n_terms), np.diff(self.starts))
        held = np.unique(self.entries * np.int64(n_terms) + terms)
        begins = np.searchsorted(held, np.arange(self.size + 1) * n_terms)
        # The vocabulary is sorted, and so are the numbers of its terms.
        return [
            " ".join(words[term % n_terms] for term in held[begin:end])
            for begin, end in pairwise(begins)
        ]

    def is_sound(self) -> bool:
        """Tell whether all numbers are in their bounds; those of a stranger's file need not be."""
        n_terms, n_held = len(self.vocabulary), len(self.entries)
        return (
            len(self.idf) == n_terms
            and len(self.starts) == n_terms + 1
            and len(self.fields) == len(self.weights) == n_held
            and self.starts[0] == 0
            and self.starts[-1] == n_held
            and bool(np.all(np.diff(self.starts) >= 0))
            and bool(np.all((self.entries >= 0) & (self.entries < self.size)))
            and bool(np.all(self.fields < len(FIELDS)))
        )

    def dump(self) -> Arrays:
        """Give everything as arrays that `load` understands."""
        return {
            "vocabulary": self.vocabulary.dump(),
            **{name: getattr(self, name) for name in _ARRAYS},
        }

    @classmethod
    def load(cls, arrays: Arrays, size: int) -> Self:
        """Read what `dump` gave, for so many entries."""
        return cls(
            size=size,
            vocabulary=Texts.load(arrays["vocabulary"]),
            **{name: arrays[name] for name in _ARRAYS},
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Where some terms stand in some entries; one row for each term, entry and field.

    Attributes:
        n_entries: How many entries were looked at.
        idf_of_terms: Of each term once.
        columns: Which of the entries, as a position among them.
        fields: In which field, as a position in `FIELDS`.
        idf: The term's.
        weights: How much that counts, but for idf.
    """

    n_entries: int
    idf_of_terms: FloatArray
    columns: IntArray
    fields: NDArray[np.uint8]
    idf: FloatArray
    weights: NDArray[np.float16]

    def scores(self) -> ScoreArray:
        """Give BM25: a row for each of `FIELDS`, a column for each entry."""
        places = self.fields * np.int32(self.n_entries) + self.columns
        scores = _sum_up(places, self.idf * self.weights, len(FIELDS) * self.n_entries)
        return scores.reshape(len(FIELDS), self.n_entries)

    def coverage(self, field: str) -> ScoreArray:
        """Give which share of the terms, by idf, a field of each entry holds."""
        inside = self.fields == _FIELD_NUMBERS[field]
        held = _sum_up(self.columns, self.idf * inside, self.n_entries)
        total = float(self.idf_of_terms.sum())
        return held / total if total else held


def _sum_up(places: IntArray, values: FloatArray, size: int) -> ScoreArray:
    """Add each value at its place."""
    # Without any value `bincount` gives whole numbers.
    return np.bincount(places, values, size).astype(np.float64, copy=False)


def _positions(wanted: NDArray[np.unsignedinteger], entries: IntArray, size: int) -> IntArray:
    """Give where each of the wanted stands in the sorted entries, of which there are `size`."""
    if len(wanted) * _LONG < size:
        return entries.searchsorted(wanted).astype(np.int32)
    positions = np.zeros(size, np.int32)
    positions[entries] = np.arange(len(entries), dtype=np.int32)
    return positions.take(wanted)


def _joined(array: NDArray[_Number], spans: Sequence[slice]) -> NDArray[_Number]:
    return np.concatenate([array[:0], *(array[span] for span in spans)])


def _weigh_terms(
    counters: Sequence[Counter[int]], b: float
) -> tuple[IntArray, IntArray, NDArray[np.float16]]:
    """Give all terms of one field, the entries that they stand in, and what that is worth."""
    lengths = np.array([counter.total() for counter in counters], dtype=np.float32)
    filled = lengths[lengths > 0]
    mean = float(filled.mean()) if len(filled) else 1.0
    terms = np.array([term for counter in counters for term in counter], dtype=np.int32)
    counts = np.array([n for counter in counters for n in counter.values()], dtype=np.float32)
    entries = np.repeat(
        np.arange(len(counters), dtype=np.int32), [len(counter) for counter in counters]
    )
    norm = K1 * (1 - b + b * lengths[entries] / mean)
    return terms, entries, (counts * (K1 + 1) / (counts + norm)).astype(np.float16)
