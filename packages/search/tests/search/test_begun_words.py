"""Results as somebody types: a word that is only begun counts as whole, and is no slip."""

import pytest

from hotdish_search.model import SearchAnswer, SearchRequest
from hotdish_search.service import SearchService

pytestmark = pytest.mark.anyio


async def search(service: SearchService, query: str, *, verbatim: bool = False) -> SearchAnswer:
    return await service.search(SearchRequest(query, verbatim=verbatim))


def ids(answer: SearchAnswer) -> list[str]:
    return [hit.entry.id for hit in answer.results]


@pytest.mark.parametrize(
    ("begun", "whole"),
    [
        ("convert string to floa", "convert string to float"),
        ("merge two dictio", "merge two dictionary"),
        ("how to read a fi", "how to read a file"),
        ("polymor", "polymorphism"),
        ("sorti", "sorting"),
    ],
)
async def test_a_word_that_is_begun_finds_what_it_finds_when_it_is_whole(
    service: SearchService, begun: str, whole: str
) -> None:
    now, then = await search(service, begun), await search(service, whole)

    assert now.corrected_to is None
    assert ids(now) == ids(then)


@pytest.mark.parametrize("begun", ["compreh", "atexi", "timedel"])
async def test_names_that_begin_so_lead_and_the_word_fills_the_list(
    service: SearchService, begun: str
) -> None:
    answer = await search(service, begun)

    assert begun in answer.results[0].entry.title.lower()
    assert len(answer.results) == 10
    assert answer.corrected_to is None


@pytest.mark.parametrize(
    "typed",
    [
        "import re",  # a name
        "what is this for",  # filler
        "delete a folder",  # the thesaurus explains it
        "sort a list of numbers",  # a usual word, though others begin so
        "read a File",  # a capital is typed on purpose
        "how to pythonm",  # only rare words begin so
    ],
)
async def test_a_whole_word_stays_as_it_is(service: SearchService, typed: str) -> None:
    index = next(iter(service._opened.loaded.values())).index

    assert index.complete(typed) is None


async def test_what_was_typed_is_searched_where_that_is_asked_for(service: SearchService) -> None:
    assert (await search(service, "polymor", verbatim=True)).total < (
        await search(service, "polymor")
    ).total
