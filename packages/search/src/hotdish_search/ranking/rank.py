"""The one place where hits get their order: a weighted sum of what is known about each entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from hotdish_search.model import Kind, Part
from hotdish_search.query.understand import Query
from hotdish_search.ranking.names import NameHit, Names
from hotdish_search.ranking.statistics import FloatArray, IntArray, Statistics

# Weights of the BM25 scores, each divided by its best in this query: of the words that were typed
# and of the documentation's words for them.
OWN_WORDS = {
    "body": 0.40, "first": 0.10, "title": 0.10, "links": 0.22, "uses": 0.10, "index": 0.10,
}  # fmt: skip
SYNONYMS = {"title": 0.15, "first": 0.12, "body": 0.06, "index": 0.07, "links": 0.07}
COVERAGE = 0.2
POPULARITY = 0.055  # for each natural logarithm of the number of files that use it
AREA = 0.3  # for each natural logarithm of the area's weight
FULL_NAME = 0.4  # an entry whose whole name stands in the query
MEANING = 1.2

AREA_WEIGHT = {
    "library": 1.0,
    "builtins": 1.0,
    "reference": 0.9,
    "tutorial": 0.9,
    "faq": 0.7,
    "howto": 0.7,
    "using": 0.7,
    "glossary": 0.7,
    "whatsnew": 0.2,
    "c-api": 0.35,
}
OTHER_AREA_WEIGHT = 0.3
KIND_BONUS = {"module": 0.1, "exception": -0.2, "data": -0.1, "attribute": -0.15, "property": -0.15}


PARTS: tuple[str, ...] = get_args(Part)
KINDS: tuple[str, ...] = get_args(Kind)
_NAMES_LEAD = 1000.0  # far above what words can score


@dataclass(frozen=True, slots=True)
class Index:
    """What ranking knows of one docset, in memory.

    Attributes:
        names: All names.
        statistics: All words.
        places: For each entry the number of its place; entries of one place share it.
        popularity: For each entry ln(1 + files that use it).
        prior: For each entry the sum of what its area and kind are worth.
        pages: For each entry the number of its page.
        parts: For each entry its part, as a position in `PARTS`.
        kinds: For each entry its kind, as a position in `KINDS`.
    """

    names: Names
    statistics: Statistics
    places: IntArray
    popularity: FloatArray
    prior: FloatArray
    pages: IntArray
    parts: IntArray
    kinds: IntArray


@dataclass(frozen=True, slots=True)
class Ranking:
    """Entries in order, best first, with scores that are comparable within one search only."""

    entries: IntArray
    scores: FloatArray

    def __len__(self) -> int:
        """Give the number of entries."""
        return len(self.entries)

    def only(self, mask: NDArray[np.bool_]) -> "Ranking":
        """Give the entries that a mask keeps, or that an array of positions names."""
        return Ranking(self.entries[mask], self.scores[mask])

    def at(self, positions: Sequence[int]) -> "Ranking":
        """Give the entries at these positions, in their order."""
        return Ranking(self.entries[list(positions)], self.scores[list(positions)])


def prior(area: str, kind: str) -> float:
    """Give what an entry's area and kind are worth, whatever the query."""
    weight = AREA_WEIGHT.get(area, OTHER_AREA_WEIGHT)
    return AREA * float(np.log(weight)) + KIND_BONUS.get(kind, 0.0)


def rank(
    query: Query,
    named: Sequence[NameHit],
    candidates: Sequence[int],
    index: Index,
    cosines: FloatArray | None = None,
) -> Ranking:
    """Order the entries that a query found, best first, one entry a place.

    Args:
        query: What was asked.
        named: What its names found, best first; it leads if the query is a name.
        candidates: Entries that the database's full text found, in any order.
        index: What is known of the docset.
        cosines: Likeness in meaning of every entry, if it is known.
    """
    by_name = np.array([hit.entry for hit in named], dtype=np.int32)
    entries = np.union1d(np.asarray(candidates, dtype=np.int32), by_name)
    scores = _relevance(query, entries, index)
    scores += POPULARITY * index.popularity[entries] + index.prior[entries]
    if cosines is not None:
        scores += MEANING * cosines[entries]
    if query.identifiers:
        scores[np.isin(entries, _fully_named(query, index))] += FULL_NAME
    if query.is_name or any(hit.is_exact for hit in named):
        leading = np.array([hit.score for hit in named], dtype=np.float32)
        scores[np.searchsorted(entries, by_name)] = leading + _NAMES_LEAD
    order = np.argsort(-scores, kind="stable")
    _, firsts = np.unique(index.places[entries[order]], return_index=True)
    order = order[np.sort(firsts)]
    return Ranking(entries[order], scores[order])


def _fully_named(query: Query, index: Index) -> list[int]:
    """Give the entries whose whole name stands in the query."""
    return [
        hit.entry for name in query.identifiers for hit in index.names.find(name, 5) if hit.is_exact
    ]


def _relevance(query: Query, entries: IntArray, index: Index) -> FloatArray:
    statistics = index.statistics
    own = statistics.known(query.terms)
    said = statistics.known(query.synonyms)
    scores = np.zeros(len(entries), dtype=np.float32)
    for terms, weights in ((own, OWN_WORDS), (said, SYNONYMS)):
        if not terms:
            continue
        for field, weight in weights.items():
            found = statistics.score(field, terms)
            if best := float(found.max()):
                scores += weight / best * found[entries]
    if own:
        scores += COVERAGE * statistics.coverage(("body", "title", "first"), own)[entries]
    return scores
