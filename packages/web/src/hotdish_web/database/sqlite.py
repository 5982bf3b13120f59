"""`SQLiteDatabase`: readers that run beside one writer, all on one file in WAL mode."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hotdish_web.database.database import Database, Engines
from hotdish_web.database.settings import DatabaseSettings
from hotdish_web.database.sqlite_connection import tune_engine
from hotdish_web.database.sqlite_threads import ReaderThreads
from hotdish_web.errors import DatabaseUnavailableError

Result = TypeVar("Result")


class SQLiteDatabase(Database):
    """A database in one file. `:memory:` is a file too, thrown away when the database closes.

    Readers never wait for the writer. There is one writer at a time, as SQLite wants it: its
    transactions start with BEGIN IMMEDIATE, so that none dies on the way from reading to writing.
    """

    def __init__(self, place: DatabaseSettings | Path | str | None = None, **settings: Any) -> None:
        if isinstance(place, (str, Path)):
            place = DatabaseSettings(database_url=None, sqlite_path=Path(place), **settings)
        super().__init__(place)
        self._threads: ReaderThreads | None = None
        self._path = ""
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    @property
    def url(self) -> URL:
        """Where the database is."""
        if self.settings.backend == "sqlite":
            return self.settings.sqlalchemy_url()
        return URL.create("sqlite+aiosqlite", database=str(self.settings.sqlite_path))

    async def run(self, fn: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `fn` with a read-only `sqlite3.Connection`, in one hop to a thread of the pool.

        `fn` is a plain function and may do any number of statements: all of a search costs one
        hop, where aiosqlite costs one for each call. The connection stays with its thread, so
        prepared statements and SQLite's page cache stay warm. It must not leave `fn`.

        Raises:
            sqlite3.OperationalError: `interrupted`, after `DATABASE_STATEMENT_TIMEOUT`.
        """
        if self._threads is None:
            raise self.not_ready()
        return await self._threads.run(fn)

    async def _open(self) -> tuple[AsyncEngine, AsyncEngine]:
        url = await asyncio.to_thread(self._prepare_file)
        settings = self.settings
        self._threads = ReaderThreads(
            str(url.database),
            settings.database_pool_size,
            settings.database_statement_timeout,
        )
        readers = create_async_engine(
            url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_max_overflow,
            pool_timeout=settings.database_pool_timeout,
            echo=settings.database_echo,
        )
        writers = create_async_engine(
            url,
            pool_size=1,
            max_overflow=0,
            pool_timeout=settings.database_pool_timeout,
            echo=settings.database_echo,
        )
        limit_s = settings.database_statement_timeout
        tune_engine(readers, limit_s, begin="BEGIN", query_only=True)
        tune_engine(writers, limit_s, begin="BEGIN IMMEDIATE", query_only=False)
        self._path = str(url.database)
        return readers, writers

    def _prepare_file(self) -> URL:
        url = self.url
        if url.database in {None, "", ":memory:"}:
            self._temporary = tempfile.TemporaryDirectory(prefix="hotdish-")
            url = url.set(database=str(Path(self._temporary.name) / "memory.db"))
        path = Path(str(url.database))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # WAL is a property of the file: it is set once, here, and checked.
            connection = sqlite3.connect(path, timeout=5)
            try:
                mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            finally:
                connection.close()
        except (OSError, sqlite3.Error) as error:
            msg = f"Cannot open the SQLite database {path}: {error}. Check the path and its rights"
            raise DatabaseUnavailableError(msg) from None
        if mode != "wal":  # pragma: no cover  # needs a folder on a network
            msg = (
                f"The SQLite database {path} cannot use WAL, its journal mode stays {mode!r}. "
                "Put it on a local disk: network folders do not carry WAL"
            )
            raise DatabaseUnavailableError(msg)
        return url

    async def _check(self) -> None:
        error = await self._try(self.settings.database_connect_timeout)
        if error is not None:
            msg = f"The SQLite database {self.url.database} does not answer: {error}"
            raise DatabaseUnavailableError(msg)

    async def _dispose(self, engines: Engines) -> None:
        threads, self._threads = self._threads, None
        assert threads is not None  # noqa: S101  # they open with the engines
        await threads.close()
        await super()._dispose(engines)
        await asyncio.to_thread(_optimize, self._path)
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None


def _optimize(path: str) -> None:
    """Let SQLite refresh the statistics of its planner, as its manual asks on closing."""
    connection = sqlite3.connect(path, timeout=1)
    try:
        connection.execute("PRAGMA optimize")
    finally:
        connection.close()
