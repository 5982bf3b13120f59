"""One word: is it a name, or an everyday word? And what leads then?"""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from hotdish_search.engines import make_engine
from hotdish_search.indexing.content import Lore, make_content
from hotdish_search.model import Entry, ParsedDocs, ParseReport, SearchAnswer, SearchRequest
from hotdish_search.service import SearchService

pytestmark = pytest.mark.anyio

make = partial(Entry, part="library", page="library/stove.html", page_title="Stoves")
ENTRIES = (
    make(id="library/stove.html", title="stove", kind="module", text="Stoves heat pots."),
    make(id="library/stove.html#Stove.pots", title="stove.Stove.pots", kind="attribute"),
    make(id="library/stove.html#Stove.plates", title="stove.Stove.plates", kind="attribute"),
    make(
        id="library/stove.html#Ladle", title="stove.Ladle", kind="class", text="A ladle for plates."
    ),
    make(id="library/stove.html#ladled", title="stove.ladled", kind="function"),
    make(id="library/stove.html#stir", title="stove.stir", kind="function"),
    make(id="library/stove.html#Kettle", title="stove.Kettle", kind="class"),
    make(id="library/oven.html", title="oven", kind="module", page="library/oven.html"),
    make(id="library/oven.html#oven.kettle", title="oven.kettle", kind="function"),
    make(id="library/oven.html#oven.Oven", title="oven.Oven", kind="class"),
    make(id="library/zip.html#arg", title="zip file", kind="option", names=("file",)),
    make(id="library/stove.html#file", title="stove.file", kind="function"),
    make(
        id="tutorial/pots.html",
        title="Choosing a pot",
        kind="page",
        part="tutorial",
        page="tutorial/pots.html",
        page_title="Choosing a pot",
        text="Iron pots keep warm.",
    ),
    *(
        make(id=f"library/stove.html#{n}", title=f"Advice {n}", kind="section", text=text)
        for n, text in enumerate(["All pots and plates stir with a ladle, kettles too."] * 40)
    ),
)
LORE = Lore(
    uses={
        "stove.Stove.plates": 900.0,
        "stove.Ladle": 30.0,
        "stove.ladled": 50.0,
        "stove.stir": 90.0,
    },
    topics={
        "ladles": ("tutorial/pots.html", "stove"),
        "*stirred": ("stove.Ladle",),
        "iron pots": ("tutorial/pots.html", "stove.Ladle"),
        "kettle": ("stove",),
        "oven": ("stove.Kettle", "oven"),
        "gone": ("library/nowhere.html",),
    },
)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[SearchService]:
    parsed = ParsedDocs("Stoves", "1.0", ENTRIES, (), ParseReport(2, 8, 40, 8))
    content = make_content(parsed, name="stoves", folder="", origin="", lore=LORE)
    engine = make_engine(f"sqlite:///{tmp_path / 'index.sqlite3'}")
    await engine.replace(content, lambda _done, _all: None)
    async with SearchService(engine) as service:
        yield service


async def search(service: SearchService, query: str, *, verbatim: bool = False) -> SearchAnswer:
    return await service.search(SearchRequest(query, limit=5, verbatim=verbatim))


async def titles(service: SearchService, query: str) -> list[str]:
    return [hit.entry.title for hit in (await search(service, query)).results]


async def test_a_plural_that_code_seldom_uses_is_a_word(service: SearchService) -> None:
    assert "stove.Stove.pots" not in (await titles(service, "pots"))[:2]


async def test_a_plural_that_code_often_uses_is_a_name(service: SearchService) -> None:
    assert (await titles(service, "plates"))[0] == "stove.Stove.plates"


async def test_a_word_of_the_documentation_may_be_the_name_that_code_uses(
    service: SearchService,
) -> None:
    assert (await titles(service, "stir"))[0] == "stove.stir"


@pytest.mark.parametrize("query", ["ladles", "LADLES", "Ladles"])
async def test_what_a_word_stands_for_leads_in_its_order(
    service: SearchService, query: str
) -> None:
    assert (await titles(service, query))[:2] == ["Choosing a pot", "stove"]


async def test_another_form_of_a_word_is_a_name_first(service: SearchService) -> None:
    assert (await titles(service, "ladle"))[:3] == ["stove.Ladle", "Choosing a pot", "stove"]


async def test_a_word_that_is_a_name_too_is_the_name_if_it_has_its_capital(
    service: SearchService,
) -> None:
    assert (await titles(service, "kettle"))[0] == "stove"
    assert (await titles(service, "Kettle"))[:2] == ["stove.Kettle", "stove"]


async def test_whole_names_and_their_namesakes_come_before_what_a_word_stands_for(
    service: SearchService,
) -> None:
    assert (await titles(service, "oven"))[:3] == ["oven", "oven.Oven", "stove.Kettle"]


@pytest.mark.parametrize("query", ["iron pots", "Iron Pot", "iron pots in python"])
async def test_a_phrase_stands_for_its_places_too(service: SearchService, query: str) -> None:
    assert (await titles(service, query))[:2] == ["Choosing a pot", "stove.Ladle"]


async def test_a_slip_in_an_everyday_word_is_one_in_that_word(service: SearchService) -> None:
    answer = await search(service, "ptos")

    assert answer.corrected_to == "pots"
    assert answer.results[0].entry.title != "stove.Stove.pots"


async def test_a_slip_in_a_name_stays_one_in_a_name(service: SearchService) -> None:
    answer = await search(service, "paltes")

    assert answer.corrected_to == "stove.Stove.plates"
    assert answer.results[0].entry.title == "stove.Stove.plates"


async def test_what_was_typed_can_be_searched(service: SearchService) -> None:
    assert (await search(service, "ptos", verbatim=True)).corrected_to is None


async def test_a_topic_is_never_repaired(service: SearchService) -> None:
    answer = await search(service, "*stirred")

    assert answer.corrected_to is None
    assert answer.results[0].entry.title == "stove.Ladle"


async def test_an_argument_of_a_command_is_no_name_without_it(service: SearchService) -> None:
    assert (await titles(service, "zip file"))[0] == "zip file"
    assert (await titles(service, "file"))[0] == "stove.file"


async def test_a_topic_that_this_documentation_lacks_finds_nothing(service: SearchService) -> None:
    assert await titles(service, "gone") == []
