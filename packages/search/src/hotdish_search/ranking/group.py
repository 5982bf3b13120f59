"""Choose what is shown: neither one page nor What's New may fill the first screen."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from hotdish_search.query.understand import Query
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.rank import PARTS, Ranking

MAX_OF_ONE_PAGE = 4
MAX_OF_NEWS = 2
SCREEN = 10
_NEWS = PARTS.index("whatsnew")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a search shows of all that it found.

    Attributes:
        shown: The entries to show, in order.
        total: How many places were found, filters applied.
        part_counts: How many places were found in each part, whatever the filters.
    """

    shown: Ranking
    total: int
    part_counts: Mapping[str, int]


def spread(ranking: Ranking, query: Query, index: Index, limit: int) -> Ranking:
    """Give the first `limit` of what is in order; too much of a page or of news comes behind.

    A name keeps its order within a page: who types `os.path.` wants that page.
    """
    first: list[int] = []
    later: list[int] = []
    seen: Counter[int] = Counter()
    for position, entry in enumerate(ranking.entries):
        if len(first) >= min(limit, SCREEN):
            break
        is_news = index.parts[entry] == _NEWS
        group = -1 if is_news else int(index.pages[entry])
        seen[group] += 1
        most = MAX_OF_NEWS if is_news else SCREEN if query.is_name else MAX_OF_ONE_PAGE
        (first if seen[group] <= most else later).append(position)
    rest = range(len(first) + len(later), len(ranking))
    return ranking.at([*first, *later, *rest[:limit]][:limit])
