import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from hypothesis import settings
from tests.servers import (
    PostgresServer,
    machine_postgres,
    pgbouncer_server,
    postgres_server,
    redis_server,
    wheel_postgres,
    wheel_valkey,
)
from web_testing.probe import Probe

from hotdish_web import (
    Database,
    DatabaseSettings,
    PostgresDatabase,
    SQLiteDatabase,
)

settings.register_profile("web", max_examples=60, deadline=None, derandomize=True)
settings.load_profile("web")

MakeDatabase = Callable[..., Database]
Serve = Callable[[Any], AbstractContextManager[httpx2.Client]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def environment_without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ENV", "DATABASE_URL", "SQLITE_PATH", "CACHE_URL"):
        monkeypatch.delenv(name, raising=False)
    for part in ("USERNAME", "PASSWORD", "HOST", "PORT", "DB_NAME"):
        monkeypatch.delenv(f"POSTGRES_{part}", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def postgres_18() -> Iterator[PostgresServer]:
    with postgres_server(wheel_postgres()) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_of_machine() -> Iterator[PostgresServer]:
    programs = machine_postgres()
    if programs is None:
        pytest.skip("NO POSTGRESQL OF THE MACHINE in /usr/lib/postgresql: only the wheel is tested")
    with postgres_server(programs) as server:
        yield server


@pytest.fixture(scope="session")
def pgbouncer(postgres_18: PostgresServer) -> Iterator[PostgresServer]:
    with pgbouncer_server(postgres_18) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres_18", "postgres_of_machine", "pgbouncer"])
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> MakeDatabase:
    """Make a database of each engine, with settings of the test's own."""
    if request.param == "sqlite":
        return lambda **values: SQLiteDatabase(tmp_path / "test.db", **values)
    server: PostgresServer = request.getfixturevalue(request.param)
    fixed = {"database_url": server.url(), "database_pgbouncer": request.param == "pgbouncer"}
    return lambda **values: PostgresDatabase(DatabaseSettings(**fixed, **values))


@pytest.fixture(scope="session")
def redis_port() -> Iterator[int]:
    with redis_server() as (port, _):
        yield port


@pytest.fixture(scope="session")
def valkey_port() -> Iterator[int]:
    with redis_server(program=wheel_valkey()) as (port, _):
        yield port


@pytest.fixture
def serve() -> Serve:
    """Serve an application with uvicorn on a free port; gives a client of it."""

    @contextlib.contextmanager
    def run(app: Any) -> Iterator[httpx2.Client]:
        config = uvicorn.Config(app, port=0, log_config=None, lifespan="on")
        server = ReadyServer(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            assert server.ready.wait(20)
            assert server.started
            port = server.servers[0].sockets[0].getsockname()[1]
            base_url, none_kept = (
                f"http://127.0.0.1:{port}",
                httpx2.Limits(max_keepalive_connections=0),
            )
            with httpx2.Client(base_url=base_url, timeout=20, limits=none_kept) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(20)

    return run


class ReadyServer(uvicorn.Server):
    """A server that says when it listens, or that it will not."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, *args: Any, **kwargs: Any) -> None:
        try:
            await super().startup(*args, **kwargs)
        finally:
            self.ready.set()


@pytest.fixture(params=["layer", "decorator alone"])
def probe(request: pytest.FixtureRequest) -> Probe:
    """A probe on both ways: with the layer before routing, and with the decorator alone."""
    return Probe(install=request.param == "layer")
