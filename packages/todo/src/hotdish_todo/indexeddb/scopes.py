"""Undo what a transaction of Chromium had written when the files were copied.

A large transaction goes into LevelDB bit by bit. Before each change Chromium writes how to undo
it, and after a crash it does so. A copy made meanwhile is such a crash: without this step it
would show half a transaction. The keys are those of Chromium's `leveldb_scopes_coding.cc`, the
values its `leveldb_scopes.proto`.
"""

from collections.abc import Iterator

from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.cursor import Cursor

_PREFIX = b"\0\0\0\0\x32"
_METADATA, _LOG = 1, 2
_UNDO = 0
_LOCKS = 1  # field of the metadata; a committed transaction holds none any more
_PUT, _DELETE, _DELETE_RANGE = 1, 2, 3  # fields of an undo task
_KEY, _VALUE = 1, 2
_VARINT, _BYTES = 0, 2  # wire types of a protocol buffer


def undo_open_transactions(entries: dict[bytes, bytes]) -> None:
    """Bring the entries back to the last committed state.

    Raises:
        FormatError: the log of undo tasks is damaged.
    """
    own = sorted(key for key in entries if key.startswith(_PREFIX))
    is_open = {
        Cursor(key, len(_PREFIX) + 1).varint()
        for key in own
        if key[len(_PREFIX)] == _METADATA and any(_fields(entries[key], _LOCKS))
    }
    for key in own:  # the latest change comes first: the numbers count down
        cursor = Cursor(key, len(_PREFIX))
        if cursor.u8() == _LOG and cursor.varint() in is_open and cursor.u8() == _UNDO:
            _undo(entries, entries[key])


def _undo(entries: dict[bytes, bytes], task: bytes) -> None:
    for put in _fields(task, _PUT):
        key = next(_fields(put, _KEY), b"")
        entries[key] = next(_fields(put, _VALUE), b"")
    for delete in _fields(task, _DELETE):
        entries.pop(next(_fields(delete, _KEY), b""), None)
    for _ in _fields(task, _DELETE_RANGE):
        msg = "a transaction that was being written deletes a range; close the browser"
        raise FormatError(msg)


def _fields(message: bytes, wanted: int) -> Iterator[bytes]:
    """Give the contents of one field of a protocol buffer; numbers are passed over."""
    cursor = Cursor(message)
    while cursor.pos < cursor.end:
        tag = cursor.varint()
        if tag & 7 == _VARINT:
            cursor.varint()
        elif tag & 7 == _BYTES:
            content = cursor.take(cursor.varint())
            if tag >> 3 == wanted:
                yield content
        else:
            msg = f"an undo task holds an unknown kind of field ({tag & 7})"
            raise FormatError(msg)
