"""Remembers what was started and how it ended: one JSON line each, secrets never."""

from __future__ import annotations

import getpass
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike

    from hotdish_menu.model import Item

# The file is turned over at this size; the one before it is kept.
LARGEST_FILE = 5 * 2**20


@dataclass(frozen=True, slots=True)
class Entry:
    """One start of one item."""

    time: str
    user: str
    menu: str
    item: str
    outcome: str
    exit_code: int | None
    seconds: float
    log: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class History:
    """The file `history.jsonl` in the state folder."""

    def __init__(self, folder: str | PathLike[str]) -> None:
        self.path = Path(folder, "history.jsonl")

    def append(self, entry: Entry) -> None:
        """Write one line at the end, for the user alone to read."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._turn_over()
        line = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line.encode())

    def newest(self, n_entries: int, menu: str = "") -> list[Entry]:
        """Give the last entries, newest first; of one menu only if it is named."""
        found = [entry for entry in self._read() if not menu or entry.menu == menu]
        return found[: -n_entries - 1 : -1]

    def _read(self) -> Iterator[Entry]:
        for path in (self.path.with_suffix(".old.jsonl"), self.path):
            try:
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                continue
            for line in lines:
                if entry := _parse(line):
                    yield entry

    def _turn_over(self) -> None:
        try:
            if self.path.stat().st_size >= LARGEST_FILE:
                self.path.replace(self.path.with_suffix(".old.jsonl"))
        except FileNotFoundError:
            return


def public_values(item: Item, values: Mapping[str, str]) -> dict[str, str]:
    """Give the answers that may be kept: all but passwords."""
    secret = {prompt.name for prompt in item.prompts if prompt.is_secret}
    return {name: value for name, value in values.items() if name not in secret}


def user_name() -> str:
    """Name who is at the screen, as far as the system says."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _parse(line: str) -> Entry | None:
    """Read one line; one that a crash cut off, or a newer version wrote, gives nothing."""
    try:
        return Entry(**json.loads(line))
    except (ValueError, TypeError):
        return None
