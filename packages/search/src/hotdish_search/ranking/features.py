"""What is known of each entry for one query, as numbers; `ranking/weights.py` says their worth."""

from collections.abc import Sequence

import numpy as np

from hotdish_search.query.understand import Query
from hotdish_search.ranking.arrays import FloatArray, IntArray, ScoreArray
from hotdish_search.ranking.names import Names
from hotdish_search.ranking.statistics import FIELDS, Found, Statistics

SAID_FIELDS = ("body", "title", "uses")  # the others gave nothing beside these
FEATURES = (
    *(f"own.{field}" for field in FIELDS),
    *(f"said.{field}" for field in SAID_FIELDS),
    "covered", "tool", "named", "used", "topic", "meaning.said", "meaning.asked",
)  # fmt: skip
_FIELD_NUMBERS = {field: number for number, field in enumerate(FIELDS)}


def measure_words(query: Query, entries: IntArray, statistics: Statistics) -> dict[str, ScoreArray]:
    """Give what words tell, as one number for each of some entries: all that hold one of them.

    `own.FIELD` is BM25 of the typed words in one field, `said.FIELD` that of the documentation's
    words for them, both as a share of the best in this query; `covered` tells which share of the
    typed words, by rarity, stands in the entry.
    """
    features: dict[str, ScoreArray] = {}
    if own := statistics.known(query.terms):
        found = statistics.look_up(own, entries)
        shares = _shares(found)
        features |= {f"own.{field}": shares[number] for field, number in _FIELD_NUMBERS.items()}
        features["covered"] = found.coverage("body")
    if said := statistics.known(query.synonyms):
        shares = _shares(statistics.look_up(said, entries))
        features |= {f"said.{field}": shares[_FIELD_NUMBERS[field]] for field in SAID_FIELDS}
    return features


def measure_names(query: Query, entries: IntArray, names: Names) -> dict[str, FloatArray]:
    """Give what names tell, as one number for each of some entries.

    `tool` is how likely the thesaurus finds an entry for a phrase of the query, `named` is 1 if
    the whole name of an entry stands in the query.
    """
    tools = [(entry, worth) for name, worth in query.tools.items() for entry in names.exactly(name)]
    named = [(entry, 1.0) for name in query.identifiers for entry in names.exactly_but_case(name)]
    return {
        feature: _spread_out(worths, entries)
        for feature, worths in (("tool", tools), ("named", named))
        if worths
    }


def _shares(found: Found) -> ScoreArray:
    """Give BM25 as a share of the best entry's, a row a field."""
    scores = found.scores()
    best = scores.max(axis=1, keepdims=True, initial=0.0)
    best[best == 0] = 1.0
    scores /= best
    return scores


def _spread_out(worths: Sequence[tuple[int, float]], entries: IntArray) -> FloatArray:
    """Turn (entry, worth) pairs into one number for each of the sorted `entries`."""
    values = np.zeros(len(entries), dtype=np.float32)
    for entry, worth in worths:
        position = int(np.searchsorted(entries, entry))
        if position < len(entries) and entries[position] == entry:
            values[position] = max(values[position], worth)
    return values
