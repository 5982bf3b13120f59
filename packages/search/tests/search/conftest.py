"""An index of the real documentation, built once, services over it, and small ones of our own."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import anyio
import asyncpg
import httpx2
import pytest
from fastapi import FastAPI
from tests.servers import PostgresServer, postgres_server, wheel_postgres

from hotdish_search.app import create_app
from hotdish_search.engines import make_engine
from hotdish_search.indexing.build import Reporter, Wanted, build_index
from hotdish_search.indexing.content import Content, Lore, make_content
from hotdish_search.model import Entry, Link, ParsedDocs, ParseReport, VersionNote
from hotdish_search.service import SearchService
from hotdish_search.settings import Settings


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def silent() -> Reporter:
    return Reporter(say=lambda _: None, step=lambda _: lambda _done, _all: None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server(wheel_postgres()) as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def settings(
    request: pytest.FixtureRequest,
    python_docs: Path,
    silent: Reporter,
    tmp_path_factory: pytest.TempPathFactory,
) -> Settings:
    """Settings of an index of Python's real documentation, in each kind of database."""
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").url()
    folder = tmp_path_factory.mktemp("index")
    settings = Settings(data_dir=folder, cache_dir=folder / "cache", database_url=url)
    anyio.run(
        lambda: build_index(
            Wanted(source=str(python_docs)),
            make_engine(settings.database),
            cache_folder=settings.cache_dir,
            reporter=silent,
        )
    )
    return settings


@pytest.fixture(scope="session")
async def service(settings: Settings) -> AsyncIterator[SearchService]:
    async with SearchService(make_engine(settings.database)) as service:
        yield service


@pytest.fixture(scope="session")
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture(scope="session")
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client


@pytest.fixture
def small_docs() -> ParsedDocs:
    """A documentation of four entries, written by hand."""
    entry = partial(
        Entry, page="library/soup.html", page_title="soup", part="library", module="soup"
    )
    entries = (
        entry(
            id="library/soup.html",
            title="soup",
            kind="module",
            summary="Cook soup.",
            text="Cook soup.",
        ),
        entry(
            id="library/soup.html#soup.stir",
            title="soup.stir",
            kind="function",
            signature="soup.stir(pot, *, slowly=True)",
            summary="Stir the pot until it is smooth.",
            text="Stir the pot until it is smooth. A wooden spoon is used.",
            notes=(VersionNote("added", "3.4"), VersionNote("deprecated", "3.9")),
        ),
        entry(
            id="library/soup.html#burnt",
            title="When it is burnt",
            kind="section",
            summary="Start again with a clean pot.",
            text="Start again with a clean pot.",
            breadcrumbs=("Trouble",),
        ),
        entry(
            id="library/soup.html#burnt",
            title="soup.rescue",
            kind="row",
            summary="Rescue what can be rescued.",
            text="Rescue what can be rescued.",
        ),
    )
    links = (Link("library/soup.html#burnt", "library/soup.html#soup.stir", "stirring"),)
    report = ParseReport(pages=1, signatures=1, sections=2, inventory_objects=2)
    return ParsedDocs("Soup", "1.0", entries, links, report)


@pytest.fixture
def small_content(small_docs: ParsedDocs) -> Content:
    return make_content(small_docs, name="soup-1.0", folder="", origin="a test", lore=Lore())


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind that nobody has used yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'index.sqlite3'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(server.url())
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return server.url(name)
