"""A position in bytes, with the small reads that every format here needs."""

import struct

from hotdish_todo.errors import FormatError

_MAX_VARINT_BITS = 70
_DOUBLE = struct.Struct("<d")


class Cursor:
    """Reads forward through bytes; running off their end is a FormatError."""

    __slots__ = ("data", "end", "pos")

    def __init__(self, data: bytes, pos: int = 0) -> None:
        self.data = data
        self.pos = pos
        self.end = len(data)

    def u8(self) -> int:
        """Read one byte."""
        pos = self.pos
        if pos >= self.end:
            raise _truncated(pos)
        self.pos = pos + 1
        return self.data[pos]

    def peek(self) -> int:
        """Give the next byte and stay before it; -1 at the end."""
        return self.data[self.pos] if self.pos < self.end else -1

    def take(self, length: int) -> bytes:
        """Read that many bytes."""
        pos = self.pos
        end = pos + length
        if end > self.end:
            raise _truncated(pos)
        self.pos = end
        return self.data[pos:end]

    def varint(self) -> int:
        """Read 7 bits a byte, the low group first."""
        byte = self.u8()
        if byte < 0x80:  # noqa: PLR2004 - the high bit says that more follows
            return byte
        result = byte & 0x7F
        shift = 7
        while True:
            byte = self.u8()
            result |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004
                return result
            shift += 7
            if shift > _MAX_VARINT_BITS:
                msg = f"a number at byte {self.pos} is too long"
                raise FormatError(msg)

    def uint(self, length: int) -> int:
        """Read a little-endian unsigned integer of that many bytes."""
        return int.from_bytes(self.take(length), "little")

    def double(self) -> float:
        """Read a little-endian double."""
        value: float = _DOUBLE.unpack(self.take(8))[0]
        return value

    def utf16be(self) -> str:
        """Read a count of UTF-16 units, then the text, big-endian."""
        return self.take(2 * self.varint()).decode("utf-16-be", "surrogatepass")


def _truncated(pos: int) -> FormatError:
    return FormatError(f"the data end too early, at byte {pos}")
