"""What one full-text statement costs: through SQLAlchemy, and through `Database.run`."""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text
from tests.servers import postgres_server, wheel_postgres

from hotdish_web import Database, DatabaseSettings, PostgresDatabase, SQLiteDatabase

ROWS, WARM_UPS, CALLS, ROUNDS = 15_000, 30, 500, 3
WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "python",
    "function",
    "module",
    "asyncio",
    "search",
    "index",
    "class",
    "method",
]
ON_POSTGRES = (
    "SELECT id FROM doc WHERE words @@ websearch_to_tsquery('simple', {mark}) "
    "ORDER BY ts_rank(words, websearch_to_tsquery('simple', {mark})) DESC LIMIT 10"
)
ON_SQLITE = "SELECT rowid FROM doc WHERE doc MATCH {mark} ORDER BY bm25(doc) LIMIT 10"


def run() -> str:
    lines = [
        "A rare term in 15 000 documents, one statement at a time; least of the rounds.",
        "",
        "| | p50 µs | CPU µs of the client |",
        "|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        sqlite = SQLiteDatabase(Path(folder) / "bench.db")
        lines += asyncio.run(measure_both(sqlite, fill_sqlite, "SQLite FTS5"))
    with postgres_server(wheel_postgres()) as server:
        postgres = PostgresDatabase(DatabaseSettings(database_url=server.url()))
        lines += asyncio.run(measure_both(postgres, fill_postgres, "PostgreSQL 18 tsvector"))
    return "\n".join(lines)


async def measure_both(
    database: Database, fill: Callable[[Database], Awaitable[None]], label: str
) -> list[str]:
    async with database:
        await fill(database)
        best: dict[str, tuple[float, float]] = {}
        for _ in range(ROUNDS):
            for way, ask in (("SQLAlchemy", through_sqlalchemy), ("`run`", through_run)):
                found = await measure(database, ask)
                best[way] = min(best.get(way, found), found)
    return [f"| {label}, {way} | {p50:.0f} | {cpu:.0f} |" for way, (p50, cpu) in best.items()]


async def measure(
    database: Database, ask: Callable[[Database, str], Awaitable[Any]]
) -> tuple[float, float]:
    for number in range(WARM_UPS):
        await ask(database, f"doc{number}")
    times = []
    cpu = time.process_time()
    for number in range(CALLS):
        started = time.perf_counter()
        assert len(await ask(database, f"doc{number * 7}")) == 1
        times.append(time.perf_counter() - started)
    cpu = time.process_time() - cpu
    return sorted(times)[CALLS // 2] * 1e6, cpu / CALLS * 1e6


async def through_sqlalchemy(database: Database, term: str) -> Any:
    sql = ON_SQLITE if isinstance(database, SQLiteDatabase) else ON_POSTGRES
    async with database.read() as connection:
        return (await connection.execute(text(sql.format(mark=":term")), {"term": term})).all()


async def through_run(database: Database, term: str) -> Any:
    if isinstance(database, SQLiteDatabase):
        sql = ON_SQLITE.format(mark="?")
        return await database.run(lambda driver: driver.execute(sql, (term,)).fetchall())
    return await database.run(lambda driver: driver.fetch(ON_POSTGRES.format(mark="$1"), term))


def documents() -> list[dict[str, Any]]:
    random.seed(1)
    return [
        {
            "id": number,
            "title": " ".join(random.choices(WORDS, k=4)),
            "body": " ".join(random.choices(WORDS, k=120)) + f" doc{number}",
        }
        for number in range(ROWS)
    ]


async def fill_sqlite(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("CREATE VIRTUAL TABLE doc USING fts5(title, body)"))
        insert = text("INSERT INTO doc (rowid, title, body) VALUES (:id, :title, :body)")
        await connection.execute(insert, documents())


async def fill_postgres(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(
            text(
                "CREATE TABLE doc (id int PRIMARY KEY, title text, body text, words tsvector "
                "GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || body)) STORED)"
            )
        )
        await connection.execute(text("INSERT INTO doc VALUES (:id, :title, :body)"), documents())
        await connection.execute(text("CREATE INDEX ON doc USING gin (words)"))


if __name__ == "__main__":
    print(run())
