"""Read all live entries of a LevelDB folder, newest version of each key, without LevelDB.

The layout is LevelDB's `doc/log_format.md` and `doc/table_format.md`. A scan of everything needs
neither the comparator nor the block index of a single key. Checksums are verified, so that damage
is told instead of read.
"""

import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.compression import snappy, zstandard
from hotdish_todo.indexeddb.crc32c import masked_crc32c
from hotdish_todo.indexeddb.cursor import Cursor

_BLOCK = 32_768
_HEADER = struct.Struct("<IHB")
_FULL, _FIRST, _LAST = 1, 2, 4
_FOOTER_BYTES = 48
_MAGIC = bytes.fromhex("57fb808b247547db")
_TRAILER_BYTES = 5
_SEQUENCE_BYTES = 8

Entry = tuple[bytes, int, bytes | None]  # key, sequence, value (None: deleted)


def read_leveldb(
    folder: Path, keep: Callable[[bytes], bool] = lambda _: True
) -> dict[bytes, bytes]:
    """Give the newest value of every live key for which `keep` says yes.

    Raises:
        FormatError: a file is damaged or does not belong to the others.
        FileNotFoundError: a file that the manifest names is not there.
    """
    newest: dict[bytes, tuple[int, bytes | None]] = {}

    def feed(entries: Iterator[Entry]) -> None:
        for key, sequence, value in entries:
            if keep(key):
                known = newest.get(key)
                if known is None or known[0] <= sequence:
                    newest[key] = (sequence, value)

    manifest = Manifest.read(folder)
    for number in sorted(manifest.tables):
        feed(_table_entries(table_path(folder, number)))
    for path in manifest.logs(folder):
        for batch in log_records(path):
            feed(_batch_entries(batch))
    return {key: value for key, (_, value) in newest.items() if value is not None}


def table_path(folder: Path, number: int) -> Path:
    """Give the path of a table, whichever of its two endings it has.

    Raises:
        FileNotFoundError: it has neither.
    """
    for suffix in (".ldb", ".sst"):
        path = folder / f"{number:06d}{suffix}"
        if path.exists():
            return path
    msg = f"{folder.name} lacks its table {number:06d}.ldb"
    raise FileNotFoundError(msg)


class Manifest:
    """Which tables and logs of a folder are alive."""

    __slots__ = ("first_log", "previous_log", "tables")

    def __init__(self) -> None:
        self.tables: set[int] = set()
        self.first_log = 0
        self.previous_log = 0

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest that the file CURRENT names."""
        name = (folder / "CURRENT").read_text(encoding="ascii", errors="replace").strip()
        if not re.fullmatch(r"MANIFEST-\d+", name):
            msg = f"{folder.name}/CURRENT names no manifest but {name[:40]!r}"
            raise FormatError(msg)
        manifest = cls()
        for edit in log_records(folder / name):
            manifest.apply(Cursor(edit))
        return manifest

    def logs(self, folder: Path) -> list[Path]:
        """Give the logs that are not yet part of a table, oldest first."""
        numbered = {int(path.stem): path for path in folder.glob("*.log") if path.stem.isdecimal()}
        return [
            path
            for number, path in sorted(numbered.items())
            if number >= self.first_log or number == self.previous_log
        ]

    def apply(self, edit: Cursor) -> None:
        """Apply one version edit, a run of numbered fields."""
        while edit.pos < edit.end:
            field = edit.varint()
            match field:
                case 1:  # the comparator's name
                    edit.take(edit.varint())
                case 2:
                    self.first_log = edit.varint()
                case 3 | 4:  # the next file's number, the last sequence
                    edit.varint()
                case 9:
                    self.previous_log = edit.varint()
                case 5:  # where compaction goes on
                    edit.varint()
                    edit.take(edit.varint())
                case 6:
                    edit.varint()
                    self.tables.discard(edit.varint())
                case 7:
                    self._add_table(edit)
                case _:
                    msg = f"the manifest holds an unknown field {field}"
                    raise FormatError(msg)

    def _add_table(self, edit: Cursor) -> None:
        edit.varint()  # level
        self.tables.add(edit.varint())
        edit.varint()  # size
        edit.take(edit.varint())
        edit.take(edit.varint())


def log_records(path: Path) -> Iterator[bytes]:
    """Give the whole records of a log; a torn tail, as a writing browser leaves it, ends it."""
    data = path.read_bytes()
    pos = 0
    parts: list[bytes] = []
    while pos + _HEADER.size <= len(data):
        left = _BLOCK - pos % _BLOCK
        if left < _HEADER.size:
            pos += left
            continue
        checksum, length, kind = _HEADER.unpack_from(data, pos)
        start = pos + _HEADER.size
        pos = start + length
        if (kind == 0 and length == 0) or pos > len(data):
            return
        if masked_crc32c(data[start - 1 : pos]) != checksum:
            msg = f"{path.name} is damaged at byte {start}"
            raise FormatError(msg)
        if kind in (_FULL, _FIRST):
            parts.clear()
        parts.append(data[start:pos])
        if kind in (_FULL, _LAST):
            yield b"".join(parts)
            parts.clear()


def _batch_entries(batch: bytes) -> Iterator[Entry]:
    cursor = Cursor(batch)
    sequence = cursor.uint(8)
    for number in range(cursor.uint(4)):
        is_put = cursor.u8() == 1
        key = cursor.take(cursor.varint())
        yield key, sequence + number, cursor.take(cursor.varint()) if is_put else None


def _table_entries(path: Path) -> Iterator[Entry]:
    data = path.read_bytes()
    if len(data) < _FOOTER_BYTES or not data.endswith(_MAGIC):
        msg = f"{path.name} is not a LevelDB table, or its end is missing"
        raise FormatError(msg)
    footer = Cursor(data, len(data) - _FOOTER_BYTES)
    footer.varint()
    footer.varint()  # where the filters lie
    index = _block(path, data, footer.varint(), footer.varint())
    for _, place in _block_items(index):
        where = Cursor(place)
        for key, value in _block_items(_block(path, data, where.varint(), where.varint())):
            if len(key) < _SEQUENCE_BYTES:
                msg = f"{path.name} holds a key without a sequence number"
                raise FormatError(msg)
            trailer = int.from_bytes(key[-_SEQUENCE_BYTES:], "little")
            yield key[:-_SEQUENCE_BYTES], trailer >> 8, value if trailer & 0xFF else None


def _block(path: Path, data: bytes, offset: int, size: int) -> bytes:
    """Give a block of a table, decompressed and with its checksum verified."""
    end = offset + size
    if end + _TRAILER_BYTES > len(data):
        msg = f"{path.name} names a block beyond its end"
        raise FormatError(msg)
    checksum = int.from_bytes(data[end + 1 : end + _TRAILER_BYTES], "little")
    if masked_crc32c(data[offset : end + 1]) != checksum:
        msg = f"{path.name} is damaged between bytes {offset} and {end}"
        raise FormatError(msg)
    match data[end]:
        case 0:
            return data[offset:end]
        case 1:
            return snappy(data[offset:end])
        case 2:
            return zstandard(data[offset:end])
        case kind:
            msg = f"{path.name} is compressed in an unknown way ({kind})"
            raise FormatError(msg)


def _block_items(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give keys and values of a block; each key leaves out what it shares with the one before."""
    n_restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * n_restarts
    cursor = Cursor(block)
    key = b""
    while cursor.pos < end:
        n_shared, n_own, n_value = cursor.varint(), cursor.varint(), cursor.varint()
        key = key[:n_shared] + cursor.take(n_own)
        yield key, cursor.take(n_value)
