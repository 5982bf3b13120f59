"""Notices that a file was saved anew, once it has been saved whole."""

from __future__ import annotations

import os


class FileWatch:
    """Compares a file with how it was, whenever it is asked to."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = path
        self._known = self._seen = self._signature()

    def has_settled_change(self) -> bool:
        """Tell once that the file has changed, when it looks the same for the second time."""
        now = self._signature()
        is_settled = now == self._seen
        self._seen = now
        if now is None or now == self._known or not is_settled:
            return False
        self._known = now
        return True

    def _signature(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            # Some programs save by removing the file and writing a new one.
            return None
        return found.st_mtime_ns, found.st_size
