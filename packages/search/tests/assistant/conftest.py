"""A documentation that Sphinx built, indexed, and a client of the server over it."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from mcp import Client

from hotdish_search.assistant import make_server
from hotdish_search.engines import make_engine
from hotdish_search.indexing.build import Reporter, Wanted, build_index
from hotdish_search.settings import Settings

TEAPOT = Path(__file__).parent.parent / "parsing" / "built" / "9.1.0"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def teapot() -> Path:
    """The folder of the documentation."""
    return TEAPOT


async def build(settings: Settings) -> None:
    reporter = Reporter(say=lambda _: None, step=lambda _: lambda _done, _all: None)
    await build_index(
        Wanted(source=str(TEAPOT)),
        make_engine(settings.database),
        cache_folder=settings.cache_dir,
        reporter=reporter,
    )


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of its index."""
    folder = tmp_path_factory.mktemp("assistant")
    settings = Settings(data_dir=folder, cache_dir=folder / "cache", database_url=None)
    anyio.run(build, settings)
    return settings


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[Client]:
    """A client in the same process."""
    async with Client(make_server(settings)) as client:
        yield client
