"""PostgreSQL: tsvector and GIN find candidates; a build is one transaction beside the old one."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from sqlalchemy import URL, Column, ForeignKey, Index, Integer, Table, insert, select, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from hotdish_search.engines import Choose, Found, Progress
from hotdish_search.engines.schema import (
    ENTRY_COLUMNS,
    INDEX_COLUMNS,
    TABLES,
    content_of,
    docset_of,
    docset_row,
    docset_table,
    entry_of,
    entry_rows,
    entry_table,
    make_index,
    metadata,
    name_rows,
    name_table,
)
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.content import Content, Docset
from hotdish_search.ranking import rank as ranking
from hotdish_web import DatabaseSettings, HotdishWebError, PostgresDatabase

if TYPE_CHECKING:
    import asyncpg

SCHEMA = "hotdish_search"
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
    Index("terms_gin", "terms", postgresql_using="gin"),
)
_FIND = f"""
SELECT array_agg(number ORDER BY number) FROM {SCHEMA}.terms
WHERE docset = $1 AND terms @@ $2::tsquery
"""  # noqa: S608  our own name
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
        columns = [column for column in docset_table.c if column.name != "statistics"]
        async with _told(), self._read() as connection:
            rows = await connection.execute(select(*columns).order_by(docset_table.c.name))
            return [docset_of(row) for row in rows if row.number == self._numbers.get(row.name)]

    async def load(self, docset: str) -> ranking.Index:
        """Read names, statistics and priors of a docset."""
        number = self._numbers[docset]
        async with _told(), self._read() as connection:
            statistics = await connection.scalar(
                select(docset_table.c.statistics).where(docset_table.c.number == number)
            )
            names = await connection.execute(
                select(name_table.c.text, name_table.c.entry, name_table.c.weight).where(
                    name_table.c.docset == number
                )
            )
            entries = await connection.execute(
                select(*(entry_table.c[column] for column in INDEX_COLUMNS))
                .where(entry_table.c.docset == number)
                .order_by(entry_table.c.number)
            )
            return make_index(entries.all(), names.all(), statistics or b"")

    async def content(self, docset: str) -> Content:
        """Read all of a docset."""
        number = self._numbers[docset]
        entries = select(entry_table).where(entry_table.c.docset == number)
        names = select(name_table).where(name_table.c.docset == number)
        async with _told(), self._read() as connection:
            docsets = await connection.execute(
                select(docset_table).where(docset_table.c.number == number)
            )
            return content_of(
                docsets.one(),
                (await connection.execute(entries.order_by(entry_table.c.number))).all(),
                await connection.execute(names),
            )

    async def search(self, docset: str, terms: Sequence[str], choose: Choose) -> list[Found]:
        """Find, choose and load on one connection of the driver."""
        number = self._numbers[docset]

        async def work(connection: "asyncpg.Connection[Any]") -> list[Found]:
            found = None
            if terms:
                query = " | ".join(f"'{term}'" for term in terms)
                found = await connection.fetchval(_FIND, number, query)
            chosen = choose(found or [])
            numbers = chosen.entries.tolist()
            rows = {row["number"]: row for row in await connection.fetch(_LOAD, number, numbers)}
            return [
                Found(entry_of(rows[entry]), score)
                for entry, score in zip(numbers, chosen.scores.tolist(), strict=True)
            ]

        async with _told():
            return await self._database.run(work)

    async def replace(self, content: Content, progress: Progress) -> None:
        """Put a new build beside the old one in one transaction; the one before that goes."""
        async with _told(), self._builder as database, database.write() as plain:
            connection = await plain.execution_options(schema_translate_map={None: SCHEMA})
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            await connection.run_sync(metadata.create_all, tables=(*TABLES, terms_table))
            number = await _make_room(connection, content.docset.name)
            await _insert(connection, number, content, progress)
        async with _told(), self._builder as database, database.write() as connection:
            for table in ("entry", "name", "terms"):
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


async def _has_docsets(connection: "asyncpg.Connection[Any]") -> bool:
    if await connection.fetchval("SELECT to_regclass($1)", f"{SCHEMA}.docset") is None:
        return False
    return bool(await connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {SCHEMA}.docset)"))  # noqa: S608


async def _current(connection: "asyncpg.Connection[Any]") -> dict[str, int]:
    return {row["name"]: row["number"] for row in await connection.fetch(_CURRENT)}


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
    row = docset_row(content.docset, number, content.statistics)
    await connection.execute(insert(docset_table), row)
    names = name_rows(content, number)
    for begin in range(0, len(names), _BATCH):
        await connection.execute(insert(name_table), names[begin : begin + _BATCH])
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
