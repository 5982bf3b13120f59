"""The database in an application, over real sockets."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotdish_web import (
    Database,
    DatabaseDep,
    DatabaseNotReadyError,
    ReadSessionDep,
    SessionDep,
    get_database,
    lifespans,
)

MakeDatabase = Callable[..., Database]
Serve = Callable[[Any], AbstractContextManager[httpx2.Client]]

# The row is checked at the commit only, so that nothing but the commit can fail.
TABLE = """
    CREATE TABLE note (
        id INTEGER PRIMARY KEY,
        parent INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED
    )
"""
GOOD = "INSERT INTO note VALUES (1, NULL)"
FAILS_AT_COMMIT = "INSERT INTO note VALUES (1, 99)"


def make_app(database: Database) -> FastAPI:
    app = FastAPI(lifespan=lifespans(database.lifespan, tables_of(database)))

    @app.get("/count")
    async def count(session: ReadSessionDep) -> int:
        return int((await session.execute(text("SELECT count(*) FROM note"))).scalar_one())

    @app.post("/dep/{statement}")
    async def through_session_dep(statement: str, session: SessionDep) -> str:
        return await work(session, statement)

    @app.post("/db/{statement}")
    async def through_database(
        statement: str, session: Annotated[AsyncSession, Depends(database)]
    ) -> str:
        return await work(session, statement)

    @app.get("/health")
    async def health(database: DatabaseDep) -> dict[str, Any]:
        found = await database.ping()
        return {"ok": found.ok, "checked_out": found.checked_out}

    return app


async def work(session: AsyncSession, statement: str) -> str:
    await session.execute(text({"fails-at-commit": FAILS_AT_COMMIT}.get(statement, GOOD)))
    if statement == "refused":
        raise HTTPException(418)
    return "answered"


def tables_of(database: Database) -> Any:
    @asynccontextmanager
    async def lifespan(_app: object) -> Any:
        async with database.write() as connection:
            await connection.execute(text("DROP TABLE IF EXISTS note"))
            await connection.execute(text(TABLE))
        yield None

    return lifespan


@pytest.mark.parametrize("way", ["dep", "db"])
def test_a_commit_is_done_before_the_answer_is_sent(
    make_database: MakeDatabase, serve: Serve, way: str
) -> None:
    with serve(make_app(make_database())) as client:
        answer = client.post(f"/{way}/good")

        assert (answer.status_code, client.get("/count").json()) == (200, 1)


@pytest.mark.parametrize("way", ["dep", "db"])
def test_a_failing_commit_is_a_500_and_never_a_200(
    make_database: MakeDatabase, serve: Serve, way: str
) -> None:
    with serve(make_app(make_database())) as client:
        answer = client.post(f"/{way}/fails-at-commit")

        assert (answer.status_code, client.get("/count").json()) == (500, 0)


@pytest.mark.parametrize("way", ["dep", "db"])
def test_an_exception_in_the_route_rolls_back(
    make_database: MakeDatabase, serve: Serve, way: str
) -> None:
    with serve(make_app(make_database())) as client:
        answer = client.post(f"/{way}/refused")

        assert (answer.status_code, client.get("/count").json()) == (418, 0)


def test_no_connection_is_left_after_many_requests(
    make_database: MakeDatabase, serve: Serve
) -> None:
    with serve(make_app(make_database())) as client:
        for statement in ("good", "fails-at-commit", "refused", "good"):
            client.post(f"/dep/{statement}")

        assert client.get("/health").json() == {"ok": True, "checked_out": 0}


def test_a_lifespan_without_database_says_what_to_do(make_database: MakeDatabase) -> None:
    app = make_app(make_database())
    app.router.lifespan_context = FastAPI().router.lifespan_context

    async def ask() -> None:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.get("/health")

    with pytest.raises(DatabaseNotReadyError, match="no database in the lifespan's state"):
        asyncio.run(ask())


def test_a_test_can_put_another_database_in_its_place(make_database: MakeDatabase) -> None:
    app = make_app(make_database())
    other = make_database()
    app.dependency_overrides[get_database] = lambda: other

    async def ask() -> bool:
        transport = httpx2.ASGITransport(app=app)
        async with (
            other,
            httpx2.AsyncClient(transport=transport, base_url="http://test") as client,
        ):
            return bool((await client.get("/health")).json()["ok"])

    assert asyncio.run(ask())


def test_importing_any_module_opens_no_connection() -> None:
    """Runs in a clean process that ends at the first socket that connects."""
    program = """
import pkgutil, sys, importlib
def hook(event, arguments):
    if event in ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen"):
        raise SystemExit(f"{event} {arguments}")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        if "__pycache__" not in str(arguments[0]): raise SystemExit(f"opened {arguments}")
sys.addaudithook(hook)
import hotdish_web
for module in pkgutil.walk_packages(hotdish_web.__path__, "hotdish_web."):
    importlib.import_module(module.name)
    print(module.name)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "hotdish_web.database.postgres" in done.stdout
