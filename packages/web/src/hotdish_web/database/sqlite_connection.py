"""How each SQLite connection is set: pragmas, transactions and the time limit of a statement."""

import math
import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

PRAGMAS = (
    "PRAGMA synchronous=NORMAL",
    "PRAGMA busy_timeout=5000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=268435456",
    "PRAGMA cache_size=-32768",
)
# After so many steps of SQLite's machine, less than 1 ms, a statement looks at the clock.
STEPS_BETWEEN_LOOKS = 20_000


class Deadline:
    """When the statement that runs on one connection is stopped."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._end = math.inf

    def start(self) -> None:
        """Begin to count, as a statement starts."""
        self._end = time.monotonic() + self._limit_s

    def stop(self) -> None:
        """Count no more: the statement is done."""
        self._end = math.inf

    def is_over(self) -> bool:
        """Tell SQLite's progress handler if it shall stop."""
        return time.monotonic() > self._end


def open_reader(path: str, deadline: Deadline) -> sqlite3.Connection:
    """Open a read-only connection that may be closed from another thread."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in (*PRAGMAS, "PRAGMA query_only=ON"):
        connection.execute(pragma)
    connection.set_progress_handler(deadline.is_over, STEPS_BETWEEN_LOOKS)
    return connection


def tune_engine(engine: AsyncEngine, limit_s: float, *, begin: str, query_only: bool) -> None:
    """Set every connection of an engine as it opens, and its transactions as they begin."""
    sync_engine = engine.sync_engine

    @event.listens_for(sync_engine, "connect")
    def connect(adapter: Any, record: Any) -> None:
        adapter.isolation_level = None  # transactions begin below, not inside the driver
        cursor = adapter.cursor()
        for pragma in (*PRAGMAS, f"PRAGMA query_only={'ON' if query_only else 'OFF'}"):
            cursor.execute(pragma)
        cursor.close()
        deadline = record.info["deadline"] = Deadline(limit_s)
        adapter.run_async(
            lambda driver: driver.set_progress_handler(deadline.is_over, STEPS_BETWEEN_LOOKS)
        )

    @event.listens_for(sync_engine, "begin")
    def start_transaction(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(begin)

    @event.listens_for(sync_engine, "before_cursor_execute")
    def start_clock(connection: Connection, *_: object) -> None:
        connection.info["deadline"].start()

    @event.listens_for(sync_engine, "after_cursor_execute")
    def stop_clock(connection: Connection, *_: object) -> None:
        connection.info["deadline"].stop()
