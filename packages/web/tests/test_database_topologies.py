"""What stands between an application and its data in production: pgbouncer, replicas, failover."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.servers import PostgresServer, free_port, postgres_server, wheel_postgres

from hotdish_web import DatabaseSettings, DatabaseUnavailableError, PostgresDatabase

pytestmark = pytest.mark.anyio

IS_STANDBY = "SELECT pg_is_in_recovery()"


@pytest.fixture(scope="module")
def standby(postgres_18: PostgresServer) -> Iterator[PostgresServer]:
    with postgres_server(wheel_postgres(), standby_of=postgres_18) as server:
        yield server


def database_on(*servers: PostgresServer | int, **values: Any) -> PostgresDatabase:
    """A database on several hosts; a number is a port where nobody listens."""
    ports = [server if isinstance(server, int) else server.port for server in servers]
    password = next(server.password for server in servers if not isinstance(server, int))
    return PostgresDatabase(
        postgres_host=",".join(f"127.0.0.1:{port}" for port in ports),
        postgres_password=password,
        **values,
    )


async def who_reads(database: PostgresDatabase) -> set[bool]:
    """Ask in every way of reading if it is a standby that answers."""
    async with database.read() as connection, database.session(read_only=True) as session:
        return {
            bool(await connection.scalar(text(IS_STANDBY))),
            bool(await session.scalar(text(IS_STANDBY))),
            bool(await database.run(lambda driver: driver.fetchval(IS_STANDBY))),
        }


async def who_writes(database: PostgresDatabase) -> set[bool]:
    async with database.write() as connection, database.session() as session:
        return {
            bool(await connection.scalar(text(IS_STANDBY))),
            bool(await session.scalar(text(IS_STANDBY))),
        }


async def test_behind_pgbouncer_thirty_share_two_connections(
    pgbouncer: PostgresServer,
) -> None:
    settings = DatabaseSettings(database_url=pgbouncer.url(), database_pgbouncer=True)
    async with PostgresDatabase(settings) as database, asyncio.timeout(60):
        async with database.write() as connection:
            await connection.execute(text("DROP TABLE IF EXISTS visit"))
            await connection.execute(text("CREATE TABLE visit (id integer)"))

        async def visit(number: int) -> tuple[int, int]:
            async with database.write() as connection:
                insert = text("INSERT INTO visit VALUES (:id)").bindparams(id=number)
                await connection.execute(insert)
            async with database.read() as connection:
                find = text("SELECT id FROM visit WHERE id = :id").bindparams(id=number)
                read = await connection.scalar(find)
            statement = "SELECT id FROM visit WHERE id = $1"
            ran = await database.run(lambda driver: driver.fetchval(statement, number))
            return read, ran

        found = await asyncio.gather(*(visit(number) for number in range(30)))

    assert found == [(number, number) for number in range(30)]


async def test_a_limit_or_a_guard_is_not_left_behind_for_others(pgbouncer: PostgresServer) -> None:
    """What is set on a connection of the server would be met by whoever gets it next."""
    settings = DatabaseSettings(database_url=pgbouncer.url(), database_pgbouncer=True)
    statement = "SELECT current_setting('statement_timeout')"
    async with PostgresDatabase(settings) as database:
        async with database.read() as connection:
            within = await connection.scalar(text(statement))
        await database.run(lambda driver: driver.fetchval("SELECT 1"))
        async with database.engines.writers.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            after = {await connection.scalar(text(statement)) for _ in range(4)}

    assert (within, after) == ("5s", {"0"})


async def test_a_server_that_is_still_starting_is_waited_for(postgres_18: PostgresServer) -> None:
    """In a compose file the application is often the first to be there."""
    n_refused = 2

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal n_refused
        if n_refused:
            n_refused -= 1
            writer.close()
            return
        theirs, ours = await asyncio.open_connection(postgres_18.host, postgres_18.port)
        await asyncio.gather(pass_on(reader, ours), pass_on(theirs, writer))

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        database = PostgresDatabase(
            postgres_host="127.0.0.1", postgres_port=port, postgres_password=postgres_18.password
        )
        async with asyncio.timeout(60), database:
            assert await database.run(lambda driver: driver.fetchval("SELECT 3")) == 3

    assert n_refused == 0


async def test_who_forgets_the_switch_for_pgbouncer_is_told(pgbouncer: PostgresServer) -> None:
    settings = DatabaseSettings(database_url=pgbouncer.url(), database_connect_timeout=0.1)

    with pytest.raises(DatabaseUnavailableError, match="set DATABASE_PGBOUNCER=true"):
        await PostgresDatabase(settings).setup()


@pytest.mark.parametrize(
    ("target", "reads_on"),
    [
        ("prefer-standby", {True}),
        ("standby", {True}),
        ("read-only", {True}),
        ("primary", {False}),
        ("read-write", {False}),
    ],
)
@pytest.mark.parametrize("primary_first", [True, False])
async def test_reads_go_where_they_are_told_and_writes_to_the_primary(
    postgres_18: PostgresServer,
    standby: PostgresServer,
    target: str,
    reads_on: set[bool],
    primary_first: bool,  # noqa: FBT001
) -> None:
    servers = [postgres_18, standby] if primary_first else [standby, postgres_18]

    async with database_on(*servers, database_target=target) as database:
        assert await who_reads(database) == reads_on
        assert await who_writes(database) == {False}


async def test_what_is_written_reaches_who_reads_from_the_standby(
    postgres_18: PostgresServer, standby: PostgresServer
) -> None:
    async with (
        database_on(postgres_18, standby, database_target="prefer-standby") as database,
        asyncio.timeout(60),
    ):
        async with database.write() as connection:
            await connection.execute(text("DROP TABLE IF EXISTS news"))
            await connection.execute(text("CREATE TABLE news AS SELECT 7 AS number"))
        exists = "SELECT to_regclass('news') IS NOT NULL"
        while not await database.run(lambda driver: driver.fetchval(exists)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)

        assert await database.run(lambda driver: driver.fetchval("SELECT number FROM news")) == 7


@pytest.mark.parametrize("target", ["prefer-standby", "any", "primary"])
async def test_a_host_that_is_down_is_passed_over(postgres_18: PostgresServer, target: str) -> None:
    async with database_on(free_port(), postgres_18, database_target=target) as database:
        assert await who_reads(database) == {False}
        assert await who_writes(database) == {False}


async def test_without_a_standby_reads_that_ask_for_one_say_so(postgres_18: PostgresServer) -> None:
    database = database_on(
        free_port(), postgres_18, database_target="standby", database_connect_timeout=0.1
    )

    with pytest.raises(DatabaseUnavailableError, match=r"127\.0\.0\.1"):
        await database.setup()


async def test_when_the_primary_dies_writes_go_to_the_standby_that_is_promoted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hotdish_web.database.postgres.REST_BEFORE_PING_S", 0.0)
    with ExitStack() as later, ExitStack() as primary_runs:
        primary = primary_runs.enter_context(postgres_server(wheel_postgres()))
        standby = later.enter_context(postgres_server(wheel_postgres(), standby_of=primary))
        async with (
            database_on(primary, standby, database_target="any") as database,
            database_on(standby) as directly,
            asyncio.timeout(120),
        ):
            async with database.write() as connection:
                before = await connection.scalar(text("SELECT inet_server_port()"))
            primary_runs.close()
            with pytest.raises((DBAPIError, OSError)):
                async with database.write() as connection:
                    await connection.scalar(text(IS_STANDBY))
            await directly.run(lambda driver: driver.fetchval("SELECT pg_promote()"))
            async with database.write() as connection:
                after = await connection.scalar(text("SELECT inet_server_port()"))

    assert (before, after) == (primary.port, standby.port)
