"""What stands behind a name that few others share, over the real documentation."""

from collections.abc import Sequence

import pytest

from hotdish_search.engines import Choose
from hotdish_search.model import Entry, SearchRequest
from hotdish_search.ranking.group import Choice
from hotdish_search.service import SearchService

pytestmark = pytest.mark.anyio


async def titles(service: SearchService, query: str, limit: int = 10) -> list[str]:
    answer = await service.search(SearchRequest(query, limit))
    return [hit.entry.title for hit in answer.results]


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("TaskGroup", "asyncio.create_task"),
        ("subprocess.run", "subprocess.check_output"),
        ("random.choice", "random.choices"),
        ("functools.lru_cache", "functools.cache"),
        ("json.du", "json.loads"),  # begun
        ("jsno.dumps", "json.loads"),  # mistyped
    ],
)
async def test_what_is_near_fills_the_list(service: SearchService, typed: str, near: str) -> None:
    found = await titles(service, typed)

    assert near in found
    assert len(found) == 10


async def test_the_list_stays_as_one_types_on(service: SearchService) -> None:
    assert await titles(service, "os.path.joi") == await titles(service, "os.path.join")


@pytest.mark.parametrize("typed", ["os.path.join", "TaskGroup", "mailbox.mboxMessage", "str.spl"])
async def test_a_longer_list_begins_as_the_shorter_one(service: SearchService, typed: str) -> None:
    assert (await titles(service, typed, 50))[:10] == await titles(service, typed)


@pytest.mark.parametrize("typed", ["closur", "canv", "blan"])
async def test_a_word_that_names_merely_hold_means_the_word(
    service: SearchService, typed: str
) -> None:
    found = await titles(service, typed)

    assert typed not in found[0].lower()
    assert len(found) == 10


async def test_rows_that_share_a_place_leave_room(service: SearchService) -> None:
    assert len(await titles(service, "sys.float_info")) == 10


async def test_a_filter_finds_more_than_what_is_near(service: SearchService) -> None:
    answer = await service.search(SearchRequest("json.dumps", part="whatsnew"))

    assert {hit.entry.part for hit in answer.results} == {"whatsnew"}


async def test_what_is_near_stands_behind_a_name_that_is_searched_as_it_is(
    service: SearchService,
) -> None:
    answer = await service.search(SearchRequest("json.dumps", verbatim=True))

    assert [hit.entry.title for hit in answer.results] == await titles(service, "json.dumps")


@pytest.mark.parametrize("typed", ["os.path.join", "TaskGroup", "json.du", "str", "itertoools"])
async def test_a_name_asks_the_full_text_for_nothing(
    service: SearchService, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    engine = service._opened.engine
    search = engine.search
    asked: list[str] = []

    async def spy(docset: str, terms: Sequence[str], choose: Choose) -> tuple[Choice, list[Entry]]:
        asked.extend(terms)
        return await search(docset, terms, choose)

    monkeypatch.setattr(engine, "search", spy)
    await titles(service, typed)

    assert asked == []
