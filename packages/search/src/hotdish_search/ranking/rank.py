"""The one place where hits get their order: a weighted sum of what is known about each entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotdish_search.meaning.vectors import Likeness
from hotdish_search.query.understand import Query
from hotdish_search.ranking.arrays import FloatArray, IntArray, ScoreArray
from hotdish_search.ranking.features import measure_names, measure_words
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import NameHit
from hotdish_search.ranking.weights import KINDS, PARTS, Weights, load_weights

__all__ = ["KINDS", "PARTS", "Ranking", "measure", "most_alike", "rank", "rank_names", "weigh"]

Values = NDArray[np.float64 | np.float32 | np.bool_]
_NAMES_LEAD = 1000.0  # far above what words can score
_IS_MODULE = np.array([kind in {"module", "page"} for kind in KINDS])
_LOOKED_AT = 250  # so many of the best are put in order; nobody is shown more than 50
_MOST_ALIKE = 50  # so many entries that mean alike are looked at though they share no word


@dataclass(frozen=True, slots=True)
class Ranking:
    """Entries with scores that are comparable within one search only; `best` puts them in order."""

    entries: IntArray
    scores: ScoreArray

    def __len__(self) -> int:
        """Give the number of entries."""
        return len(self.entries)

    def only(self, mask: NDArray[np.bool_]) -> "Ranking":
        """Give the entries that a mask keeps."""
        return Ranking(self.entries[mask], self.scores[mask])

    def at(self, positions: Sequence[int]) -> "Ranking":
        """Give the entries at these positions, in their order."""
        return Ranking(self.entries[list(positions)], self.scores[list(positions)])

    def best(self, index: Index, most: int = _LOOKED_AT) -> "Ranking":
        """Give so many at most in order, best first, one entry a place.

        Equal scores keep the documentation's order.
        """
        looked_at = np.arange(len(self), dtype=np.int32)
        if len(self) > most:
            looked_at = np.sort(np.argpartition(-self.scores, most)[:most])
        order = looked_at[np.argsort(-self.scores[looked_at], kind="stable")]
        _, firsts = np.unique(index.places[self.entries[order]], return_index=True)
        chosen = order[np.sort(firsts)]
        return Ranking(self.entries[chosen], self.scores[chosen])


def rank(
    query: Query,
    named: Sequence[NameHit],
    candidates: IntArray,
    index: Index,
    likeness: Likeness | None = None,
) -> Ranking:
    """Score the entries that a query found.

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
        leading = np.array([hit.score for hit in named])
        scores[np.searchsorted(entries, by_name)] = leading + _NAMES_LEAD
    return Ranking(entries, scores)


def rank_names(named: Sequence[NameHit]) -> Ranking:
    """Score what names found: all that a typed name needs."""
    entries = np.array([hit.entry for hit in named], dtype=np.int32)
    return Ranking(entries, np.array([hit.score for hit in named]) + _NAMES_LEAD)


def most_alike(likeness: FloatArray) -> IntArray:
    """Give the entries that are nearest in meaning, in any order."""
    if len(likeness) <= _MOST_ALIKE:
        return np.arange(len(likeness), dtype=np.int32)
    return np.argpartition(-likeness, _MOST_ALIKE)[:_MOST_ALIKE].astype(np.int32)


def measure(
    query: Query, entries: IntArray, index: Index, likeness: Likeness | None
) -> dict[str, Values]:
    """Give what is known of some entries for a query: by feature, one number an entry.

    A feature that no entry has, as no word of the query speaks of it, is left out.
    `used` is ln(1 + files of real code that use it); `topic` is 1 for a module if the query reads
    like the heading of a chapter; `meaning.said` and `meaning.asked` are likeness in meaning, if
    it is known; `ranking/features.py` tells the others.
    """
    features: dict[str, Values] = {
        **measure_words(query, entries, index.statistics),
        **measure_names(query, entries, index.names),
        "used": index.popularity[entries],
    }
    if query.is_heading:
        features["topic"] = _IS_MODULE[index.kinds[entries]]
    if likeness is not None:
        features["meaning.said"] = likeness.said[entries]
        features["meaning.asked"] = likeness.asked[entries]
    return features


def weigh(
    features: Mapping[str, Values], entries: IntArray, index: Index, weights: Weights
) -> ScoreArray:
    """Give the weighted sum of the features, and of what part and kind are worth."""
    scores: ScoreArray = weights.parts[index.parts[entries]] + weights.kinds[index.kinds[entries]]
    for name, values in features.items():
        scores += weights.features.get(name, 0.0) * values
    return scores
