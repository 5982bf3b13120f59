"""The one place where hits get their order: a weighted sum of what is known about each entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotdish_search.meaning.vectors import Likeness
from hotdish_search.query.understand import Query
from hotdish_search.ranking.arrays import FloatArray, IntArray
from hotdish_search.ranking.features import measure_names, measure_words
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import NameHit
from hotdish_search.ranking.weights import KINDS, PARTS, Weights, load_weights

__all__ = ["KINDS", "PARTS", "Ranking", "measure", "most_alike", "rank", "rank_names", "weigh"]

_NAMES_LEAD = 1000.0  # far above what words can score
_MODULES = [KINDS.index("module"), KINDS.index("page")]
_MOST_ALIKE = 50  # so many entries that mean alike are looked at though they share no word


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


def rank(
    query: Query,
    named: Sequence[NameHit],
    candidates: IntArray,
    index: Index,
    likeness: Likeness | None = None,
) -> Ranking:
    """Order the entries that a query found, best first, one entry a place.

    Args:
        query: What was asked.
        named: What its names found, best first; it leads if the query is a name.
        candidates: Entries that the database's full text found.
        index: What is known of the docset.
        likeness: How near every entry is in meaning, if that is known.
    """
    by_name = np.array([hit.entry for hit in named], dtype=np.int32)
    found = np.zeros(len(index), dtype=bool)
    found[candidates] = True
    found[by_name] = True
    if likeness is not None:
        found[most_alike(likeness.asked)] = True
    entries = np.flatnonzero(found).astype(np.int32)
    weights = load_weights(with_meaning=likeness is not None)
    scores = weigh(measure(query, entries, index, likeness), entries, index, weights)
    if query.is_name or any(hit.is_exact for hit in named):
        leading = np.array([hit.score for hit in named], dtype=np.float32)
        scores[np.searchsorted(entries, by_name)] = leading + _NAMES_LEAD
    order = np.argsort(-scores, kind="stable")
    order = order[_firsts(index.places[entries[order]], len(index))]
    return Ranking(entries[order], scores[order])


def _firsts(numbers: IntArray, size: int) -> NDArray[np.bool_]:
    """Mark the first occurrence of each of some numbers below `size`, without sorting them."""
    positions = np.arange(len(numbers), dtype=np.int32)
    first = np.empty(size, dtype=np.int32)
    first[numbers[::-1]] = positions[::-1]  # the last to be written stays
    is_first: NDArray[np.bool_] = first[numbers] == positions
    return is_first


def rank_names(named: Sequence[NameHit], index: Index) -> Ranking:
    """Order what names found, best first, one entry a place: all that a typed name needs."""
    best: dict[int, NameHit] = {}
    for hit in named:
        best.setdefault(int(index.places[hit.entry]), hit)
    entries = np.array([hit.entry for hit in best.values()], dtype=np.int32)
    scores = np.array([hit.score + _NAMES_LEAD for hit in best.values()], dtype=np.float32)
    return Ranking(entries, scores)


def most_alike(likeness: FloatArray) -> IntArray:
    """Give the entries that are nearest in meaning, in any order."""
    if len(likeness) <= _MOST_ALIKE:
        return np.arange(len(likeness), dtype=np.int32)
    return np.argpartition(-likeness, _MOST_ALIKE)[:_MOST_ALIKE].astype(np.int32)


def measure(
    query: Query, entries: IntArray, index: Index, likeness: Likeness | None
) -> dict[str, FloatArray]:
    """Give what is known of some entries for a query: by feature, one number an entry.

    `used` is ln(1 + files of real code that use it); `topic` is 1 for a module if the query reads
    like the heading of a chapter; `meaning.said` and `meaning.asked` are likeness in meaning, if
    it is known; `ranking/features.py` tells the others.
    """
    words = measure_words(query, index.statistics)
    features = {name: values[entries] for name, values in words.items()}
    features |= measure_names(query, entries, index.names)
    features["used"] = index.popularity[entries]
    is_module = np.isin(index.kinds[entries], _MODULES)
    features["topic"] = (is_module & query.is_heading).astype(np.float32)
    if likeness is not None:
        features["meaning.said"] = likeness.said[entries]
        features["meaning.asked"] = likeness.asked[entries]
    return features


def weigh(
    features: Mapping[str, FloatArray], entries: IntArray, index: Index, weights: Weights
) -> FloatArray:
    """Give the weighted sum of the features, and of what part and kind are worth."""
    scores = weights.parts[index.parts[entries]] + weights.kinds[index.kinds[entries]]
    for name, values in features.items():
        scores += np.float32(weights.features.get(name, 0.0)) * values
    return scores
