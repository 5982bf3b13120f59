"""Chromium's IndexedDB in LevelDB: which key means what.

A key begins with one byte that gives the lengths of three ids: database, object store, index.
Index 1 of a store holds its records, index 3 the Blobs of each record; the other indexes repeat
what the records say. The layout is Chromium's `indexed_db_leveldb_coding.cc`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hotdish_todo import values
from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.blobs import BlobContent
from hotdish_todo.indexeddb.cursor import Cursor
from hotdish_todo.indexeddb.keys import sort_key
from hotdish_todo.indexeddb.leveldb import read_leveldb
from hotdish_todo.indexeddb.scopes import undo_open_transactions
from hotdish_todo.indexeddb.v8 import decode_v8
from hotdish_todo.stores import Database, ObjectStore, Record, Unreadable, in_name_order
from hotdish_todo.values import Json

_RECORDS, _BLOBS = 1, 3
_DATABASE_NAME = 0xC9
_STORE_METADATA = 0x32
_VERSION = 0x04
_STORE_NAME, _STORE_KEY_PATH = 0, 1
_FILE = 1

RawRecords = dict[bytes, bytes]


@dataclass(slots=True)
class _RawStore:
    name: str = ""
    key_path: Json = None
    records: RawRecords = field(default_factory=dict)
    blobs: RawRecords = field(default_factory=dict)


@dataclass(slots=True)
class _RawDatabase:
    name: str = ""
    version: int = 0
    stores: dict[int, _RawStore] = field(default_factory=dict)

    def store(self, number: int) -> _RawStore:
        return self.stores.setdefault(number, _RawStore())


def read_chromium_leveldb(folder: Path) -> list[Database]:
    """Give the databases of one `<origin>.indexeddb.leveldb` folder."""
    entries = read_leveldb(folder, _is_wanted)
    undo_open_transactions(entries)
    raw: dict[int, _RawDatabase] = {}
    for key, value in entries.items():
        if not _is_wanted(key):
            continue
        database, store, index, pos = _ids(key)
        if database:
            entry = raw.setdefault(database, _RawDatabase())
            _sort_in(entry, store, index, Cursor(key, pos), value)
        else:
            _name_database(raw, Cursor(key, pos), value)
    blobs = folder.with_name(folder.name.removesuffix(".leveldb") + ".blob")
    named = [(number, database) for number, database in raw.items() if database.name]
    return [_database(blobs / f"{number:x}", database) for number, database in named]


def _is_wanted(key: bytes) -> bool:
    """Leave out index entries, which repeat what the records say."""
    if not key:
        return False
    first = key[0]
    if first & 3:  # an index id of two bytes or more
        return False
    pos = 3 + (first >> 5) + (first >> 2 & 7)
    return len(key) > pos and key[pos] in (0, _RECORDS, _BLOBS)


def _ids(key: bytes) -> tuple[int, int, int, int]:
    """Give database, store and index of a key, and where its rest begins."""
    cursor = Cursor(key)
    first = cursor.u8()
    database = cursor.uint((first >> 5) + 1)
    store = cursor.uint((first >> 2 & 7) + 1)
    index = cursor.uint((first & 3) + 1)
    return database, store, index, cursor.pos


def _name_database(raw: dict[int, _RawDatabase], key: Cursor, value: bytes) -> None:
    if key.peek() == _DATABASE_NAME:
        key.u8()
        key.utf16be()  # the origin
        number = int.from_bytes(value, "little")
        raw.setdefault(number, _RawDatabase()).name = key.utf16be()


def _sort_in(raw: _RawDatabase, store: int, index: int, key: Cursor, value: bytes) -> None:
    """Put one entry of a database where it belongs."""
    if store:
        rest = key.data[key.pos :]
        if index == _RECORDS:
            raw.store(store).records[rest] = value
        elif index == _BLOBS:
            raw.store(store).blobs[rest] = value
    elif key.peek() == _VERSION:
        raw.version = Cursor(value).varint()
    elif key.peek() == _STORE_METADATA:
        key.u8()
        number, what = key.varint(), key.u8()
        if what == _STORE_NAME:
            raw.store(number).name = value.decode("utf-16-be", "surrogatepass")
        elif what == _STORE_KEY_PATH:
            raw.store(number).key_path = _key_path(value)


def _key_path(value: bytes) -> Json:
    cursor = Cursor(value)
    if cursor.take(2) != b"\0\0":  # written before 2012: the bare text
        return value.decode("utf-16-be", "surrogatepass")
    match cursor.u8():
        case 0:
            return None
        case 1:
            return cursor.utf16be()
        case _:
            return [cursor.utf16be() for _ in range(cursor.varint())]


def _database(blobs: Path, raw: _RawDatabase) -> Database:
    stores = (
        ObjectStore(store.name, store.key_path, len(store.records), _Reading(blobs, store).read)
        for store in raw.stores.values()
        if store.name
    )
    return Database(raw.name, raw.version, in_name_order(stores))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Decodes the records of one store."""

    folder: Path
    store: _RawStore

    def read(self) -> Iterator[Record | Unreadable]:
        keyed: list[tuple[Json, bytes]] = []
        for raw in self.store.records:
            try:
                keyed.append((_user_key(Cursor(raw)), raw))
            except FormatError as error:
                yield Unreadable(raw.hex(), f"its key: {error}")
        keyed.sort(key=lambda pair: sort_key(pair[0]))
        for key, raw in keyed:
            yield self._record(key, raw)

    def _record(self, key: Json, raw: bytes) -> Record | Unreadable:
        missing: list[str] = []

        def blob(index: int) -> BlobContent:
            content = self._blob(raw, index)
            if content.data is None:
                missing.append(content.name or content.mime or "blob")
            return content

        value = self.store.records[raw]
        try:
            start = Cursor(value)
            start.varint()  # the record's own version
            return Record(key, decode_v8(value[start.pos :], blob), tuple(missing))
        except FormatError as error:
            return Unreadable(str(key), str(error))

    def _blob(self, raw: bytes, index: int) -> BlobContent:
        listed = _blob_list(self.store.blobs.get(raw, b""))
        if index >= len(listed):
            msg = f"it refers to blob {index}, but lists {len(listed)}"
            raise FormatError(msg)
        number, mime, size, name = listed[index]
        if size == 0:  # Chromium keeps no file for it
            return BlobContent(mime, b"", name)
        path = self.folder / f"{number >> 8 & 0xFF:02x}" / f"{number:x}"
        try:
            return BlobContent(mime, path.read_bytes(), name)
        except FileNotFoundError:
            return BlobContent(mime, None, name)


def _blob_list(value: bytes) -> list[tuple[int, str, int, str | None]]:
    """Give number, media type, size and file name of each Blob of a record."""
    cursor = Cursor(value)
    listed = []
    while cursor.pos < cursor.end:
        is_file = cursor.u8() == _FILE
        number, mime = cursor.varint(), cursor.utf16be()
        size = cursor.varint()
        name = cursor.utf16be() if is_file else None
        if is_file:
            cursor.varint()  # time of last change
        listed.append((number, mime, size, name))
    return listed


def _user_key(cursor: Cursor, depth: int = 0) -> Json:
    """Decode the key that the page gave a record."""
    kind = cursor.u8()
    match kind:
        case 1:
            return cursor.utf16be()
        case 2:
            return values.date(cursor.double())
        case 3:
            return values.number(cursor.double())
        case 4 if depth < 64:  # noqa: PLR2004 - as deep as Firefox allows
            return [_user_key(cursor, depth + 1) for _ in range(cursor.varint())]
        case 6:
            return values.binary(cursor.take(cursor.varint()))
    msg = f"unknown kind of key {kind}"
    raise FormatError(msg)
