"""What is known of each entry for one query, as numbers; `ranking/weights.py` says their worth."""

from collections.abc import Sequence

import numpy as np

from hotdish_search.query.understand import Query
from hotdish_search.ranking.arrays import FloatArray, IntArray
from hotdish_search.ranking.names import Names
from hotdish_search.ranking.statistics import Statistics

OWN_FIELDS = ("body", "title", "links", "uses", "index", "asked")
SAID_FIELDS = ("body", "title", "uses")  # the others gave nothing beside these


def measure_words(query: Query, statistics: Statistics) -> dict[str, FloatArray]:
    """Give what words tell, as one number for every entry of the docset.

    `own.FIELD` is BM25 of the typed words in one field, `said.FIELD` that of the documentation's
    words for them, both as a share of the best in this query; `covered` tells which share of the
    typed words, by rarity, stands in the entry.
    """
    own, said = statistics.known(query.terms), statistics.known(query.synonyms)
    return {
        **{f"own.{field}": _of_best(statistics.score(field, own)) for field in OWN_FIELDS},
        **{f"said.{field}": _of_best(statistics.score(field, said)) for field in SAID_FIELDS},
        "covered": statistics.coverage(("body", "title"), own),
    }


def measure_names(query: Query, entries: IntArray, names: Names) -> dict[str, FloatArray]:
    """Give what names tell, as one number for each of some entries.

    `tool` is how likely the thesaurus finds an entry for a phrase of the query, `named` is 1 if
    the whole name of an entry stands in the query.
    """
    tools = [(entry, worth) for name, worth in query.tools.items() for entry in names.exactly(name)]
    named = [
        (hit.entry, 1.0)
        for name in query.identifiers
        for hit in names.find(name, limit=5)
        if hit.is_exact
    ]
    return {"tool": _spread_out(tools, entries), "named": _spread_out(named, entries)}


def _of_best(scores: FloatArray) -> FloatArray:
    best = scores.max(initial=0.0)
    return scores / best if best else scores


def _spread_out(worths: Sequence[tuple[int, float]], entries: IntArray) -> FloatArray:
    """Turn (entry, worth) pairs into one number for each of the sorted `entries`."""
    values = np.zeros(len(entries), dtype=np.float32)
    for entry, worth in worths:
        position = int(np.searchsorted(entries, entry))
        if position < len(entries) and entries[position] == entry:
            values[position] = max(values[position], worth)
    return values
