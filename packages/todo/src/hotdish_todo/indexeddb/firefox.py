"""Firefox's IndexedDB: one SQLite file a database, large values and Blobs in files beside it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.blobs import BlobContent
from hotdish_todo.indexeddb.compression import snappy, snappy_framed
from hotdish_todo.indexeddb.gecko import decode_gecko
from hotdish_todo.indexeddb.keys import decode_firefox_key
from hotdish_todo.indexeddb.sqlite import open_sqlite
from hotdish_todo.stores import Database, ObjectStore, Record, Unreadable, in_name_order
from hotdish_todo.values import Json


def read_firefox(path: Path) -> list[Database]:
    """Give the one database of a file."""
    with open_sqlite(path) as connection:
        row = connection.execute("select name, version from database").fetchone()
        if row is None:
            msg = f"{path.name} names no database"
            raise FormatError(msg)
        counts = _counts(connection)
        stores = [
            ObjectStore(
                name, _key_path(key_path), counts.get(number, 0), _Reading(path, number).read
            )
            for number, name, key_path in connection.execute(
                "select id, name, key_path from object_store"
            )
        ]
    return [Database(row[0], row[1], in_name_order(stores))]


def _counts(connection: sqlite3.Connection) -> dict[int, int]:
    return dict(connection.execute("select object_store_id, count(*) from object_data group by 1"))


def _key_path(text: str | None) -> Json:
    """Read a key path; a list of paths begins with a comma."""
    if text and text.startswith(","):
        return text[1:].split(",")
    return text


@dataclass(frozen=True, slots=True)
class _Reading:
    """Decodes the records of one store."""

    path: Path
    store: int

    def read(self) -> Iterator[Record | Unreadable]:
        with open_sqlite(self.path) as connection:
            rows = connection.execute(
                "select key, file_ids, data from object_data where object_store_id = ? "
                "order by key",
                (self.store,),
            )
            for key, file_ids, data in rows:
                yield self._record(key, (file_ids or "").split(), data)

    def _record(self, key: bytes, file_ids: list[str], data: bytes | int) -> Record | Unreadable:
        missing: list[str] = []

        def blob(index: int) -> BlobContent:
            content = self._file(file_ids, index)
            if content is None:
                missing.append(f"file {index} of the record")
            return BlobContent("", content)

        try:
            value = decode_gecko(self._value(file_ids, data), blob)
            return Record(decode_firefox_key(key), value, tuple(missing))
        except FormatError as error:
            return Unreadable(key.hex(), str(error))

    def _value(self, file_ids: list[str], data: bytes | int) -> bytes:
        if isinstance(data, bytes):
            return snappy(data)
        content = self._file(file_ids, data & 0xFFFFFFFF)
        if content is None:
            msg = "the file that holds this value is gone"
            raise FormatError(msg)
        return snappy_framed(content)

    def _file(self, file_ids: list[str], index: int) -> bytes | None:
        if index >= len(file_ids):
            msg = f"it refers to file {index}, but lists {len(file_ids)}"
            raise FormatError(msg)
        number = file_ids[index].lstrip(".-")  # the marks tell what the file holds
        try:
            return (self.path.with_suffix(".files") / number).read_bytes()
        except FileNotFoundError:
            return None
