"""Chromium's IndexedDB in SQLite, the store that new databases get since Chrome 149.

One file a database; texts are UTF-16-LE bytes. The tables are Chromium's
`content/browser/indexed_db/instance/sqlite/`.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.blobs import BlobContent
from hotdish_todo.indexeddb.compression import snappy, zstandard
from hotdish_todo.indexeddb.keys import decode_chromium_key
from hotdish_todo.indexeddb.sqlite import open_sqlite
from hotdish_todo.indexeddb.v8 import decode_v8
from hotdish_todo.stores import Database, ObjectStore, Record, Unreadable, in_name_order
from hotdish_todo.values import Json

_DECOMPRESS: dict[int, Callable[[bytes], bytes]] = {0: bytes, 1: zstandard, 2: snappy}


def read_chromium_sqlite(path: Path) -> list[Database]:
    """Give the one database of a file."""
    with open_sqlite(path) as connection:
        row = connection.execute("select name, version from indexed_db_metadata").fetchone()
        if row is None:
            msg = f"{path.name} names no database"
            raise FormatError(msg)
        counts = dict(
            connection.execute("select object_store_id, count(*) from records group by 1")
        )
        stores = [
            ObjectStore(
                _text(name), _key_path(key_path), counts.get(number, 0), _Reading(path, number).read
            )
            for number, name, key_path in connection.execute(
                "select id, name, key_path from object_stores"
            )
        ]
    return [Database(_text(row[0]), row[1], in_name_order(stores))]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Decodes the records of one store."""

    path: Path
    store: int

    def read(self) -> Iterator[Record | Unreadable]:
        with open_sqlite(self.path) as connection:
            rows = connection.execute(
                "select row_id, compression_type, key, value from records "
                "where object_store_id = ? order by key",
                (self.store,),
            )
            for row in rows:
                yield _record(connection, *row)


def _record(
    connection: sqlite3.Connection, row_id: int, compression: int, key: bytes, value: bytes
) -> Record | Unreadable:
    missing: list[str] = []

    def blob(index: int) -> BlobContent:
        content = _blob(connection, row_id, index)
        if content.data is None:
            missing.append(content.name or content.mime or "blob")
        return content

    try:
        decoded = decode_v8(_decompressed(compression, value), blob)
        return Record(decode_chromium_key(key), decoded, tuple(missing))
    except FormatError as error:
        return Unreadable(key.hex(), str(error))


def _decompressed(compression: int, value: bytes) -> bytes:
    decompress = _DECOMPRESS.get(compression)
    if decompress is None:
        msg = f"it is compressed in an unknown way ({compression})"
        raise FormatError(msg)
    return decompress(value)


def _blob(connection: sqlite3.Connection, row_id: int, index: int) -> BlobContent:
    row = connection.execute(
        "select b.row_id, b.mime_type, b.file_name, b.bytes from blob_references r "
        "join blobs b on b.row_id = r.blob_row_id where r.record_row_id = ? "
        "order by r.row_id limit 1 offset ?",
        (row_id, index),
    ).fetchone()
    if row is None:
        msg = f"it refers to blob {index}, which is not listed"
        raise FormatError(msg)
    blob_id, mime, name, data = row
    chunks = connection.execute(
        "select bytes from overflow_blob_chunks where blob_row_id = ? order by chunk_index",
        (blob_id,),
    )
    rest = b"".join(chunk for (chunk,) in chunks)
    known = None if data is None and not rest else (data or b"") + rest
    return BlobContent(_text(mime), known, _text(name) if name else None)


def _text(data: bytes | str | None) -> str:
    if isinstance(data, bytes):
        return data.decode("utf-16-le", "surrogatepass")
    return data or ""


def _key_path(data: bytes | None) -> Json:
    """Read a key path; a list of paths is joined by blanks, which no path can hold."""
    if data is None:
        return None
    paths = _text(data).split(" ")
    return paths if len(paths) > 1 else paths[0]
