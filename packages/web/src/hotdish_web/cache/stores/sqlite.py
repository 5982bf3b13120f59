"""`SQLiteStore`: one store for all workers on one machine, in a file, without any server."""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from hotdish_web.cache.stores.bus import SocketBus
from hotdish_web.cache.stores.store import Bumped, Freed, Message
from hotdish_web.cache.units import to_bytes

Result = TypeVar("Result")

SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS entry (
    key TEXT PRIMARY KEY, value BLOB NOT NULL, ends REAL NOT NULL, used REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_used ON entry (used);
CREATE TABLE IF NOT EXISTS generation (tag TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS lock (key TEXT PRIMARY KEY, token TEXT NOT NULL, ends REAL NOT NULL);
COMMIT;
"""
SET = """
INSERT INTO entry (key, value, ends, used) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (key) DO UPDATE SET value = ?2, ends = ?3, used = ?4
"""
BUMP = """
INSERT INTO generation (tag, value) VALUES (?1, ?2)
ON CONFLICT (tag) DO UPDATE SET value = max(value + 1, ?2) RETURNING value
"""
LOCK = """
INSERT INTO lock (key, token, ends) VALUES (?1, ?2, ?3)
ON CONFLICT (key) DO UPDATE SET token = ?2, ends = ?3 WHERE token = ?2 OR ends < ?4
"""
BUSY_MS = 90
"""How long an operation waits for another worker's: a request waits for it."""
OPENING_S = 1.0
"""How long opening does: it is done when the application starts."""
TRIM_EVERY = 64
"""After so many writes what is over and what is too much goes."""


class SQLiteStore:
    """A shared store in a file, for several workers on one machine.

    The workers wake each other through sockets beside the file; where the system has none
    (Windows), they look again every quarter of a second.
    """

    def __init__(self, path: Path | str = "cache.db", *, max_bytes: int | str = "1GiB") -> None:
        self._path = Path(path)
        self._max_bytes = to_bytes(max_bytes)
        self._executor: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None
        self._bus = SocketBus(self._path.with_name(f"{self._path.name}.workers"))
        self._n_writes = 0

    async def get(self, key: str) -> bytes | None:
        """Give what is stored, or None."""
        statement = "SELECT value FROM entry WHERE key = ? AND ends > ?"
        row = await self._do(lambda db: db.execute(statement, (key, time.time())).fetchone())
        return row[0] if row else None

    async def set(self, key: str, value: bytes, ttl_s: float) -> None:
        """Store for so many seconds."""
        now = time.time()
        await self._do(lambda db: db.execute(SET, (key, value, now + ttl_s, now)))
        self._n_writes += 1
        if self._n_writes % TRIM_EVERY == 0:
            await self._do(self._trim)

    async def generations(self, tags: Sequence[str]) -> list[int]:
        """Give the generation of each tag."""
        marks = ",".join("?" * len(tags))
        statement = f"SELECT tag, value FROM generation WHERE tag IN ({marks})"  # noqa: S608
        rows = await self._do(lambda db: db.execute(statement, tuple(tags)).fetchall())
        found: dict[str, int] = dict(rows)
        return [found.get(tag, 0) for tag in tags]

    async def bump(self, tag: str) -> int:
        """Raise a tag's generation and tell all workers."""
        arguments = (tag, time.time_ns() // 1000)
        row = await self._do(lambda db: db.execute(BUMP, arguments).fetchone())
        generation: int = row[0]
        self._bus.publish(["bumped", tag, generation])
        return generation

    async def lock(self, key: str, token: str, ttl_s: float) -> bool:
        """Take the lock of a key, or prolong one's own."""
        now = time.time()
        done = await self._do(lambda db: db.execute(LOCK, (key, token, now + ttl_s, now)).rowcount)
        return done > 0

    async def unlock(self, key: str, token: str) -> None:
        """Give back one's own lock and tell all workers."""
        statement = "DELETE FROM lock WHERE key = ? AND token = ?"
        await self._do(lambda db: db.execute(statement, (key, token)))
        self._bus.publish(["freed", key])

    async def subscribe(self) -> AsyncIterator[Message]:
        """Give what happens in any worker."""
        async for kind, *rest in self._bus.listen():
            yield Freed(*rest) if kind == "freed" else Bumped(*rest)

    async def close(self) -> None:
        """Close the file."""
        executor, self._executor = self._executor, None
        if executor is not None:
            await asyncio.to_thread(executor.shutdown)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _do(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run in the one thread that has the connection: SQLite has one writer anyway."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="sqlite-cache")
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._call, work)

    def _call(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        if self._connection is None:
            self._connection = self._open()
        return work(self._connection)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Answers may be for some eyes only: no other user shall read the file.
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(
            self._path, timeout=OPENING_S, isolation_level=None, check_same_thread=False
        )
        try:
            # A cache that loses its last second in a power cut has lost nothing. This comes first:
            # without it the lines below wait for the disk four times.
            connection.execute("PRAGMA synchronous=OFF")
            _write_ahead(connection)
            connection.executescript(SCHEMA)
            connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _trim(self, db: sqlite3.Connection) -> None:
        """Delete what is over, then the oldest until the rest fits."""
        db.execute("DELETE FROM entry WHERE ends < ?", (time.time(),))
        db.execute("DELETE FROM lock WHERE ends < ?", (time.time(),))
        size = "SELECT coalesce(sum(length(value) + length(key)), 0) FROM entry"
        oldest = "DELETE FROM entry WHERE key IN (SELECT key FROM entry ORDER BY used LIMIT 16)"
        while db.execute(size).fetchone()[0] > self._max_bytes:
            db.execute(oldest)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL, in which readers and the writer do not wait for each other.

    While another worker switches it, SQLite does not wait as elsewhere, but is "locked" at once.
    """
    end = time.monotonic() + OPENING_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # of any kind
            if not is_busy or time.monotonic() > end:
                raise
            time.sleep(0.005)
        else:
            return
