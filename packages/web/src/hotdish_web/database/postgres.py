"""`PostgresDatabase`: a pool that reads, of a replica where there is one, and one that writes."""

import asyncio
import time
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from sqlalchemy import URL, Connection, NullPool, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from hotdish_web.database.database import Database
from hotdish_web.database.settings import DatabaseSettings
from hotdish_web.errors import DatabaseUnavailableError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import asyncpg

Result = TypeVar("Result")

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 1.0
REST_BEFORE_PING_S = 1.0
# Our sessions that read are read-only on every host: what tells hosts apart is their role.
BY_ROLE = {"read-write": "primary", "read-only": "standby"}
# The server runs and says no; waiting does not make a password right.
HOPELESS = ("InvalidPassword", "InvalidAuthorization", "InvalidCatalogName")


class PostgresDatabase(Database):
    """A PostgreSQL server, or a primary with its replicas.

    Each process holds at most twice `DATABASE_POOL_SIZE + DATABASE_MAX_OVERFLOW` connections,
    opened as they are needed: half of them read, half write.
    """

    def __init__(self, settings: DatabaseSettings | None = None, **values: Any) -> None:
        settings = settings or DatabaseSettings(**values)
        if settings.backend != "postgresql":
            msg = (
                f"The settings name a {settings.backend} database, not PostgreSQL. "
                "Set DATABASE_URL=postgresql://..., or POSTGRES_HOST and the other POSTGRES_..."
            )
            raise SettingsError(msg)
        super().__init__(settings)
        if settings.database_pgbouncer:
            self._reading = "READ COMMITTED"

    async def run(self, fn: "Callable[[asyncpg.Connection[Any]], Awaitable[Result]]") -> Result:
        """Run `fn` with a raw `asyncpg.Connection` of the pool that reads.

        `fn` is an async function. The connection cannot write, is in no transaction, and goes
        back to the pool when `fn` returns: it must not leave it.
        """
        pooled = await self.engines.readers.raw_connection()
        driver: Any = pooled.driver_connection
        try:
            if not self.settings.database_pgbouncer:
                return await fn(driver)
            async with driver.transaction(readonly=True):
                await driver.execute(self._limit_statements)
                return await fn(driver)
        finally:
            if driver.is_in_transaction():
                await driver.execute("ROLLBACK")
            await greenlet_spawn(pooled.close)

    async def _open(self) -> tuple[AsyncEngine, AsyncEngine]:
        return self._engine(read_only=True), self._engine(read_only=False)

    def _engine(self, *, read_only: bool) -> AsyncEngine:
        settings = self.settings
        url = self.url
        if len(self._hosts()) > 1:
            wanted = settings.database_target
            target = BY_ROLE.get(wanted, wanted) if read_only else "read-write"
            url = url.update_query_dict({"target_session_attrs": target})
        connect_args: dict[str, Any] = {
            "timeout": settings.database_connect_timeout,
            # The server stops a statement first; this is for a server that is gone.
            "command_timeout": settings.database_statement_timeout + 1,
        }
        if settings.database_pgbouncer:
            return self._engine_behind_pgbouncer(url, connect_args, read_only=read_only)
        connect_args["server_settings"] = {
            "application_name": "hotdish-web",
            "statement_timeout": str(self._limit_ms),
            "jit": "off",  # compiling costs more than the short statements of a web page
            "default_transaction_read_only": "on" if read_only else "off",
        }
        engine = create_async_engine(
            url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_max_overflow,
            pool_timeout=settings.database_pool_timeout,
            pool_recycle=settings.database_recycle,
            echo=settings.database_echo,
            connect_args=connect_args,
        )
        _ping_after_rest(engine)
        return engine

    def _engine_behind_pgbouncer(
        self, url: URL, connect_args: dict[str, Any], *, read_only: bool
    ) -> AsyncEngine:
        """Keep no pool beside pgbouncer's, and no state in a connection.

        In transaction mode every transaction may be on another connection of the server: nothing
        that is prepared or set outlives it, so what limits a statement is set in each, and no
        statement runs outside one.
        """
        engine = create_async_engine(
            url,
            poolclass=NullPool,
            echo=self.settings.database_echo,
            connect_args={**connect_args, **WITHOUT_PREPARED_STATEMENTS},
            execution_options={"postgresql_readonly": read_only},
        )

        @event.listens_for(engine.sync_engine, "begin")
        def limit_statements(connection: Connection) -> None:
            connection.exec_driver_sql(self._limit_statements)

        return engine

    @property
    def _limit_ms(self) -> int:
        return int(self.settings.database_statement_timeout * 1000)

    @property
    def _limit_statements(self) -> str:
        return f"SET LOCAL statement_timeout = {self._limit_ms}"

    def _hosts(self) -> tuple[str, ...]:
        hosts = self.url.query.get("host", ())
        return (hosts,) if isinstance(hosts, str) else tuple(hosts)

    async def _check(self) -> None:
        """Wait for a server that is still starting, as it is beside us in a compose file."""
        limit_s = self.settings.database_connect_timeout
        loop = asyncio.get_running_loop()
        end, wait_s = loop.time() + limit_s, FIRST_WAIT_S
        while (error := await self._try(max(end - loop.time(), FIRST_WAIT_S))) is not None:
            if error.startswith(HOPELESS) or loop.time() + wait_s > end:
                raise DatabaseUnavailableError(self._unavailable(error))
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def _unavailable(self, error: str) -> str:
        where = ", ".join(self._hosts()) or f"{self.url.host}:{self.url.port or 5432}"
        if "unsupported startup parameter" in error:
            error += " (behind pgbouncer set DATABASE_PGBOUNCER=true)"
        return (
            f"PostgreSQL at {where}, database {self.url.database!r}, user "
            f"{self.url.username!r}, cannot be used: {error}. "
            "Check DATABASE_URL or the POSTGRES_... variables, and that the server runs"
        )


def _ping_after_rest(engine: AsyncEngine) -> None:
    """Check a connection that rested before it is used; one that is in use needs no such trip."""
    sync_engine = engine.sync_engine

    @event.listens_for(sync_engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(sync_engine, "checkout")
    def ping(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("rests_since")
        if since is None or time.monotonic() - since < REST_BEFORE_PING_S:
            return
        try:
            sync_engine.dialect.do_ping(connection)
        except sync_engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool then opens another


WITHOUT_PREPARED_STATEMENTS: dict[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: f"__asyncpg_{uuid4()}__",
}
