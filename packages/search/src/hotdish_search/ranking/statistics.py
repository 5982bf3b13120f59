"""BM25 over fields, in memory: how well each word fits each field of each entry.

BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
The part of a term's weight that does not depend on the query is worked out when the index is built,
so a search only adds up a few short arrays.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hotdish_search.ranking.arrays import Arrays, FloatArray, IntArray, inside, prefixed
from hotdish_search.ranking.texts import Texts

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


@dataclass(frozen=True, slots=True)
class Field:
    """Inverted lists of one field: entries and weights of term t lie at starts[t]:starts[t+1]."""

    starts: IntArray
    entries: IntArray
    weights: NDArray[np.float16]

    def terms(self) -> IntArray:
        """Give the term of each posting."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))


@dataclass(frozen=True, slots=True)
class Statistics:
    """The words of one docset.

    Attributes:
        size: Number of entries.
        vocabulary: All terms, sorted; a term's number is its place here.
        idf: Inverse document frequency of each term, over whole entries.
        fields: Inverted lists by name of the field.
    """

    size: int
    vocabulary: Texts
    idf: FloatArray
    fields: Mapping[str, Field]

    @classmethod
    def count(cls, documents: Sequence[Mapping[str, Sequence[str]]]) -> Self:
        """Count the terms of entries, each given as terms by field."""
        vocabulary = sorted({term for document in documents for term in chain(*document.values())})
        numbers = {term: number for number, term in enumerate(vocabulary)}
        frequency: Counter[int] = Counter()
        counted = {field: list[Counter[int]]() for field in FIELDS}
        for document in documents:
            seen: set[int] = set()
            for field, counters in counted.items():
                counters.append(Counter([numbers[term] for term in document.get(field, ())]))
                seen.update(counters[-1])
            frequency.update(seen)
        df = np.array([frequency[t] for t in range(len(vocabulary))], dtype=np.float32)
        idf = np.log1p((len(documents) - df + 0.5) / (df + 0.5)).astype(np.float32)
        return cls(
            size=len(documents),
            vocabulary=Texts.of(vocabulary),
            idf=idf,
            fields={
                field: _invert(counters, len(vocabulary), FIELDS[field])
                for field, counters in counted.items()
            },
        )

    def known(self, terms: Sequence[str]) -> list[int]:
        """Give the numbers of those terms that occur at all."""
        return [number for term in terms if (number := self.vocabulary.find(term)) is not None]

    def score(self, field: str, terms: Sequence[int]) -> FloatArray:
        """Give the BM25 score of every entry for the terms in one field, 0 where none occurs."""
        lists = self.fields[field]
        scores = np.zeros(self.size, dtype=np.float32)
        for term in terms:
            span = slice(lists.starts[term], lists.starts[term + 1])
            scores[lists.entries[span]] += self.idf[term] * lists.weights[span]
        return scores

    def coverage(self, fields: Sequence[str], terms: Sequence[int]) -> FloatArray:
        """Give for every entry which share of the terms, by idf, one of the fields holds."""
        covered = np.zeros(self.size, dtype=np.float32)
        total = float(sum(self.idf[term] for term in terms))
        for term in terms:
            held = np.zeros(self.size, dtype=bool)
            for field in fields:
                lists = self.fields[field]
                held[lists.entries[lists.starts[term] : lists.starts[term + 1]]] = True
            covered[held] += self.idf[term]
        return covered / total if total else covered

    def full_text(self) -> list[str]:
        """Give for each entry its terms, once each, joined by spaces."""
        words, n_terms = list(self.vocabulary), len(self.vocabulary)
        held = np.unique(
            np.concatenate([lists.entries.astype(np.int64) * n_terms + lists.terms()
                            for lists in self.fields.values()])
        )  # fmt: skip
        begins = np.searchsorted(held, np.arange(self.size + 1) * n_terms)
        # The vocabulary is sorted, and so are the numbers of its terms.
        return [
            " ".join(words[term % n_terms] for term in held[begin:end])
            for begin, end in pairwise(begins)
        ]

    def is_sound(self) -> bool:
        """Tell whether all numbers are in their bounds; those of a stranger's file need not be."""
        n_terms = len(self.vocabulary)
        return len(self.idf) == n_terms and all(
            len(lists.starts) == n_terms + 1
            and lists.starts[0] == 0
            and lists.starts[-1] == len(lists.entries) == len(lists.weights)
            and bool(np.all(np.diff(lists.starts) >= 0))
            and bool(np.all((lists.entries >= 0) & (lists.entries < self.size)))
            for lists in self.fields.values()
        )

    def dump(self) -> Arrays:
        """Give everything as arrays that `load` understands."""
        dumped: dict[str, NDArray[Any]] = {"vocabulary": self.vocabulary.dump(), "idf": self.idf}
        for name, field in self.fields.items():
            dumped |= prefixed(name, asdict(field))
        return dumped

    @classmethod
    def load(cls, arrays: Arrays, size: int) -> Self:
        """Read what `dump` gave, for so many entries."""
        return cls(
            size=size,
            vocabulary=Texts.load(arrays["vocabulary"]),
            idf=arrays["idf"],
            fields={name: Field(**inside(name, arrays)) for name in FIELDS},
        )


def _invert(counters: Sequence[Counter[int]], n_terms: int, b: float) -> Field:
    lengths = np.array([counter.total() for counter in counters], dtype=np.float32)
    filled = lengths[lengths > 0]
    mean = float(filled.mean()) if len(filled) else 1.0
    terms = np.array([term for counter in counters for term in counter], dtype=np.int32)
    counts = np.array([n for counter in counters for n in counter.values()], dtype=np.float32)
    entries = np.repeat(
        np.arange(len(counters), dtype=np.int32), [len(counter) for counter in counters]
    )
    order = np.argsort(terms, kind="stable")
    starts = np.zeros(n_terms + 1, dtype=np.int32)
    np.cumsum(np.bincount(terms, minlength=n_terms), out=starts[1:])
    norm = K1 * (1 - b + b * lengths[entries] / mean)
    weights = (counts * (K1 + 1) / (counts + norm)).astype(np.float16)
    return Field(starts, entries[order], weights[order])
