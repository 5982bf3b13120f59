"""What has been made so far, so that a run that was killed goes on where it stopped.

A line is written before each request that makes something, and one after it. If only the first
is there, Asana is asked whether the thing exists; nothing is made twice.
"""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from hotdish_todo.errors import OutputError, UsageError
from hotdish_todo.values import Json


class Journal:
    """A file of JSON lines that only grows."""

    def __init__(self, path: Path, destination: str) -> None:
        """Read the journal and open it for more.

        Raises:
            UsageError: it belongs to another destination, or is no journal.
            OutputError: it cannot be written.
        """
        self._path = path
        self._begun: set[str] = set()
        self._gids: dict[str, str] = {}
        self._placed: set[str] = set()
        self._file: IO[bytes]
        try:
            self._file = path.open("a+b")
        except OSError as error:
            msg = f"The journal {path} cannot be written: {error.strerror}"
            raise OutputError(msg) from None
        try:
            self._read(destination)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def gid(self, key: str) -> str | None:
        """Give the number of what was made, None if it is not known to be."""
        return self._gids.get(key)

    def is_begun(self, key: str) -> bool:
        """Tell whether a request was, or may have been, sent."""
        return key in self._begun

    def is_placed(self, key: str) -> bool:
        """Tell whether it was put into its place."""
        return key in self._placed

    def begin(self, key: str) -> None:
        """Note that the request is about to be sent."""
        self._begun.add(key)
        self._write({"begin": key})

    def done(self, key: str, gid: str) -> None:
        """Note what was made."""
        self._gids[key] = gid
        self._write({"done": key, "gid": gid})

    def placed(self, key: str) -> None:
        """Note that it is in its place."""
        self._placed.add(key)
        self._write({"placed": key})

    def _read(self, destination: str) -> None:
        self._file.seek(0)
        data = self._file.read()
        complete = data[: data.rfind(b"\n") + 1]
        if len(complete) < len(data):  # killed while writing a line: its request was not sent
            self._file.truncate(len(complete))
        try:
            lines = [json.loads(line) for line in complete.splitlines()]
            known = lines[0]["destination"] if lines else destination
        except (ValueError, KeyError, TypeError):
            msg = f"{self._path} is no journal of this program. Name another with --journal"
            raise UsageError(msg) from None
        if known != destination:
            msg = (
                f"The journal {self._path} belongs to {known}, not to {destination}. "
                "Name another with --journal"
            )
            raise UsageError(msg)
        for line in lines[1:]:
            self._apply(line)
        if not lines:
            self._write({"destination": destination})

    def _apply(self, line: dict[str, Json]) -> None:
        if "begin" in line:
            self._begun.add(line["begin"])
        elif "done" in line:
            self._gids[line["done"]] = line["gid"]
        elif "placed" in line:
            self._placed.add(line["placed"])

    def _write(self, line: dict[str, Json]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
