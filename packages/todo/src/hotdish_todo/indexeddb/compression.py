"""Snappy and Zstandard, with damage told as a FormatError and sizes capped."""

import cramjam

from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.crc32c import ALL_ONES, crc32c, mask
from hotdish_todo.indexeddb.cursor import Cursor

# A value of IndexedDB cannot be larger than the browser's own limit of 128 MiB for a message.
MAX_VALUE_BYTES = 512 * 1024 * 1024
_MAX_SNAPPY_RATIO = 64  # raw snappy cannot expand further than a 64-byte copy for 2 or 3 bytes

_COMPRESSED, _PLAIN, _FIRST_SKIPPABLE = 0, 1, 0x80


def snappy(data: bytes) -> bytes:
    """Decompress raw snappy."""
    size = _snappy_size(data)
    if size > min(MAX_VALUE_BYTES, max(1024, len(data) * _MAX_SNAPPY_RATIO)):
        msg = f"a compressed value claims {size} bytes, more than {len(data)} bytes can hold"
        raise FormatError(msg)
    try:
        return bytes(cramjam.snappy.decompress_raw(data))
    except (cramjam.DecompressionError, ValueError) as error:
        raise FormatError(_damaged("snappy", error)) from None


def snappy_framed(data: bytes) -> bytes:
    """Decompress snappy's framing format as Firefox writes it.

    Firefox leaves out the last step of the checksum, so that other readers call its files
    damaged; here both forms pass.
    """
    cursor = Cursor(data)
    parts = []
    while cursor.pos < cursor.end:
        kind, length = cursor.u8(), cursor.uint(3)
        chunk = cursor.take(length)
        if kind in (_COMPRESSED, _PLAIN):
            part = snappy(chunk[4:]) if kind == _COMPRESSED else chunk[4:]
            crc = crc32c(part)
            if int.from_bytes(chunk[:4], "little") not in (mask(crc), mask(crc ^ ALL_ONES)):
                msg = f"a compressed file is damaged before byte {cursor.pos}"
                raise FormatError(msg)
            parts.append(part)
        elif kind < _FIRST_SKIPPABLE:
            msg = f"a compressed file holds an unknown part ({kind})"
            raise FormatError(msg)
    return b"".join(parts)


def zstandard(data: bytes) -> bytes:
    """Decompress Zstandard."""
    try:
        return bytes(cramjam.zstd.decompress(data))
    except (cramjam.DecompressionError, ValueError, OSError) as error:
        raise FormatError(_damaged("zstd", error)) from None


def _snappy_size(data: bytes) -> int:
    """Read the length that raw snappy begins with."""
    size = shift = 0
    for byte in data[:5]:
        size |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the high bit says that more follows
            return size
        shift += 7
    msg = "a compressed value begins without its length"
    raise FormatError(msg)


def _damaged(kind: str, error: Exception) -> str:
    return f"a value compressed with {kind} is damaged: {error}"
