"""What every engine promises: this file runs on SQLite and on each PostgreSQL that is here."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from hotdish_web import (
    Database,
    DatabaseNotReadyError,
    PostgresDatabase,
    SQLiteDatabase,
)

pytestmark = pytest.mark.anyio

MakeDatabase = Callable[..., Database]


async def with_table(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("DROP TABLE IF EXISTS note"))
        await connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT)"))


async def count_notes(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM note"))).scalar_one())


async def test_what_is_written_is_read(make_database: Callable[..., Database]) -> None:
    async with make_database() as database:
        await with_table(database)

        async with database.write() as connection:
            await connection.execute(text("INSERT INTO note VALUES (1, 'a')"))

        assert await count_notes(database) == 1


async def test_write_rolls_back_when_its_block_raises(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        await with_table(database)

        async def insert_and_fail() -> None:
            async with database.write() as connection:
                await connection.execute(text("INSERT INTO note VALUES (1, 'a')"))
                raise LookupError

        with pytest.raises(LookupError):
            await insert_and_fail()

        assert await count_notes(database) == 0
        assert database.checked_out() == 0


async def test_session_commits_at_the_end_of_its_block(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        await with_table(database)

        async with database.session() as session:
            await session.execute(text("INSERT INTO note VALUES (1, 'a')"))

        assert await count_notes(database) == 1


async def test_session_rolls_back_when_its_block_raises(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        await with_table(database)

        async def insert_and_fail() -> None:
            async with database.session() as session:
                await session.execute(text("INSERT INTO note VALUES (1, 'a')"))
                raise LookupError

        with pytest.raises(LookupError):
            await insert_and_fail()

        assert await count_notes(database) == 0


async def test_readers_cannot_write(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        await with_table(database)
        insert = text("INSERT INTO note VALUES (1, 'a')")

        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            async with database.read() as connection:
                await connection.execute(insert)
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            async with database.session(read_only=True) as session:
                await session.execute(insert)

        assert await count_notes(database) == 0


async def test_a_session_used_after_its_block_raises_and_holds_no_connection(
    make_database: MakeDatabase,
) -> None:
    async with make_database(database_pool_size=1, database_max_overflow=0) as database:
        async with database.session() as session:
            await session.execute(text("SELECT 1"))

        with pytest.raises(InvalidRequestError):
            await session.execute(text("SELECT 1"))

        assert database.checked_out() == 0


async def test_reads_go_on_while_a_write_is_open(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        await with_table(database)

        async with database.write() as connection:
            await connection.execute(text("INSERT INTO note VALUES (1, 'a')"))
            seen = await count_notes(database)

        assert (seen, await count_notes(database)) == (0, 1)


async def test_writers_that_read_first_wait_for_each_other(make_database: MakeDatabase) -> None:
    """With SQLite's plain BEGIN one of the two dies at once: "database is locked"."""
    async with make_database() as database:
        await with_table(database)

        async def add(number: int) -> None:
            async with database.write() as connection:
                await connection.execute(text("SELECT count(*) FROM note"))
                await connection.execute(
                    text("INSERT INTO note VALUES (:id, 'a')").bindparams(id=number)
                )

        await asyncio.gather(*(add(number) for number in range(20)))

        assert await count_notes(database) == 20


async def test_run_gives_the_driver_and_its_result(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        assert await answer(database, "SELECT 40 + 2") == 42
        assert database.checked_out() == 0


async def test_run_cannot_write(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        await with_table(database)

        with pytest.raises(Exception, match=r"(?i)read-?only"):
            await answer(database, "INSERT INTO note VALUES (1, 'a') RETURNING id")

        assert await count_notes(database) == 0


async def test_run_passes_on_what_its_function_raises(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        with pytest.raises(Exception, match=r"(?i)no_such_table"):
            await answer(database, "SELECT * FROM no_such_table")

        assert await answer(database, "SELECT 1") == 1


async def test_a_statement_over_the_time_limit_is_stopped(make_database: MakeDatabase) -> None:
    async with make_database(database_statement_timeout=0.2) as database:
        with pytest.raises(DBAPIError, match=r"(?i)interrupt|statement timeout"):
            async with database.read() as connection:
                await connection.execute(text(ENDLESS))
        with pytest.raises(Exception, match=r"(?i)interrupt|statement timeout"):
            await answer(database, ENDLESS)

        assert await answer(database, "SELECT 1") == 1


@pytest.mark.parametrize(
    "make_database", ["sqlite", "postgres_18", "postgres_of_machine"], indirect=True
)  # behind pgbouncer there is no pool of ours
async def test_a_pool_that_is_used_up_says_so_in_time(make_database: MakeDatabase) -> None:
    settings: dict[str, Any] = {
        "database_pool_size": 1,
        "database_max_overflow": 0,
        "database_pool_timeout": 0.1,
    }
    async with make_database(**settings) as database, database.read():
        health = await database.ping()

        assert not health.ok
        assert "QueuePool limit" in str(health.error)
        assert health.checked_out == 1


async def test_ping_tells_that_all_is_well(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        health = await database.ping()

        assert (health.ok, health.error, health.checked_out) == (True, None, 0)
        assert health.took_ms > 0


async def test_ping_never_waits_longer_than_told(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        health = await database.ping(timeout_s=0)

        assert (health.ok, health.error) == (False, "no answer within 0 s")


async def test_nothing_is_left_after_use(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        await with_table(database)
        await asyncio.gather(*(count_notes(database) for _ in range(8)))

        assert database.checked_out() == 0

    assert database.checked_out() == 0


async def test_use_before_setup_says_what_to_do(make_database: MakeDatabase) -> None:
    database = make_database()

    with pytest.raises(DatabaseNotReadyError, match=r"lifespan=db\.lifespan"):
        async with database.read():
            raise AssertionError
    with pytest.raises(DatabaseNotReadyError, match=r"is not set up"):
        await answer(database, "SELECT 1")
    assert "is not set up" in str((await database.ping()).error)


async def test_use_after_close_says_what_to_do(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        pass
    await database.close()

    with pytest.raises(DatabaseNotReadyError):
        await answer(database, "SELECT 1")


async def test_setup_twice_is_refused(make_database: MakeDatabase) -> None:
    async with make_database() as database:
        with pytest.raises(DatabaseNotReadyError, match="set up already"):
            await database.setup()


def test_the_same_database_works_in_a_second_event_loop(make_database: MakeDatabase) -> None:
    database = make_database()

    async def once() -> int:
        async with database:
            return int(await answer(database, "SELECT 7"))

    assert [asyncio.run(once()), asyncio.run(once())] == [7, 7]


ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
    "SELECT count(*) FROM n"
)


async def answer(database: Database, statement: str) -> Any:
    """Ask through `run`, as each engine's driver wants it."""
    if isinstance(database, SQLiteDatabase):
        return await database.run(lambda driver: driver.execute(statement).fetchone()[0])
    assert isinstance(database, PostgresDatabase)
    return await database.run(lambda driver: driver.fetchval(statement))
