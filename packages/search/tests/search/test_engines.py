"""What every engine promises: it holds docsets, finds their entries and swaps them at once."""

import pickle
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import anyio
import numpy as np
import pytest

from hotdish_search.engines import Engine, make_engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.content import Content, Lore, make_content
from hotdish_search.model import ParsedDocs, SearchRequest
from hotdish_search.ranking.arrays import IntArray
from hotdish_search.ranking.group import Choice
from hotdish_search.service import SearchService

pytestmark = pytest.mark.anyio


def nothing(_done: int, _all: int) -> None:
    """Take progress and show none."""


@pytest.fixture
def engine(database_url: str) -> Engine:
    return make_engine(database_url)


async def titles(engine: Engine, query: str, docset: str | None = None) -> list[str]:
    async with SearchService(engine) as service:
        answer = await service.search(SearchRequest(query, docset=docset))
    return [hit.entry.title for hit in answer.results]


async def test_entries_come_back_as_they_were_stored(
    engine: Engine, small_content: Content
) -> None:
    await engine.replace(small_content, nothing)
    await engine.open()
    await engine.load("soup-1.0")

    entries = await engine.entries("soup-1.0", [3, 0, 1])
    await engine.close()

    assert entries == [small_content.entries[number] for number in (3, 0, 1)]


async def test_full_text_finds_what_holds_any_of_the_terms(
    engine: Engine, small_content: Content
) -> None:
    await engine.replace(small_content, nothing)
    await engine.open()
    await engine.load("soup-1.0")
    found = []
    for _ in range(2):  # the second time everything is at hand
        for terms in (["smooth", "pot", "soup.stir", "qqqq"], ["pot"], ["qqqq"], []):
            _, entries = await engine.search("soup-1.0", terms, choose_backwards)
            found.append([small_content.entries.index(entry) for entry in entries])
    await engine.close()

    assert found == [[2, 1], [2, 1], [], []] * 2


def choose_backwards(candidates: IntArray) -> Choice:
    chosen = np.unique(candidates)[::-1].tolist()
    return Choice(chosen, [0.0] * len(chosen), len(chosen), {})


async def test_what_ranking_knows_comes_back_as_it_was_stored(
    engine: Engine, small_content: Content
) -> None:
    await engine.replace(small_content, nothing)
    await engine.open()

    index = await engine.load("soup-1.0")
    await engine.close()

    assert index.dump() == small_content.index.dump()
    assert index.names.find("stir").name == "soup.stir"


async def test_docsets_tell_where_they_come_from(engine: Engine, small_content: Content) -> None:
    await engine.replace(small_content, nothing)
    await engine.open()

    docsets = await engine.docsets()
    await engine.close()

    assert docsets == [small_content.docset]


async def test_a_rebuild_replaces_the_docset_and_leaves_the_others(
    engine: Engine, small_content: Content
) -> None:
    other = replace(small_content, docset=replace(small_content.docset, name="stew-2.0"))
    changed = replace(
        small_content,
        entries=(replace(small_content.entries[0], summary="Hot."), *small_content.entries[1:]),
    )
    for content in (small_content, other, changed):
        await engine.replace(content, nothing)

    async with SearchService(engine) as service:
        soup = await service.search(SearchRequest("soup", docset="soup-1.0"))
        stew = await service.search(SearchRequest("soup", docset="stew-2.0"))

    assert [docset.name for docset in service.docsets()] == ["soup-1.0", "stew-2.0"]
    assert soup.results[0].entry.summary == "Hot."
    assert stew.results[0].entry.summary == "Cook soup."


async def test_an_open_service_follows_a_rebuild(
    engine: Engine, database_url: str, small_content: Content, small_docs: ParsedDocs
) -> None:
    broth = replace(small_docs.entries[0], title="broth")
    changed = make_content(
        replace(small_docs, entries=(broth, *small_docs.entries[1:])),
        name="soup-1.0", folder="", origin="a test", lore=Lore(),
    )  # fmt: skip
    await engine.replace(small_content, nothing)

    told = anyio.Event()

    async def changed_index() -> None:
        told.set()

    async with SearchService(engine) as service, service.following(changed_index):
        await make_engine(database_url).replace(changed, nothing)
        with anyio.fail_after(20):
            await told.wait()
        answer = await service.search(SearchRequest("broth"))

    assert answer.results[0].entry.title == "broth"


async def test_a_killed_build_leaves_the_old_index_working(
    tmp_path: Path, engine: Engine, database_url: str, small_content: Content
) -> None:
    await engine.replace(small_content, nothing)
    pickled = tmp_path / "content.pickle"
    pickled.write_bytes(pickle.dumps(small_content))
    killed_while_writing = textwrap.dedent("""
        import os, pickle, signal, sys
        from pathlib import Path
        import anyio
        from hotdish_search.engines import make_engine

        def kill(_done, _all):
            os.kill(os.getpid(), signal.SIGKILL)

        content = pickle.loads(Path(sys.argv[1]).read_bytes())
        anyio.run(make_engine(sys.argv[2]).replace, content, kill)
    """)

    killed = subprocess.run(
        [sys.executable, "-c", killed_while_writing, pickled, database_url],
        check=False,
        capture_output=True,
    )

    assert killed.returncode == -9, killed.stderr.decode()
    assert (await titles(engine, "soup.stir"))[0] == "soup.stir"
    await engine.replace(small_content, nothing)
    assert list(tmp_path.glob("*building*")) == []


async def test_a_missing_index_says_what_to_run(engine: Engine) -> None:
    with pytest.raises(HotdishSearchError, match="Build it: hotdish-search index"):
        await engine.open()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://host/db", "No search engine for 'mysql'"),
        ("nonsense", "not a database URL"),
        ("sqlite://", "needs a file"),
    ],
)
def test_a_wrong_database_url_is_told(url: str, told: str) -> None:
    with pytest.raises(HotdishSearchError, match=told):
        make_engine(url)
