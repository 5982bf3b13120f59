"""Tell which kind of IndexedDB store a path is, and open it."""

from pathlib import Path

from hotdish_todo.errors import UnreadableInputError
from hotdish_todo.indexeddb.chromium_leveldb import read_chromium_leveldb
from hotdish_todo.indexeddb.chromium_sqlite import read_chromium_sqlite
from hotdish_todo.indexeddb.firefox import read_firefox
from hotdish_todo.indexeddb.sqlite import is_sqlite, open_sqlite, tables
from hotdish_todo.stores import Database

# A table that only this kind of file has, and its reader.
_SQLITE_KINDS = (("object_data", read_firefox), ("indexed_db_metadata", read_chromium_sqlite))


def is_store(path: Path) -> bool:
    """Tell whether a path looks like one IndexedDB store: a LevelDB folder or an SQLite file."""
    return (path / "CURRENT").is_file() or is_sqlite(path)


def open_databases(path: Path) -> list[Database]:
    """Give the databases of one store. The files are opened in place: pass a copy.

    Raises:
        UnreadableInputError: it is no store of a kind known here, or damaged.
    """
    if (path / "CURRENT").is_file():
        return read_chromium_leveldb(path)
    if is_sqlite(path):
        with open_sqlite(path) as connection:
            present = tables(connection)
        for table, read in _SQLITE_KINDS:
            if table in present:
                return read(path)
    msg = f"{path} is neither a LevelDB folder nor an IndexedDB file of Chromium or Firefox"
    raise UnreadableInputError(msg)
