"""Tell what kind of source a path is, open it, and keep its copies until it is closed."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hotdish_todo.backup import read_backup
from hotdish_todo.copying import copy_store
from hotdish_todo.errors import UnreadableInputError, UsageError
from hotdish_todo.indexeddb import open_databases
from hotdish_todo.indexeddb.sqlite import is_sqlite
from hotdish_todo.profiles import StorePlace, places_under
from hotdish_todo.readers.source import Source
from hotdish_todo.readers.windows_app import is_windows_app, open_windows_app
from hotdish_todo.stores import Database

PREFIX = "todo_"
ALL_ACCOUNTS = "all"


@contextmanager
def open_path(path: Path, account: str | None = None) -> Iterator[Source]:
    """Open a dump or backup file, a profile or part of one, or the Windows app's database.

    Raises:
        UnreadableInputError: there is no To Do data, or they cannot be read.
        UsageError: several accounts are there and none was chosen.
    """
    if not path.exists():
        msg = f"{path} does not exist"
        raise UnreadableInputError(msg)
    if path.is_file() and not is_sqlite(path):
        backup = read_backup(path)
        databases = choose_accounts(backup.databases, account)
        yield Source(backup.source | {"read_from": path.name}, tuple(databases))
        return
    if is_windows_app(path):
        with open_windows_app(path) as source:
            yield source
        return
    places = places_under(path)
    if not places:
        msg = (
            f"{path} holds no IndexedDB of Chromium or Firefox, no todosqlite.db and no dump. "
            "Name a browser's profile folder, or see: hotdish-todo find"
        )
        raise UnreadableInputError(msg)
    with _open_places(places, account) as source:
        yield source


@contextmanager
def open_place(place: StorePlace, account: str | None = None) -> Iterator[Source]:
    """Open one store that `find` found."""
    if place.kind == "windows-app":
        with open_windows_app(place.path) as source:
            yield source
        return
    with _open_places([place], account) as source:
        yield source


def choose_accounts(databases: Sequence[Database], account: str | None) -> list[Database]:
    """Give the databases of the chosen account, or of the only one.

    Raises:
        UsageError: the choice is open, or names none.
    """
    if account and account != ALL_ACCOUNTS:
        chosen = [one for one in databases if _account(one).startswith(account.lower())]
        if not chosen:
            known = ", ".join(map(_account, databases)) or "none"
            msg = f"No account begins with {account!r}. There are: {known}"
            raise UsageError(msg)
        return chosen
    if len(databases) > 1 and account != ALL_ACCOUNTS:
        known = "".join(f"\n  --account {_account(one)}  ({_summary(one)})" for one in databases)
        msg = f"Several accounts are here. Choose one, or --account all:{known}"
        raise UsageError(msg)
    return list(databases)


@contextmanager
def _open_places(places: Sequence[StorePlace], account: str | None) -> Iterator[Source]:
    with tempfile.TemporaryDirectory(
        prefix="hotdish-todo-", ignore_cleanup_errors=True
    ) as temporary:
        found: list[tuple[StorePlace, Database]] = []
        problems = []
        for nth, place in enumerate(places):
            try:
                copied = copy_store(place.path, Path(temporary) / str(nth))
                databases = open_databases(copied)
            except UnreadableInputError as error:
                problems.append(str(error))
                continue
            found += [(place, one) for one in databases if one.name.startswith(PREFIX)]
        if not found:
            raise UnreadableInputError(_nothing_found(places, problems))
        chosen = choose_accounts([database for _, database in found], account)
        place = next(place for place, database in found if database is chosen[0])
        if not any(store.count for database in chosen for store in database.stores):
            msg = (
                f"{chosen[0].name} is empty. Open To Do in this browser, wait until your lists "
                "show, and try again"
            )
            raise UnreadableInputError(msg)
        info = {
            "kind": "browser",
            "origin": place.origin,
            "browser": place.program,
            "profile": place.profile,
        }
        yield Source(info, tuple(chosen))


def _nothing_found(places: Sequence[StorePlace], problems: Sequence[str]) -> str:
    if problems:
        return problems[0]
    return (
        f"No database in {places[0].path} is named {PREFIX}... Open To Do in this browser, sign "
        "in, wait until your lists show, and try again"
    )


def _account(database: Database) -> str:
    return database.name.removeprefix(PREFIX).lower()


def _summary(database: Database) -> str:
    counts = {store.name: store.count for store in database.stores}
    return ", ".join(
        f"{counts[name]} {name}" for name in ("lists", "tasks", "steps") if name in counts
    )
