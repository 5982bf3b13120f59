"""What people type finds what they mean among the first three hits of the real documentation."""

import tomllib
from pathlib import Path

import pytest

from hotdish_search.model import SearchRequest
from hotdish_search.service import SearchService

CASES: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("obvious.toml").read_text(encoding="utf-8")
)["queries"]

pytestmark = pytest.mark.anyio


def is_at(place: str, wanted: str) -> bool:
    return place.startswith(wanted[:-1]) if wanted.endswith("*") else place == wanted


@pytest.mark.parametrize("query", CASES)
async def test_the_obvious_place_is_among_the_first_three(
    query: str, service: SearchService
) -> None:
    answer = await service.search(SearchRequest(query, limit=10))

    found = [hit.entry.id for hit in answer.results]
    assert any(is_at(place, wanted) for place in found[:3] for wanted in CASES[query]), found


@pytest.mark.parametrize("query", CASES)
async def test_news_never_crowd_the_first_page(query: str, service: SearchService) -> None:
    answer = await service.search(SearchRequest(query, limit=10))

    news = [hit.entry.id for hit in answer.results if hit.entry.part == "whatsnew"]
    assert len(news) <= 2
