"""Find To Do data on this computer, and count them without decoding them."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hotdish_todo.copying import copy_store
from hotdish_todo.errors import UnreadableInputError
from hotdish_todo.indexeddb import open_databases
from hotdish_todo.profiles import StorePlace
from hotdish_todo.readers.opening import PREFIX
from hotdish_todo.readers.windows_app import open_windows_app
from hotdish_todo.stores import Database
from hotdish_todo.values import Json

_COUNTED = {"task_folders": "lists"}
_SHOWN = ("lists", "tasks", "steps")


@dataclass(frozen=True, slots=True)
class Found:
    """One account in one place; `problem` says why it could not be counted."""

    place: StorePlace
    account: str
    counts: dict[str, int]
    problem: str = ""

    def json(self) -> Json:
        """Give it for programs."""
        return {
            "path": str(self.place.path),
            "program": self.place.program,
            "profile": self.place.profile,
            "origin": self.place.origin,
            "account": self.account,
            "counts": self.counts,
            "problem": self.problem,
        }


def find_accounts(places: Iterable[StorePlace]) -> Iterator[Found]:
    """Give every account in these places."""
    for place in places:
        try:
            if place.kind == "windows-app":
                with open_windows_app(place.path) as source:
                    yield from (_found(place, database) for database in source.databases)
            else:
                yield from _in_browser(place)
        except UnreadableInputError as error:
            yield Found(place, "", {}, str(error))


def _in_browser(place: StorePlace) -> Iterator[Found]:
    with tempfile.TemporaryDirectory(
        prefix="hotdish-todo-", ignore_cleanup_errors=True
    ) as temporary:
        for database in open_databases(copy_store(place.path, Path(temporary))):
            if database.name.startswith(PREFIX):
                yield _found(place, database)


def _found(place: StorePlace, database: Database) -> Found:
    counts = {_COUNTED.get(store.name, store.name): store.count for store in database.stores}
    kept: dict[str, int] = {name: counts[name] for name in _SHOWN if name in counts}
    return Found(place, database.name.removeprefix(PREFIX), kept)
