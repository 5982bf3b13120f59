"""Microsoft To Do's Windows app: one SQLite file an account, `todosqlite.db`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotdish_todo import values
from hotdish_todo.copying import copy_store
from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.sqlite import is_sqlite, open_sqlite, tables
from hotdish_todo.readers.source import Source
from hotdish_todo.stores import Database, ObjectStore, Record, Unreadable, in_name_order
from hotdish_todo.values import Json

_TELLING_TABLES = {"task_folders", "tasks"}
_KEYS = ("local_id", "_id", "key")


def is_windows_app(path: Path) -> bool:
    """Tell whether a file is the app's database; it is opened for reading only."""
    if not path.is_file() or not is_sqlite(path):
        return False
    try:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary,
            open_sqlite(copy_store(path, Path(temporary))) as connection,
        ):
            return tables(connection) >= _TELLING_TABLES
    except FormatError:
        return False


@contextmanager
def open_windows_app(path: Path) -> Iterator[Source]:
    """Open a copy of the app's database; every table becomes a store.

    Raises:
        UnreadableInputError: it is locked, gone or damaged.
    """
    with tempfile.TemporaryDirectory(
        prefix="hotdish-todo-", ignore_cleanup_errors=True
    ) as temporary:
        copied = copy_store(path, Path(temporary))
        with open_sqlite(copied) as connection:
            names = sorted(name for name in tables(connection) if not name.startswith("sqlite_"))
            stores = [
                ObjectStore(
                    name,
                    None,
                    connection.execute(_select("count(*)", name)).fetchone()[0],
                    _Table(copied, name).read,
                )
                for name in names
            ]
        database = Database(f"todo_{path.parent.name}", 0, in_name_order(stores))
        yield Source({"kind": "windows-app", "origin": None}, (database,))


@dataclass(frozen=True, slots=True)
class _Table:
    """Reads one table, each row an object by its columns."""

    path: Path
    name: str

    def read(self) -> Iterator[Record | Unreadable]:
        with open_sqlite(self.path) as connection:
            rows = connection.execute(_select("*", self.name))
            columns = [str(column[0]) for column in rows.description]
            key = next((name for name in _KEYS if name in columns), columns[0])
            for row in rows:
                value = {name: _json(cell) for name, cell in zip(columns, row, strict=True)}
                yield Record(value[key], value)


def _json(cell: Json) -> Json:
    return values.binary(cell) if isinstance(cell, bytes) else cell


def _select(what: str, table: str) -> str:
    """Select from a table of the file; its name comes from the file itself, so it is quoted."""
    quoted = table.replace('"', '""')
    return f'select {what} from "{quoted}"'  # noqa: S608
