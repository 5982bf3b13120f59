"""What is known of each entry for one query, as numbers; `ranking/weights.py` says their worth."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hotdish_search.query.understand import Query
from hotdish_search.ranking.arrays import FloatArray, IntArray, ScoreArray
from hotdish_search.ranking.names import Names
from hotdish_search.ranking.statistics import FIELDS, Found, Statistics

# One number an entry; of `own` and `said` a row of them for each of `FIELDS`.
Features = Mapping[str, NDArray[np.float64 | np.float32 | np.bool_]]
OF_FIELDS = {"own": tuple(FIELDS), "said": ("body", "title", "uses")}  # the others gave nothing
COVERED = ("body", "asked")
_NEXT_TO_NOTHING = 1e-9  # the least that a best score counts as, so that 0 is a share of 0
FEATURES = (
    *(f"{family}.{field}" for family, fields in OF_FIELDS.items() for field in fields),
    *(f"covered.{field}" for field in COVERED),
    "tool", "named", "topic", "meaning.said", "meaning.asked",
)  # fmt: skip


def measure_words(query: Query, entries: IntArray, statistics: Statistics) -> Features:
    """Give what words tell, as numbers for each of some entries: all that hold one of them.

    `own` is BM25 of the typed words, `said` that of the documentation's words for them, both as a
    share of the best in this query; `covered` is the square of the share of the typed words, by
    rarity, that a field of the entry holds: half of them tell less than half of what all do. A
    name is one word, and leads anyway.
    """
    features: dict[str, ScoreArray] = {}
    if own := statistics.known(query.terms):
        found = statistics.look_up(own, entries)
        features["own"] = _shares(found)
        if not query.is_name:
            features |= {f"covered.{field}": found.coverage(field) ** 2 for field in COVERED}
    if said := statistics.known(query.synonyms):
        features["said"] = _shares(statistics.look_up(said, entries))
    return features


def measure_names(query: Query, entries: IntArray, names: Names) -> Features:
    """Give what names tell, as one number for each of some entries.

    `tool` is how likely the thesaurus finds an entry for a phrase of the query, `named` is 1 if
    the whole name of an entry stands in the query, but is not all of it: then it leads anyway.
    """
    tools = [(entry, worth) for name, worth in query.tools.items() for entry in names.exactly(name)]
    identifiers = () if query.is_name else query.identifiers
    named = [(entry, 1.0) for name in identifiers for entry in names.exactly_but_case(name)]
    return {
        feature: _spread_out(worths, entries)
        for feature, worths in (("tool", tools), ("named", named))
        if worths
    }


def by_name(features: Features) -> Iterator[tuple[str, NDArray[np.float64 | np.float32]]]:
    """Give each of `FEATURES` that was measured, one number an entry."""
    for name, values in features.items():
        if name in OF_FIELDS:
            rows = dict(zip(FIELDS, values, strict=True))
            yield from ((f"{name}.{field}", rows[field]) for field in OF_FIELDS[name])
        else:
            yield name, values.astype(np.float64, copy=False)


def _shares(found: Found) -> ScoreArray:
    """Give BM25 as a share of the best entry's, a row a field."""
    scores = found.scores()
    best = scores.max(axis=1, keepdims=True, initial=_NEXT_TO_NOTHING)
    scores *= 1 / best  # a fifth of the time of as many divisions
    return scores


def _spread_out(worths: Sequence[tuple[int, float]], entries: IntArray) -> FloatArray:
    """Turn (entry, worth) pairs into one number for each of the sorted `entries`."""
    values = np.zeros(len(entries), dtype=np.float32)
    for entry, worth in worths:
        position = int(np.searchsorted(entries, entry))
        if position < len(entries) and entries[position] == entry:
            values[position] = max(values[position], worth)
    return values
