"""Choose what is shown: neither one page nor What's New may fill the first screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hotdish_search.model import SearchRequest
from hotdish_search.query.understand import Query
from hotdish_search.ranking.arrays import distinct
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.rank import KINDS, PARTS, Ranking

MAX_OF_ONE_PAGE = 4
MAX_OF_NEWS = 2
SCREEN = 10
_NEWS = PARTS.index("whatsnew")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a search shows of all that it found.

    Attributes:
        entries: The entries to show, in order.
        scores: Their scores.
        total: How many places were found, filters applied.
        part_counts: How many places were found in each part, whatever the filters.
    """

    entries: Sequence[int]
    scores: Sequence[float]
    total: int
    part_counts: Mapping[str, int]


def choose(found: Ranking, request: SearchRequest, query: Query, index: Index) -> Choice:
    """Choose what a request is shown of all that was found."""
    parts = count_parts(found, index)
    kept = keep(found, request, index)
    total = sum((parts if kept is found else count_parts(kept, index)).values())
    return Choice(*spread(kept.best(), query, index, request.limit), total, parts)


def spread(
    ranking: Ranking, query: Query, index: Index, limit: int
) -> tuple[list[int], list[float]]:
    """Give the first `limit` of what is in order, one entry a place, and their scores.

    Too much of a page or of news comes behind. A name keeps its order within a page: who types
    `os.path.` wants that page.
    """
    most_of_a_page = SCREEN if query.is_name else MAX_OF_ONE_PAGE
    place_of, part_of, page_of = index.places.item, index.parts.item, index.pages.item
    first: list[int] = []
    later: list[int] = []
    places: set[int] = set()
    n_of: dict[int, int] = {}
    entries: list[int] = ranking.entries.tolist()
    scores: list[float] = ranking.scores.tolist()
    for position, entry in enumerate(entries):
        place = place_of(entry)
        if place in places:
            continue
        places.add(place)
        if len(first) == SCREEN:
            later.append(position)
        else:
            is_news = part_of(entry) == _NEWS
            group = -1 if is_news else page_of(entry)
            n_of[group] = n_seen = n_of.get(group, 0) + 1
            most = MAX_OF_NEWS if is_news else most_of_a_page
            (first if n_seen <= most else later).append(position)
        if len(first) >= min(limit, SCREEN) and len(places) >= limit:
            break
    shown = [*first, *later][:limit]
    return [entries[position] for position in shown], [scores[position] for position in shown]


def count_parts(ranking: Ranking, index: Index) -> dict[str, int]:
    """Give how many places of a ranking lie in each part, most first."""
    counts = np.bincount(index.parts[distinct(index.places[ranking.entries])]).tolist()
    most_first = sorted(range(len(counts)), key=counts.__getitem__, reverse=True)
    return {PARTS[part]: counts[part] for part in most_first if counts[part]}


def keep(ranking: Ranking, request: SearchRequest, index: Index) -> Ranking:
    """Give the entries of a ranking that lie in the part, and are of the kind, asked for."""
    if request.part is not None:
        ranking = ranking.only(index.parts[ranking.entries] == PARTS.index(request.part))
    if request.kind is not None:
        ranking = ranking.only(index.kinds[ranking.entries] == KINDS.index(request.kind))
    return ranking
