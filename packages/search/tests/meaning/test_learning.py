"""A server learns what entries mean in the background, keeps that, and finds by it."""

from pathlib import Path

import anyio
import pytest
from filelock import FileLock
from packages.search.tests.fake_embedder import TwoMeanings

from hotdish_search.engines import make_engine
from hotdish_search.indexing.content import Lore, make_content
from hotdish_search.meaning import VectorShelf
from hotdish_search.model import Entry, ParsedDocs, ParseReport, SearchRequest
from hotdish_search.service import SearchService


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def url(tmp_path: Path) -> str:
    entries = tuple(
        Entry(f"x.html#{name}", name, "function", "library", "x.html", "x", text=summary)
        for name, summary in {"grill": "Make fire.", "kettle": "Boil it."}.items()
    )
    parsed = ParsedDocs("Kitchen", "1.0", entries, (), ParseReport(1, 2, 0, 2))
    content = make_content(parsed, name="kitchen", folder="", origin="", lore=Lore())
    url = f"sqlite:///{tmp_path / 'index.sqlite3'}"
    await make_engine(url).replace(content, lambda _done, _all: None)
    return url


async def find_water(service: SearchService) -> list[str]:
    """Learn first, then search for a word that no entry has."""
    learned = anyio.Event()

    async def changed() -> None:
        learned.set()

    async with service, service.following(changed):
        with anyio.fail_after(30):
            await learned.wait()
        answer = await service.search(SearchRequest("where does water go"))
    return [hit.entry.title for hit in answer.results]


@pytest.mark.anyio
async def test_what_shares_no_word_is_found_by_what_it_means(url: str, tmp_path: Path) -> None:
    service = SearchService(make_engine(url), VectorShelf(tmp_path, TwoMeanings()))

    assert (await find_water(service))[0] == "kettle"


@pytest.mark.anyio
async def test_what_was_learned_is_kept_for_the_next_server(url: str, tmp_path: Path) -> None:
    first, second = TwoMeanings(), TwoMeanings()
    await find_water(SearchService(make_engine(url), VectorShelf(tmp_path, first)))

    found = await find_water(SearchService(make_engine(url), VectorShelf(tmp_path, second)))

    assert found[0] == "kettle"
    assert (first.n_texts, second.n_texts) == (3, 2)  # the entries and a query; warm-up and a query


@pytest.mark.anyio
async def test_a_command_recalls_what_a_server_has_learned_and_learns_nothing(
    url: str, tmp_path: Path
) -> None:
    async def find(embedder: TwoMeanings) -> list[str]:
        async with SearchService(make_engine(url), VectorShelf(tmp_path, embedder)) as service:
            await service.recall()
            answer = await service.search(SearchRequest("where does water go"))
        return [hit.entry.title for hit in answer.results]

    before, after = TwoMeanings(), TwoMeanings()
    found_before = await find(before)
    await find_water(SearchService(make_engine(url), VectorShelf(tmp_path, TwoMeanings())))

    assert (found_before, before.n_texts) == ([], 0)
    assert (await find(after))[0] == "kettle"
    assert after.n_texts == 1  # the query


@pytest.mark.anyio
async def test_without_it_words_alone_find(url: str) -> None:
    async with SearchService(make_engine(url)) as service:
        answer = await service.search(SearchRequest("boil something"))

    assert [hit.entry.title for hit in answer.results] == ["kettle"]


@pytest.mark.anyio
async def test_one_process_learns_and_the_others_wait(tmp_path: Path) -> None:
    shelf = VectorShelf(tmp_path, TwoMeanings())

    async def texts() -> list[str]:
        return ["kettle"]

    with FileLock(tmp_path / "b1-two-meanings.lock"):
        assert await shelf.make("b1", texts) is None
    assert await shelf.make("b1", texts) is not None


def test_vectors_that_were_cut_short_are_none(tmp_path: Path) -> None:
    (tmp_path / "b1-two-meanings.vectors").write_bytes(b"123")

    assert VectorShelf(tmp_path, TwoMeanings()).load("b1", n_entries=2) is None


@pytest.mark.anyio
async def test_a_folder_that_cannot_be_written_costs_meaning_and_not_the_search(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    service = SearchService(make_engine(url), VectorShelf(tmp_path / "file", TwoMeanings()))

    async def changed() -> None:
        raise AssertionError

    async with service, service.following(changed):
        with anyio.fail_after(30):
            while "cannot be learned" not in caplog.text:  # noqa: ASYNC110  a log has no event
                await anyio.sleep(0.01)
        answer = await service.search(SearchRequest("boil something"))

    assert [hit.entry.title for hit in answer.results] == ["kettle"]
