"""The index of Python's real documentation that the benchmarks of hotdish-search share."""

import asyncio
import os
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import anyio
import asyncpg

from hotdish_search.engines import make_engine
from hotdish_search.engines.postgres import SCHEMA
from hotdish_search.indexing.build import Reporter, Wanted, build_index
from hotdish_search.indexing.content import Docset
from hotdish_search.meaning import VectorShelf, find_embedder
from hotdish_search.model import ParsedDocs
from hotdish_search.service import SearchService
from hotdish_search.settings import Settings, load_settings

WORK = Path(__file__).with_name(".work")
SILENT = Reporter(say=lambda _: None, step=lambda _: lambda _done, _all: None)


@dataclass(frozen=True, slots=True)
class Built:
    """An index that was built for the benchmarks; processor time leaves a database server's out."""

    settings: Settings
    docset: Docset
    parsed: ParsedDocs
    seconds: float
    processor_s: float
    megabytes: float

    @property
    def n_entries(self) -> int:
        """How many entries it has."""
        return self.docset.n_entries

    @property
    def n_pages(self) -> int:
        """How many pages they come from."""
        return self.parsed.report.pages


@cache
def build(database: str | None = None) -> Built:
    """Build the index of the best documentation at hand, once a run, in a new SQLite file.

    Args:
        database: The URL of a PostgreSQL database to build it in instead.
    """
    path = WORK / "search" / "index.sqlite3"
    if database is None:
        path.unlink(missing_ok=True)
    settings = load_settings(data_dir=WORK / "search").model_copy(
        update={"database_url": database or f"sqlite:///{path}"}
    )
    started, worked = time.perf_counter(), time.process_time()
    docset, parsed = asyncio.run(
        build_index(
            Wanted(),
            make_engine(settings.database),
            cache_folder=settings.cache_dir,
            reporter=SILENT,
        )
    )
    seconds, processor_s = time.perf_counter() - started, time.process_time() - worked
    size = asyncio.run(_size_of(database)) if database else path.stat().st_size
    return Built(settings, docset, parsed, seconds, processor_s, size / 1e6)


async def _size_of(database: str) -> int:
    """Give the bytes of all tables and indexes in the schema of hotdish-search."""
    connection = await asyncpg.connect(database)
    try:
        size: int = await connection.fetchval(
            "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class "
            "WHERE relnamespace = to_regnamespace($1) AND relkind = 'r'",
            SCHEMA,
        )
    finally:
        await connection.close()
    return size


async def learn(built: Built) -> None:
    """See to it that what entries mean is known; that takes minutes the first time."""
    embedder = find_embedder(n_threads=os.cpu_count() or 1)
    assert embedder is not None, "the extra `meaning` is not installed: make setup"
    learned = anyio.Event()

    async def tell() -> None:
        learned.set()

    shelf = VectorShelf(built.settings.meaning_dir, embedder)
    service = SearchService(make_engine(built.settings.database), shelf)
    async with service, service.following(tell):
        await learned.wait()
