"""The one place where hits get their order: a weighted sum of what is known about each entry."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotdish_search.meaning.vectors import Likeness
from hotdish_search.query.understand import Query
from hotdish_search.ranking.arrays import (
    FloatArray,
    IntArray,
    ScoreArray,
    best_first,
    distinct,
)
from hotdish_search.ranking.features import Features, measure_names, measure_words
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import Named
from hotdish_search.ranking.weights import KINDS, PARTS, Weights, load_weights

__all__ = ["KINDS", "PARTS", "Ranking", "measure", "most_alike", "rank", "rank_names", "weigh"]

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

    def best(self, most: int = _LOOKED_AT) -> "Ranking":
        """Give so many at most in order, best first; equal scores keep their order."""
        order = best_first(self.scores, most)
        return Ranking(self.entries[order], self.scores[order])


def rank(
    query: Query,
    named: Named,
    candidates: IntArray,
    index: Index,
    likeness: Likeness | None = None,
) -> Ranking:
    """Score the entries that a query found.

    Args:
        query: What was asked.
        named: What its names found, and what is near; it leads if the query is a name.
        candidates: Entries that the database's full text found.
        index: What is known of the docset.
        likeness: How near every entry is in meaning, if that is known.
    """
    alike = () if likeness is None else (most_alike(likeness.asked),)
    entries = distinct(np.concatenate((candidates, named.entries, *alike)))
    with_meaning = likeness is not None
    scores = index.priors[with_meaning][entries]
    weigh(measure(query, entries, index, likeness), load_weights(with_meaning=with_meaning), scores)
    if query.is_name or named.is_exact.any():
        scores[entries.searchsorted(named.entries)] = named.scores + _NAMES_LEAD
    return Ranking(entries, scores)


def rank_names(named: Named) -> Ranking:
    """Score what names found, and leave it in its order: all that a typed name needs."""
    return Ranking(named.entries, named.scores + _NAMES_LEAD)


def most_alike(likeness: FloatArray) -> IntArray:
    """Give the entries that are nearest in meaning, in any order."""
    if len(likeness) <= _MOST_ALIKE:
        return np.arange(len(likeness), dtype=np.int32)
    return np.argpartition(-likeness, _MOST_ALIKE)[:_MOST_ALIKE].astype(np.int32)


def measure(
    query: Query, entries: IntArray, index: Index, likeness: Likeness | None = None
) -> Features:
    """Give what is known of some entries for a query.

    A feature that no entry has, as no word of the query speaks of it, is left out.
    `topic` is 1 for a module if the query reads like the heading of a chapter; `meaning.said` and
    `meaning.asked` are likeness in meaning, if it is known; `ranking/features.py` tells the others.

    Args:
        query: What was asked.
        entries: Which entries, in order; all that hold a word of the query are among them.
        index: What is known of the docset.
        likeness: How near every entry is in meaning, if that is known.
    """
    features = {
        **measure_words(query, entries, index.statistics),
        **measure_names(query, entries, index.names),
    }
    if query.is_heading:
        features["topic"] = _IS_MODULE[index.kinds[entries]]
    if likeness is not None:
        features["meaning.said"] = likeness.said[entries]
        features["meaning.asked"] = likeness.asked[entries]
    return features


def weigh(features: Features, weights: Weights, scores: ScoreArray) -> None:
    """Add the weighted sum of the features to scores."""
    for name, values in features.items():
        weighted = weights.features[name] * values
        scores += weighted if weighted.ndim == 1 else weighted.sum(axis=0)
