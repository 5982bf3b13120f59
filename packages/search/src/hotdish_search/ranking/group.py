"""Keep one page, and What's New, from filling the first screen."""

from collections import Counter

from hotdish_search.query.understand import Query
from hotdish_search.ranking.rank import PARTS, Index, Ranking

MAX_OF_ONE_PAGE = 4
MAX_OF_NEWS = 2
SCREEN = 10
_NEWS = PARTS.index("whatsnew")


def spread(ranking: Ranking, query: Query, index: Index, limit: int) -> Ranking:
    """Give the first `limit`; what is too much of one page or of news comes behind the rest.

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
