"""SQLite: one file, FTS5 for candidates; a build goes into a new file that replaces the old one."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread
import numpy as np
from filelock import FileLock
from sqlalchemy import URL, Connection, create_engine, event, insert, select, text
from sqlalchemy import Engine as SQLAlchemyEngine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from hotdish_search.engines import Choose, Progress
from hotdish_search.engines.recent import AtHand, join_lists
from hotdish_search.engines.schema import (
    DOCSET_COLUMNS,
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

# Tells our files from others ("hdix" in ASCII), and this layout from later ones:
# https://www.sqlite.org/pragma.html#pragma_application_id
APPLICATION_ID = 0x68646978
_BATCH = 1000
_PAGES_KB = 256
_THREADS = os.cpu_count() or 1  # more would only take turns, each with arrays of its own
# A docset's full text: a boolean index of terms that we cut and stemmed ourselves, 1.5 MB for
# Python's documentation. It finds; ranking orders, from the same statistics on every engine.
_FULL_TEXT = """
CREATE VIRTUAL TABLE {table} USING fts5(
    terms, content='', columnsize=0, detail='none', tokenize="ascii tokenchars '._'"
)
"""
_LOAD = f"SELECT number, {', '.join(ENTRY_COLUMNS)}, details FROM entry"  # noqa: S608  our own names

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
        # Ten rows of a file in memory take less time than the hop to a thread would, so the event
        # loop has a connection too.
        self._quick: PoolProxiedConnection | None = None
        self._threads = anyio.CapacityLimiter(_THREADS)
        self._numbers: dict[str, int] = {}
        self._at_hand = AtHand()
        self._identity: tuple[int, int] | None = None

    def again(self) -> "SQLiteEngine":
        """Give another engine on the same file, not open yet."""
        return SQLiteEngine(self._url)

    async def exists(self) -> bool:
        """Tell whether a file is there, other than an index of ours in another layout."""
        if not self.path.exists():
            return False
        return not await anyio.to_thread.run_sync(_is_outdated, self.path)

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
            creator=lambda: _connect(self.path),
            poolclass=QueuePool,
            pool_size=_THREADS + 1,
            max_overflow=0,
        )
        try:
            self._quick = await anyio.to_thread.run_sync(_fill_pool, self._engine)
            if wrong := self._quickly(_check_layout):
                raise self._unreadable(wrong)
            if self._identity != self._identify():
                msg = "it is being replaced at this moment; try again"
                raise self._unreadable(msg)
        except (DBAPIError, sqlite3.DatabaseError) as error:
            await self.close()
            raise self._unreadable(error) from error
        except HotdishSearchError:
            await self.close()
            raise

    async def close(self) -> None:
        """Close every connection."""
        if self._quick is not None:
            self._quick.close()
        if self._engine is not None:
            self._engine.dispose()
        self._engine = self._quick = None

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

    async def search(
        self, docset: str, terms: Sequence[str], choose: Choose
    ) -> tuple[Choice, list[Entry]]:
        """Find, order and load in one hop to a thread."""
        number = self._numbers[docset]
        wanted = [(number, term) for term in terms]

        def work(connection: sqlite3.Connection) -> tuple[Choice, list[Entry]]:
            lists = self._at_hand.lists.find(wanted)
            read = {key: _find(connection, *key) for key in wanted if key not in lists}
            self._at_hand.lists.keep(read)
            choice = choose(join_lists([*lists.values(), *read.values()]))
            return choice, self._show(connection, number, choice.entries)

        return await anyio.to_thread.run_sync(self._in_thread, work, limiter=self._threads)

    async def entries(self, docset: str, numbers: Sequence[int]) -> list[Entry]:
        """Give the entries with these numbers, in this order, without a hop to a thread."""
        number = self._numbers[docset]
        return self._quickly(lambda connection: self._show(connection, number, numbers))

    async def replace(self, content: Content, progress: Progress) -> None:
        """Build a new file with this docset and all others, then swap it in."""
        await anyio.to_thread.run_sync(lambda: _replace(self.path, content, progress))

    def _show(
        self, connection: sqlite3.Connection, docset: int, numbers: Sequence[int]
    ) -> list[Entry]:
        """Give entries, and have them at hand afterwards."""
        wanted = [(docset, number) for number in numbers]
        entries = self._at_hand.entries.find(wanted)
        if missing := [number for number in numbers if (docset, number) not in entries]:
            loaded = _load(connection, docset, missing)
            read = {(docset, number): entry for number, entry in loaded.items()}
            self._at_hand.entries.keep(read)
            entries |= read
        return [entries[key] for key in wanted]

    def _identify(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _unreadable(self, reason: Exception | str) -> HotdishSearchError:
        cause = reason.orig if isinstance(reason, DBAPIError) else reason
        return HotdishSearchError(
            f"{self.path} is not an index that this version can read ({cause}). "
            "Name another with --database, or build it anew: hotdish-search index"
        )

    async def _run(self, work: Callable[[Connection], T]) -> T:
        def in_thread() -> T:
            try:
                with self._opened().connect() as connection:
                    return work(connection)
            except (DBAPIError, sqlite3.DatabaseError) as error:
                raise self._unreadable(error) from error

        return await anyio.to_thread.run_sync(in_thread)

    def _in_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Work with the driver of any connection."""
        with closing(self._opened().raw_connection()) as pooled:
            return self._told(work, pooled)

    def _quickly(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Work with the driver of the event loop's connection."""
        if self._quick is None:
            raise _not_open()
        return self._told(work, self._quick)

    def _told(self, work: Callable[[sqlite3.Connection], T], pooled: PoolProxiedConnection) -> T:
        driver = pooled.driver_connection
        assert driver is not None  # noqa: S101  a checked-out connection has its driver's
        try:
            return work(driver)
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error

    def _opened(self) -> SQLAlchemyEngine:
        if self._engine is None:
            raise _not_open()
        return self._engine


def _not_open() -> HotdishSearchError:
    return HotdishSearchError("The index is not open. Call open() first")


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file for reading only; it is never made."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    # The system has the file's pages in memory; copies of each connection save no time.
    connection.execute(f"PRAGMA cache_size = -{_PAGES_KB}")
    return connection


def _fill_pool(engine: SQLAlchemyEngine) -> PoolProxiedConnection:
    """Open as many connections as the pool holds, and keep one of them."""
    with ExitStack() as stack:
        for _ in range(_THREADS):
            stack.enter_context(closing(engine.raw_connection()))
        return engine.raw_connection()


def _stamp(connection: sqlite3.Connection) -> tuple[int, int]:
    """Give whose a file is, and its layout."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    return application, layout


def _is_outdated(path: Path) -> bool:
    """Tell whether a file is an index of ours in another layout."""
    try:
        with closing(_connect(path)) as connection:
            application, layout = _stamp(connection)
    except sqlite3.DatabaseError:
        return False
    return application == APPLICATION_ID and layout != LAYOUT


def _check_layout(connection: sqlite3.Connection) -> str | None:
    """Give what is wrong with a file, None if it is an index of ours."""
    application, layout = _stamp(connection)
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
    return content_of(docset, connection.execute(entries.order_by(entry_table.c.number)))


def _load_index(connection: Connection, docset: str) -> tuple[int, Index]:
    row = connection.execute(
        select(docset_table.c.number, docset_table.c.ranking).where(docset_table.c.name == docset)
    ).one()
    return row.number, Index.load(row.ranking)


def _find(connection: sqlite3.Connection, docset: int, term: str) -> IntArray:
    """Give the entries that hold a term.

    All numbers come as one text, for thousands of rows would take three times as long.
    """
    table = _full_text_table(docset)
    find = f"SELECT group_concat(rowid) FROM {table} WHERE {table} MATCH ?"  # noqa: S608  our own name
    (found,) = connection.execute(find, (f'"{term}"',)).fetchone()
    return np.fromstring(found or "", np.int32, sep=",")


def _load(connection: sqlite3.Connection, docset: int, numbers: Sequence[int]) -> dict[int, Entry]:
    """Give the entries with these numbers."""
    marks = ",".join("?" * len(numbers))
    load = f"{_LOAD} WHERE docset = ? AND number IN ({marks})"
    return {row[0]: entry_of(row[1:]) for row in connection.execute(load, (docset, *numbers))}


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
        closing(_connect(old)) as source,
        closing(sqlite3.connect(building)) as target,
    ):
        try:
            application, layout = _stamp(source)
            if (application, layout) == (APPLICATION_ID, LAYOUT):
                source.backup(target)
        except sqlite3.DatabaseError as error:
            msg = (
                f"{old} is there and is no SQLite database ({error}). Move it away, or name another"
            )
            raise HotdishSearchError(msg) from error
        if application != APPLICATION_ID:
            msg = f"{old} is another program's database. Move it away, or name another"
            raise HotdishSearchError(msg)


def _make_room(connection: Connection, docset: str) -> int:
    """Delete the older build of a docset and give the number that the new one takes."""
    columns = docset_table.c
    rows = connection.execute(select(columns.name, columns.number))
    numbers: dict[str, int] = {row.name: row.number for row in rows}
    number = numbers.get(docset, max(numbers.values(), default=0) + 1)
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_full_text_table(number)}")
    connection.execute(entry_table.delete().where(entry_table.c.docset == number))
    connection.execute(docset_table.delete().where(columns.number == number))
    return number


def _prepare_for_building(connection: sqlite3.Connection, _: object) -> None:
    """Leave out what only a crash would need: a half-built file is thrown away."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode = OFF")
        cursor.execute("PRAGMA synchronous = OFF")


def _insert(connection: Connection, number: int, content: Content, progress: Progress) -> None:
    connection.execute(insert(docset_table), docset_row(content, number))
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
