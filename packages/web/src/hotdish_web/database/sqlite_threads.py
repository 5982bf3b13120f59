"""Threads that each keep a read-only SQLite connection: one hop for any number of statements."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from hotdish_web.database.sqlite_connection import Deadline, open_reader

Result = TypeVar("Result")


class ReaderThreads:
    """A pool of threads; each opens its connection at its first work."""

    def __init__(self, path: str, n_threads: int, limit_s: float) -> None:
        self._path = path
        self._limit_s = limit_s
        self._executor = ThreadPoolExecutor(n_threads, thread_name_prefix="sqlite-reader")
        self._own = threading.local()
        self._connections: list[sqlite3.Connection] = []

    async def run(self, fn: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `fn` in one of the threads, with that thread's connection."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._call, fn)

    async def close(self) -> None:
        """Wait for the work that runs, then close all connections."""
        await asyncio.to_thread(self._executor.shutdown, wait=True)
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def _call(self, fn: Callable[[sqlite3.Connection], Result]) -> Result:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            self._own.deadline = Deadline(self._limit_s)
            connection = self._own.connection = open_reader(self._path, self._own.deadline)
            self._connections.append(connection)
        self._own.deadline.start()
        try:
            return fn(connection)
        finally:
            self._own.deadline.stop()
            if connection.in_transaction:
                connection.rollback()
