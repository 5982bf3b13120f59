"""What stands near each entry: shown behind its name, where few others match what was typed.

It is worked out when the index is built, so that a search by name needs nothing but names.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hotdish_search.query.understand import Query
from hotdish_search.query.words import terms
from hotdish_search.ranking.arrays import distinct
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import NOTHING, Named
from hotdish_search.ranking.rank import Ranking, rank

MOST = 10  # neighbours of an entry
# So often stand the words that find them. The rarest do: who types `os.path.join` looks for joining
# and for paths, and not all that has to do with `os` is near to it.
_ENOUGH = 600
_SAME_PAGE = 2.0  # what it adds to an entry's score that it stands on the same page


def find_neighbours(index: Index, titles: Sequence[str]) -> NDArray[np.unsignedinteger]:
    """Give the neighbours of every entry, a row of `MOST` each, nearest first.

    Where there are fewer, the rest of the row is the entry itself.

    Args:
        index: What is known of the docset but for its neighbours.
        titles: What each entry is called.
    """
    found = np.arange(len(titles), dtype=np.min_scalar_type(len(titles)))[:, None]
    found = found.repeat(MOST, axis=1)
    for number, title in enumerate(titles):
        near = _near(number, title, index)
        found[number, : len(near)] = near
    return found


def with_neighbours(named: Named, index: Index) -> Named:
    """Give what is named, and behind it what stands near the first of it."""
    known = set(named.entries.tolist())
    near = [one for one in index.neighbours[named.entries[0]].tolist() if one not in known]
    return replace(
        named,
        entries=np.concatenate((named.entries, np.array(near, np.int32))),
        scores=np.concatenate((named.scores, named.scores[-1] - 1.0 - np.arange(len(near)))),
        is_exact=np.concatenate((named.is_exact, np.zeros(len(near), np.bool_))),
    )


def _near(number: int, title: str, index: Index) -> list[int]:
    words = index.statistics.rarest([*dict.fromkeys(terms(title))], _ENOUGH)
    query = Query(
        text=title, names=(title,), is_name=True, is_heading=False, terms=words, synonyms=(),
        identifiers=(), tools={},
    )  # fmt: skip
    found = rank(query, NOTHING, distinct(index.statistics.holding(words)), index)
    is_beside = index.pages[found.entries] == index.pages[number]
    ranking = Ranking(found.entries, found.scores + _SAME_PAGE * is_beside)
    places = index.places.item
    by_place: dict[int, int] = {}
    for entry in ranking.best().entries.tolist():
        if (place := places(entry)) != places(number):
            by_place.setdefault(place, entry)
            if len(by_place) == MOST:
                break
    return list(by_place.values())
