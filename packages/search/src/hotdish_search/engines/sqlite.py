"""SQLite: one file, FTS5 for candidates; a build goes into a new file that replaces the old one."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypeVar

import anyio.to_thread
from filelock import FileLock
from sqlalchemy import URL, Connection, create_engine, event, insert, select, text
from sqlalchemy import Engine as SQLAlchemyEngine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from hotdish_search.engines import Choose, Found, Progress
from hotdish_search.engines.schema import (
    DOCSET_COLUMNS,
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
from hotdish_search.ranking.rank import Index

# Tells our files from others ("hdix" in ASCII), and this layout from later ones:
# https://www.sqlite.org/pragma.html#pragma_application_id
APPLICATION_ID = 0x68646978
LAYOUT = 1
_CONNECTIONS = 4
_BATCH = 1000
# A docset's full text: a boolean index of terms that we cut and stemmed ourselves, 1.5 MB for
# Python's documentation. It finds; ranking orders, from the same statistics on every engine.
_FULL_TEXT = """
CREATE VIRTUAL TABLE {table} USING fts5(
    terms, content='', columnsize=0, detail='none', tokenize="ascii tokenchars '._'"
)
"""
_LOADED = f"number, {', '.join(ENTRY_COLUMNS)}, details"

T = TypeVar("T")


class SQLiteEngine:
    """An index in one SQLite file."""

    def __init__(self, url: URL) -> None:
        """Name the file; it is opened by `open`."""
        if not url.database or url.database == ":memory:":
            msg = "The index needs a file: write DATABASE_URL like sqlite:////home/me/index.sqlite3"
            raise HotdishSearchError(msg)
        self._url = url
        self.path = Path(url.database)
        self._engine: SQLAlchemyEngine | None = None
        self._numbers: dict[str, int] = {}
        self._identity: tuple[int, int] | None = None

    def again(self) -> "SQLiteEngine":
        """Give another engine on the same file, not open yet."""
        return SQLiteEngine(self._url)

    async def exists(self) -> bool:
        """Tell whether the file is there."""
        return self.path.exists()

    async def open(self) -> None:
        """Open the file for reading, with all connections at once.

        A connection that is opened later could find another file at the path.
        """
        if not self.path.exists():
            msg = f"There is no index at {self.path}. Build it: hotdish-search index"
            raise HotdishSearchError(msg)
        self._identity = self._identify()
        self._engine = create_engine(
            "sqlite://",
            creator=self._connect_for_reading,
            poolclass=QueuePool,
            pool_size=_CONNECTIONS,
            max_overflow=0,
        )
        try:
            if wrong := await self._run(_check_layout):
                raise self._unreadable(wrong)
            await self._run(self._fill_pool)
        except HotdishSearchError:
            await self.close()
            raise

    async def close(self) -> None:
        """Close every connection."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    async def is_stale(self) -> bool:
        """Tell whether another file lies at the path than the one that is open."""
        return self._identity != self._identify()

    async def docsets(self) -> list[Docset]:
        """Give the docsets in the file."""
        return await self._run(_read_docsets)

    async def load(self, docset: str) -> Index:
        """Read names, statistics and priors of a docset."""
        number, index = await self._run(lambda connection: _load_index(connection, docset))
        self._numbers[docset] = number
        return index

    async def content(self, docset: str) -> Content:
        """Read all of a docset."""
        return await self._run(lambda connection: _read_content(connection, docset))

    async def search(self, docset: str, terms: Sequence[str], choose: Choose) -> list[Found]:
        """Find, choose and load in one hop to a thread, on one read-only connection."""
        number = self._numbers[docset]
        return await self._run(lambda connection: _search(connection, number, terms, choose))

    async def replace(self, content: Content, progress: Progress) -> None:
        """Build a new file with this docset and all others, then swap it in."""
        await anyio.to_thread.run_sync(lambda: _replace(self.path, content, progress))

    def _fill_pool(self, _: Connection) -> None:
        assert self._engine is not None  # noqa: S101  it is being opened
        with ExitStack() as stack:
            for _number in range(_CONNECTIONS - 1):
                connection = stack.enter_context(self._engine.connect())
                _check_layout(connection)
        if self._identity != self._identify():
            msg = "it is being replaced at this moment; try again"
            raise self._unreadable(msg)

    def _identify(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _connect_for_reading(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA mmap_size = 268435456")
        return connection

    def _unreadable(self, reason: Exception | str) -> HotdishSearchError:
        cause = reason.orig if isinstance(reason, DBAPIError) else reason
        return HotdishSearchError(
            f"{self.path} is not an index that this version can read ({cause}). "
            "Name another with --database, or build it anew: hotdish-search index"
        )

    async def _run(self, work: Callable[[Connection], T]) -> T:
        engine = self._engine
        if engine is None:
            msg = "The index is not open. Call open() first"
            raise HotdishSearchError(msg)

        def in_thread() -> T:
            try:
                with engine.connect() as connection:
                    return work(connection)
            except (DBAPIError, sqlite3.DatabaseError) as error:
                raise self._unreadable(error) from error

        return await anyio.to_thread.run_sync(in_thread)


def _check_layout(connection: Connection) -> str | None:
    """Give what is wrong with a file, None if it is an index of ours."""
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    layout = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if application != APPLICATION_ID:
        return "it is another program's database"
    return None if layout == LAYOUT else f"its layout is {layout}, this version reads {LAYOUT}"


def _read_docsets(connection: Connection) -> list[Docset]:
    columns = [docset_table.c[column] for column in DOCSET_COLUMNS]
    rows = connection.execute(select(*columns).order_by(docset_table.c.name))
    return [docset_of(row) for row in rows]


def _read_content(connection: Connection, name: str) -> Content:
    docset = connection.execute(select(docset_table).where(docset_table.c.name == name)).one()
    entries = select(entry_table).where(entry_table.c.docset == docset.number)
    names = select(name_table).where(name_table.c.docset == docset.number)
    return content_of(
        docset,
        connection.execute(entries.order_by(entry_table.c.number)).all(),
        connection.execute(names),
    )


def _load_index(connection: Connection, docset: str) -> tuple[int, Index]:
    row = connection.execute(
        select(docset_table.c.number, docset_table.c.statistics).where(
            docset_table.c.name == docset
        )
    ).one()
    names = connection.execute(
        select(name_table.c.text, name_table.c.entry, name_table.c.weight).where(
            name_table.c.docset == row.number
        )
    )
    entries = connection.execute(
        select(*(entry_table.c[column] for column in INDEX_COLUMNS))
        .where(entry_table.c.docset == row.number)
        .order_by(entry_table.c.number)
    )
    return row.number, make_index(entries.all(), names.all(), row.statistics)


def _search(
    connection: Connection, docset: int, terms: Sequence[str], choose: Choose
) -> list[Found]:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  a checked-out connection has its driver's
    candidates: list[int] = []
    if terms:
        table = _full_text_table(docset)
        match = " OR ".join(f'"{term}"' for term in terms)
        find = f"SELECT rowid FROM {table} WHERE {table} MATCH ?"  # noqa: S608  our own name
        candidates = [row[0] for row in driver.execute(find, (match,))]
    chosen = choose(candidates)
    numbers = chosen.entries.tolist()
    marks = ",".join("?" * len(numbers))
    load = f"SELECT {_LOADED} FROM entry WHERE docset = ? AND number IN ({marks})"  # noqa: S608
    cursor = driver.execute(load, (docset, *numbers))
    columns = [column[0] for column in cursor.description]
    loaded = {row[0]: dict(zip(columns, row, strict=True)) for row in cursor}
    return [
        Found(entry_of(loaded[number]), score)
        for number, score in zip(numbers, chosen.scores.tolist(), strict=True)
    ]


def _full_text_table(docset: int) -> str:
    return f"terms_{docset}"


def _replace(path: Path, content: Content, progress: Progress) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f"{path.name}.lock")):
        for leftover in path.parent.glob(f"{path.name}.building-*"):
            leftover.unlink()
        building = path.with_name(f"{path.name}.building-{os.getpid()}")
        try:
            _build(building, path, content, progress)
            with building.open("rb+") as file:
                os.fsync(file.fileno())
            building.replace(path)
        finally:
            building.unlink(missing_ok=True)


def _build(building: Path, old: Path, content: Content, progress: Progress) -> None:
    _copy_others(old, building)
    engine = create_engine(f"sqlite:///{building}")
    event.listen(engine, "connect", _prepare_for_building)
    try:
        with engine.begin() as connection:
            metadata.create_all(connection, tables=TABLES)
            number = _make_room(connection, content.docset.name)
            _insert(connection, number, content, progress)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {LAYOUT}")
            connection.execute(text("ANALYZE"))
    finally:
        engine.dispose()


def _copy_others(old: Path, building: Path) -> None:
    """Start from a copy of the old file, so that its other docsets stay; not if it is not ours."""
    if not old.exists():
        return
    with (
        closing(sqlite3.connect(f"{old.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(building)) as target,
    ):
        try:
            ours = source.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
            current = source.execute("PRAGMA user_version").fetchone() == (LAYOUT,)
            if ours and current:
                source.backup(target)
        except sqlite3.DatabaseError as error:
            msg = (
                f"{old} is there and is no SQLite database ({error}). Move it away, or name another"
            )
            raise HotdishSearchError(msg) from error
        if not ours:
            msg = f"{old} is another program's database. Move it away, or name another"
            raise HotdishSearchError(msg)


def _make_room(connection: Connection, docset: str) -> int:
    """Delete the older build of a docset and give the number that the new one takes."""
    columns = docset_table.c
    rows = connection.execute(select(columns.name, columns.number))
    numbers: dict[str, int] = {row.name: row.number for row in rows}
    number = numbers.get(docset, max(numbers.values(), default=0) + 1)
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_full_text_table(number)}")
    for table in (name_table, entry_table):
        connection.execute(table.delete().where(table.c.docset == number))
    connection.execute(docset_table.delete().where(columns.number == number))
    return number


def _prepare_for_building(connection: sqlite3.Connection, _: object) -> None:
    """Leave out what only a crash would need: a half-built file is thrown away."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode = OFF")
        cursor.execute("PRAGMA synchronous = OFF")


def _insert(connection: Connection, number: int, content: Content, progress: Progress) -> None:
    connection.execute(insert(docset_table), docset_row(content.docset, number, content.statistics))
    connection.execute(insert(name_table), name_rows(content, number))
    table = _full_text_table(number)
    connection.exec_driver_sql(_FULL_TEXT.format(table=table))
    fill = text(f"INSERT INTO {table} (rowid, terms) VALUES (:number, :terms)")  # noqa: S608
    rows = entry_rows(content, number)
    for begin in range(0, len(rows), _BATCH):
        batch = rows[begin : begin + _BATCH]
        terms = content.full_text[begin : begin + _BATCH]
        connection.execute(insert(entry_table), batch)
        connection.execute(
            fill,
            [{"number": row["number"], "terms": t} for row, t in zip(batch, terms, strict=True)],
        )
        progress(begin + len(batch), len(rows))
    connection.exec_driver_sql(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608
