"""Open a copied SQLite file read-only, with damage told as a FormatError."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hotdish_todo.errors import FormatError

_MAGIC = b"SQLite format 3\0"


def is_sqlite(path: Path) -> bool:
    """Tell whether a file begins as an SQLite database does."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except (IsADirectoryError, FileNotFoundError, PermissionError):
        return False


@contextmanager
def open_sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database for reading only.

    Raises:
        FormatError: it is damaged, or a table or column that was asked for is not there.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = _text
            yield connection
    except (sqlite3.Error, OverflowError) as error:
        msg = f"{path.name} cannot be read as an SQLite database: {error}"
        raise FormatError(msg) from None


def tables(connection: sqlite3.Connection) -> set[str]:
    """Give the names of a database's tables."""
    rows = connection.execute("select name from sqlite_master where type = 'table'")
    return {str(name) for (name,) in rows}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
