"""One process at a time in a folder, however the other one ends."""

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from hotdish_search.errors import HotdishSearchError
from hotdish_search.sources.job import Say

_LOOK_AGAIN_S = 0.2


@contextlib.contextmanager
def only_one(folder: Path, *, wait_s: float, say_waiting: str, say: Say) -> Iterator[None]:
    """Hold the folder's lock; the operating system frees it when the process ends.

    Raises:
        HotdishSearchError: Another process held it for all the time.
    """
    path = folder / ".lock"
    with path.open("ab") as file:
        if not _try_to_lock(file):
            say(say_waiting)
            _wait(file, time.monotonic() + wait_s, path)
        yield


def _wait(file: IO[bytes], deadline: float, path: Path) -> None:
    while not _try_to_lock(file):
        if time.monotonic() > deadline:
            msg = (
                f"Another process works in {path.parent} and does not finish; end it and try again"
            )
            raise HotdishSearchError(msg)
        time.sleep(_LOOK_AGAIN_S)


if sys.platform == "win32":  # pragma: no cover (the tests run on Linux)
    import msvcrt

    def _try_to_lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_to_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
