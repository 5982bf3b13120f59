"""PostgreSQL: tsvector and GIN find candidates; a build is one transaction beside the old one."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio
import anyio.to_thread
import numpy as np
from pydantic import SecretStr
from sqlalchemy import URL, Column, ForeignKey, Integer, Table, insert, select, text
from sqlalchemy import Index as TableIndex
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from hotdish_search.engines import Choose, Progress
from hotdish_search.engines.recent import AtHand, Key, Recent, Value, join_lists
from hotdish_search.engines.schema import (
    ENTRY_COLUMNS,
    LAYOUT,
    TABLES,
    content_of,
    docset_of,
    docset_row,
    docset_table,
    entry_of,
    entry_rows,
    entry_table,
    metadata,
)
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.content import Content, Docset
from hotdish_search.model import Entry
from hotdish_search.ranking.arrays import IntArray
from hotdish_search.ranking.group import Choice
from hotdish_search.ranking.index import Index
from hotdish_web import DatabaseSettings, HotdishWebError, PostgresDatabase

if TYPE_CHECKING:
    import asyncpg

    Driver: TypeAlias = asyncpg.Connection[Any]

# Another layout of the tables gets another schema, so a new version builds its index beside that of
# an older one, whose servers go on. With the second build nobody needs the older one any more.
SCHEMA = f"hotdish_search_{LAYOUT}"
_OLDER_SCHEMAS = ("hotdish_search", *(f"hotdish_search_{older}" for older in range(2, LAYOUT)))
_BATCH = 1000
_BUILD_TIMEOUT_S = 300.0
_LOCK = 0x68646978  # one build at a time; "hdix" in ASCII

# The terms are ours, cut and stemmed as everywhere, so PostgreSQL's own parser and dictionaries
# have no say and both engines find the same entries.
terms_table = Table(
    "terms",
    metadata,
    Column("docset", ForeignKey("docset.number", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("terms", TSVECTOR, nullable=False),
    TableIndex("terms_gin", "terms", postgresql_using="gin"),
)
# Thousands of numbers, four bytes each: a tenth of the time that reading a row for each takes.
# The planner does not know that reading every row means unpacking every row's terms, and would do
# so: 28 ms for four terms by reading all, 2 ms by the index.
_MAKE_FIND = f"""
CREATE OR REPLACE FUNCTION {SCHEMA}.find(build integer, wanted text[])
RETURNS TABLE (term text, numbers bytea) LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT term, (
        SELECT string_agg(int4send(number), '') FROM {SCHEMA}.terms
        WHERE docset = build AND terms @@ quote_literal(term)::tsquery
    ) FROM unnest(wanted) AS term
$$
"""  # noqa: S608  our own names
_FIND = f"SELECT term, numbers FROM {SCHEMA}.find($1, $2)"  # noqa: S608
_LOAD = f"""
SELECT number, {", ".join(ENTRY_COLUMNS)}, details FROM {SCHEMA}.entry
WHERE docset = $1 AND number = ANY($2)
"""  # noqa: S608
_CURRENT = f"SELECT name, max(number) AS number FROM {SCHEMA}.docset GROUP BY name"  # noqa: S608
_FILL = text(
    f"INSERT INTO {SCHEMA}.terms (docset, number, terms) "  # noqa: S608
    "VALUES (:docset, :number, array_to_tsvector(string_to_array(:terms, ' ')))"
)


class PostgresEngine:
    """An index in a schema of its own of a PostgreSQL database."""

    def __init__(self, url: URL) -> None:
        """Name the database; it is connected by `open`."""
        self._url = url
        secret = SecretStr(url.render_as_string(hide_password=False))
        self._database = PostgresDatabase(DatabaseSettings(database_url=secret))
        self._builder = PostgresDatabase(
            DatabaseSettings(database_url=secret, database_statement_timeout=_BUILD_TIMEOUT_S)
        )
        self._numbers: dict[str, int] = {}
        self._at_hand = AtHand()
        # More threads than cores would only take turns, each with arrays of its own.
        self._threads = anyio.CapacityLimiter(os.cpu_count() or 1)

    def again(self) -> "PostgresEngine":
        """Give another engine on the same database, not open yet."""
        return PostgresEngine(self._url)

    async def exists(self) -> bool:
        """Tell whether the database holds an index."""
        async with _told(), self._database as database:
            return bool(await database.run(_has_docsets))

    async def open(self) -> None:
        """Connect, and see which builds are current."""
        async with _told():
            await self._database.setup()
            if not await self._database.run(_has_docsets):
                await self._database.close()
                msg = f"There is no index in {self._database!r}. Build it: hotdish-search index"
                raise HotdishSearchError(msg)
            self._numbers = await self._database.run(_current)

    async def close(self) -> None:
        """Give back every connection."""
        await self._database.close()

    async def is_stale(self) -> bool:
        """Tell whether another build became current."""
        async with _told():
            return await self._database.run(_current) != self._numbers

    async def docsets(self) -> list[Docset]:
        """Give the docsets in the database, each in its current build."""
        columns = [column for column in docset_table.c if column.name != "ranking"]
        async with _told(), self._read() as connection:
            rows = await connection.execute(select(*columns).order_by(docset_table.c.name))
            return [docset_of(row) for row in rows if row.number == self._numbers.get(row.name)]

    async def load(self, docset: str) -> Index:
        """Read what ranking knows of a docset."""
        number = self._numbers[docset]
        async with _told(), self._read() as connection:
            rows = await connection.execute(
                select(docset_table.c.ranking).where(docset_table.c.number == number)
            )
            return Index.load(rows.scalar_one())

    async def content(self, docset: str) -> Content:
        """Read all of a docset."""
        number = self._numbers[docset]
        entries = select(entry_table).where(entry_table.c.docset == number)
        async with _told(), self._read() as connection:
            docsets = await connection.execute(
                select(docset_table).where(docset_table.c.number == number)
            )
            return content_of(
                docsets.one(), await connection.execute(entries.order_by(entry_table.c.number))
            )

    async def search(
        self, docset: str, terms: Sequence[str], choose: Choose
    ) -> tuple[Choice, list[Entry]]:
        """Find and load on one connection, order in a thread."""
        candidates = await self._find(self._numbers[docset], terms)
        choice = await anyio.to_thread.run_sync(choose, candidates, limiter=self._threads)
        return choice, await self.entries(docset, choice.entries)

    async def _find(self, docset: int, terms: Sequence[str]) -> IntArray:
        """Give the entries that hold any of the terms."""
        lists = await self._read_through(self._at_hand.lists, docset, terms, _find)
        return join_lists([*lists.values()])

    async def _read_through(
        self,
        recent: Recent[tuple[int, Key], Value],
        docset: int,
        wanted: Sequence[Key],
        read: "Callable[[Driver, int, Sequence[Key]], Awaitable[dict[Key, Value]]]",
    ) -> dict[tuple[int, Key], Value]:
        """Give what is at hand; read the rest on one connection, and have it at hand then."""
        found = recent.find((docset, one) for one in wanted)
        missing = [one for one in wanted if (docset, one) not in found]
        if missing:
            async with _told():
                values = await self._database.run(lambda driver: read(driver, docset, missing))
            new = {(docset, one): value for one, value in values.items()}
            recent.keep(new)
            found |= new
        return found

    async def entries(self, docset: str, numbers: Sequence[int]) -> list[Entry]:
        """Give the entries with these numbers, in this order; what is at hand is not read."""
        number = self._numbers[docset]
        found = await self._read_through(self._at_hand.entries, number, numbers, _load)
        return [found[number, one] for one in numbers]

    async def replace(self, content: Content, progress: Progress) -> None:
        """Put a new build beside the old one in one transaction; the one before that goes."""
        async with _told(), self._builder as database, database.write() as plain:
            connection = await plain.execution_options(schema_translate_map={None: SCHEMA})
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            is_first = not await connection.scalar(text(f"SELECT to_regnamespace('{SCHEMA}')"))
            await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            await connection.run_sync(metadata.create_all, tables=(*TABLES, terms_table))
            await connection.exec_driver_sql(_MAKE_FIND)
            number = await _make_room(connection, content.docset.name)
            await _insert(connection, number, content, progress)
            for schema in () if is_first else _OLDER_SCHEMAS:
                await connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        async with _told(), self._builder as database, database.write() as connection:
            for table in ("entry", "terms"):
                await connection.execute(text(f"ANALYZE {SCHEMA}.{table}"))

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        async with self._database.read() as connection:
            yield await connection.execution_options(schema_translate_map={None: SCHEMA})


@asynccontextmanager
async def _told() -> AsyncIterator[None]:
    """Say what went wrong in the database in one line."""
    try:
        yield
    except HotdishWebError as error:
        raise HotdishSearchError(str(error)) from error
    except DBAPIError as error:
        reason = str(error.orig).partition(": ")[2] or str(error.orig)
        hint = ""
        if "permission denied" in reason:
            hint = (
                f". The user needs the right to make the schema {SCHEMA} and its tables: "
                "GRANT CREATE ON DATABASE ... TO ..."
            )
        msg = f"PostgreSQL refuses: {reason.splitlines()[0]}{hint}"
        raise HotdishSearchError(msg) from error


async def _has_docsets(connection: "Driver") -> bool:
    if await connection.fetchval("SELECT to_regclass($1)", f"{SCHEMA}.docset") is None:
        return False
    return bool(await connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {SCHEMA}.docset)"))  # noqa: S608


async def _current(connection: "Driver") -> dict[str, int]:
    return {row["name"]: row["number"] for row in await connection.fetch(_CURRENT)}


async def _find(connection: "Driver", docset: int, terms: Sequence[str]) -> dict[str, IntArray]:
    """Give for each term the entries that hold it."""
    rows = await connection.fetch(_FIND, docset, [*terms])
    return {term: np.frombuffer(numbers or b"", ">i4").astype(np.int32) for term, numbers in rows}


async def _load(connection: "Driver", docset: int, numbers: Sequence[int]) -> dict[int, Entry]:
    """Give the entries with these numbers."""
    rows = await connection.fetch(_LOAD, docset, [*numbers])
    return {row["number"]: entry_of(row[1:]) for row in rows}


async def _make_room(connection: AsyncConnection, docset: str) -> int:
    """Delete every build of a docset but the current one, and give the new build's number."""
    columns = docset_table.c
    numbers = list(await connection.scalars(select(columns.number).where(columns.name == docset)))
    for number in sorted(numbers)[:-1]:
        await connection.execute(docset_table.delete().where(columns.number == number))
    last = await connection.scalar(select(columns.number).order_by(columns.number.desc()).limit(1))
    return (last or 0) + 1


async def _insert(
    connection: AsyncConnection, number: int, content: Content, progress: Progress
) -> None:
    await connection.execute(insert(docset_table), docset_row(content, number))
    rows = entry_rows(content, number)
    for begin in range(0, len(rows), _BATCH):
        batch = rows[begin : begin + _BATCH]
        terms = content.full_text[begin : begin + _BATCH]
        await connection.execute(insert(entry_table), batch)
        await connection.execute(
            _FILL,
            [
                {"docset": number, "number": row["number"], "terms": t}
                for row, t in zip(batch, terms, strict=True)
            ],
        )
        progress(begin + len(batch), len(rows))
