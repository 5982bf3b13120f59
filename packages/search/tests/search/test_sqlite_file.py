"""The index file of SQLite: what is no index of ours is told, and never overwritten."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from hotdish_search.engines.schema import LAYOUT
from hotdish_search.engines.sqlite import SQLiteEngine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.content import Content
from hotdish_search.service import SearchService

pytestmark = pytest.mark.anyio


def nothing(_done: int, _all: int) -> None:
    """Take progress and show none."""


@pytest.fixture
def engine(tmp_path: Path) -> SQLiteEngine:
    return SQLiteEngine(make_url(f"sqlite:///{tmp_path / 'index.sqlite3'}"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not a database at all, but long enough to be read" * 20, "not a database"),
        (b"", "another program's database"),
    ],
)
async def test_a_file_that_is_no_index_is_refused_with_what_to_do(
    engine: SQLiteEngine, content: bytes, reason: str
) -> None:
    engine.path.write_bytes(content)

    with pytest.raises(HotdishSearchError, match=reason) as caught:
        await engine.open()

    assert "hotdish-search index" in str(caught.value)


async def test_a_folder_is_refused(engine: SQLiteEngine) -> None:
    engine.path.mkdir()

    with pytest.raises(HotdishSearchError, match="not an index that this version can read"):
        await engine.open()

    assert await engine.exists()


async def test_an_index_in_an_older_layout_is_built_anew(
    engine: SQLiteEngine, small_content: Content
) -> None:
    await engine.replace(small_content, nothing)
    with closing(sqlite3.connect(engine.path)) as older:
        older.execute("DROP TABLE docset")
        older.execute(f"PRAGMA user_version = {LAYOUT - 1}")

    assert not await engine.exists()
    with pytest.raises(HotdishSearchError, match="build it anew: hotdish-search index"):
        await engine.open()
    await engine.replace(small_content, nothing)

    assert await engine.exists()
    async with SearchService(engine) as service:
        assert [docset.name for docset in service.docsets()] == ["soup-1.0"]


async def test_half_an_index_is_refused(engine: SQLiteEngine, small_content: Content) -> None:
    await engine.replace(small_content, nothing)
    engine.path.write_bytes(engine.path.read_bytes()[: engine.path.stat().st_size // 2])

    with pytest.raises(HotdishSearchError, match="hotdish-search index"):
        await SearchService(engine).open()


async def test_another_programs_database_is_never_overwritten(
    engine: SQLiteEngine, small_content: Content
) -> None:
    with sqlite3.connect(engine.path) as foreign:
        foreign.execute("CREATE TABLE precious (id)")
    foreign.close()
    before = engine.path.read_bytes()

    with pytest.raises(HotdishSearchError, match="another program's"):
        await engine.replace(small_content, nothing)

    assert engine.path.read_bytes() == before
