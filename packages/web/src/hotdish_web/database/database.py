"""The abstract `Database`: what every engine gives to an application."""

import asyncio
import contextlib
import inspect
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Self

from fastapi import Depends
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.pool import QueuePool

from hotdish_web.database.settings import DatabaseSettings, render_url
from hotdish_web.errors import DatabaseNotReadyError


@dataclass(frozen=True, slots=True)
class Health:
    """How a database does, for a `/readyz` route."""

    ok: bool
    took_ms: float
    error: str | None
    checked_out: int
    """Connections in use at this moment, over all pools."""


@dataclass(frozen=True, slots=True)
class Engines:
    """What exists between set-up and close: one pool that reads and one that writes."""

    readers: AsyncEngine
    writers: AsyncEngine
    reading_sessions: async_sessionmaker[AsyncSession]
    writing_sessions: async_sessionmaker[AsyncSession]


class Database(ABC):
    """An async database that is set up in the lifespan and used through `Depends`.

    Making one connects to nothing. `async with database:`, or `FastAPI(lifespan=
    database.lifespan)`, opens its pools and closes them; using it outside raises
    `DatabaseNotReadyError`. The same object can be set up again, in another event loop too.
    """

    _reading = "AUTOCOMMIT"
    """The isolation level of `read`."""

    def __init__(self, settings: DatabaseSettings | None = None) -> None:
        self.settings = settings or DatabaseSettings()
        self._engines: Engines | None = None
        # FastAPI reads this signature: `Depends(db)` rests on a session that is committed before
        # the response is sent, whatever scope the caller chose for `Depends(db)` itself.
        session = Annotated[AsyncSession, Depends(self._request_session, scope="function")]
        keyword = inspect.Parameter.KEYWORD_ONLY
        parameter = inspect.Parameter("session", keyword, annotation=session)
        self.__signature__ = inspect.Signature([parameter])

    @classmethod
    def from_settings(cls, settings: DatabaseSettings | None = None) -> "Database":
        """Make the database that the settings name, by default those of the environment."""
        from hotdish_web.database.engines import ENGINES  # noqa: PLC0415  # the table knows all engines

        settings = settings or DatabaseSettings()
        return ENGINES[settings.backend](settings)

    async def __call__(self, *, session: AsyncSession) -> AsyncSession:
        """Give a request its session: write `Depends(db)`, FastAPI passes the argument."""
        return session

    @property
    def url(self) -> URL:
        """Where the database is; its text shows no password."""
        return self.settings.sqlalchemy_url()

    def get_connection_string(self, driver: str | None = None) -> str:
        """A connection string **with the password**, for Alembic or psql: never log it."""
        return render_url(self.url, driver)

    async def setup(self) -> None:
        """Open the pools and check that the database answers.

        Raises:
            DatabaseUnavailableError: It did not, within `DATABASE_CONNECT_TIMEOUT`.
        """
        if self._engines is not None:
            msg = f"{self!r} is set up already. Close it first, or use it as it is"
            raise DatabaseNotReadyError(msg)
        readers, writers = await self._open()
        self._engines = Engines(readers, writers, _sessions_on(readers), _sessions_on(writers))
        try:
            await self._check()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close every connection; doing it twice does no harm."""
        engines, self._engines = self._engines, None
        if engines is not None:
            await self._dispose(engines)

    async def __aenter__(self) -> Self:
        await self.setup()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def lifespan(self, _app: object = None) -> AsyncIterator[dict[str, Any]]:
        """Be the lifespan of an application, which puts the database into its state."""
        async with self:
            yield {"database": self}

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that cannot write and holds no transaction open.

        Behind pgbouncer it is one short read-only transaction.
        """
        async with self.engines.readers.connect() as connection:
            yield await connection.execution_options(isolation_level=self._reading)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in one transaction: committed at the end, rolled back on an error."""
        async with self.engines.writers.begin() as connection:
            yield connection

    @asynccontextmanager
    async def session(self, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        """Give a session in one transaction: committed at the end, rolled back on an error.

        Objects stay readable after the commit; the session itself is not usable after its block.
        """
        if read_only:
            async with self.engines.reading_sessions() as session:
                yield session
        else:
            async with self.engines.writing_sessions.begin() as session:
                yield session

    @abstractmethod
    async def run(self, fn: Callable[[Any], Any]) -> Any:
        """Run `fn` on a raw, read-only connection of the driver: the way for hot paths.

        SQLAlchemy costs 100 to 150 µs a statement; this costs one hop. What `fn` is depends on
        the engine: see `SQLiteDatabase.run` and `PostgresDatabase.run`.
        """

    async def ping(self, timeout_s: float = 1.0) -> Health:
        """Tell how the database does. Never raises."""
        started = time.perf_counter()
        error = await self._try(timeout_s)
        took_ms = (time.perf_counter() - started) * 1000
        return Health(error is None, round(took_ms, 2), error, self.checked_out())

    def checked_out(self) -> int:
        """How many connections are in use at this moment."""
        if self._engines is None:
            return 0
        pools = (self._engines.readers.pool, self._engines.writers.pool)
        return sum(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))

    @property
    def engines(self) -> Engines:
        """The engines behind it, for what this class does not offer.

        Raises:
            DatabaseNotReadyError: The database is not set up.
        """
        if self._engines is None:
            raise self.not_ready()
        return self._engines

    def not_ready(self) -> DatabaseNotReadyError:
        """The error of a database that is not set up."""
        return DatabaseNotReadyError(
            f"{self!r} is not set up. Use it inside its lifespan: "
            "FastAPI(lifespan=db.lifespan), or `async with db:` in your own lifespan"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!s})"

    @abstractmethod
    async def _open(self) -> tuple[AsyncEngine, AsyncEngine]:
        """Make the engine that reads and the one that writes."""

    @abstractmethod
    async def _check(self) -> None:
        """Raise DatabaseUnavailableError unless the database can be used."""

    async def _dispose(self, engines: Engines) -> None:
        await engines.readers.dispose()
        await engines.writers.dispose()

    async def _request_session(self) -> AsyncGenerator[AsyncSession]:
        async with self.session() as session:
            yield session

    async def _try(self, timeout_s: float) -> str | None:
        try:
            async with asyncio.timeout(timeout_s), self.read() as connection:
                await connection.execute(text("SELECT 1"))
        except TimeoutError:
            return f"no answer within {timeout_s:g} s"
        except Exception as error:  # noqa: BLE001  # a health check reports whatever is wrong
            # The driver's own error says it plainly; SQLAlchemy wraps it twice.
            cause = getattr(getattr(error, "orig", None), "__cause__", None) or error
            return f"{type(cause).__name__}: {cause}".splitlines()[0]
        return None


def _sessions_on(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    # close_resets_only=False: a session that is used after its block raises instead of taking a
    # connection from the pool that nobody gives back.
    return async_sessionmaker(engine, expire_on_commit=False, close_resets_only=False)


def lifespans(
    *parts: Callable[[Any], AbstractAsyncContextManager[Mapping[str, Any] | None]],
) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any]]]:
    """Compose lifespans into one: entered in order, left in reverse, their states merged."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
        state: dict[str, Any] = {}
        async with contextlib.AsyncExitStack() as stack:
            for part in parts:
                more = await stack.enter_async_context(part(app))
                state.update(more or {})
            yield state

    return lifespan
