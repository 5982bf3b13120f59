"""IndexedDB keys as the two SQLite stores write them: bytes that sort as the keys do.

One tag byte says number, date, text, bytes or array. The two browsers differ in the details:
Firefox (`dom/indexedDB/Key.cpp`) cuts off trailing zero bytes and adds the tag of an array to
that of its first item, Chromium's SQLite store does neither and writes bytes in groups of eight.
"""

import struct
from abc import ABC, abstractmethod
from typing import Any

from hotdish_todo import values
from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.cursor import Cursor
from hotdish_todo.values import Json

_NUMBER, _DATE, _TEXT, _BYTES, _ARRAY = 0x10, 0x20, 0x30, 0x40, 0x50
_SIGN = 1 << 63
_ALL_ONES = (1 << 64) - 1
_MAX_DEPTH = 64
_GROUP = 9  # Chromium: eight more bytes follow
_ONE_BYTE_LIMIT = 0x7F
_TWO_BYTES, _THREE_BYTES = 0x80, 0xC0  # lead bytes of longer units


def decode_chromium_key(data: bytes) -> Json:
    """Decode one key of Chromium's SQLite store.

    Raises:
        FormatError: the bytes are not a key.
    """
    return _ChromiumKey(data).whole()


def decode_firefox_key(data: bytes) -> Json:
    """Decode one key of Firefox.

    Raises:
        FormatError: the bytes are not a key.
    """
    return _FirefoxKey(data).whole()


def sort_key(key: Json) -> tuple[Any, ...]:
    """Give what a decoded key sorts by: numbers, dates, texts, bytes, arrays."""
    if isinstance(key, str):
        return (2, key.encode("utf-16-be", "surrogatepass"))
    if isinstance(key, list):
        return (4, [sort_key(item) for item in key])
    if values.is_tagged(key, "number"):
        return (0, float(key["value"]))
    if isinstance(key, dict):
        return (1 if values.is_tagged(key, "date") else 3, str(key.get("value")))
    return (0, key)


class _Key(ABC):
    """What both browsers' keys share."""

    def __init__(self, data: bytes) -> None:
        self.cursor = Cursor(data)

    def whole(self) -> Json:
        """Decode the key; nothing may follow it."""
        key = self.value()
        if self.cursor.pos < self.cursor.end:
            msg = f"a key goes on after its end, at byte {self.cursor.pos}"
            raise FormatError(msg)
        return key

    def value(self, offset: int = 0, depth: int = 0) -> Json:
        cursor = self.cursor
        if depth > _MAX_DEPTH:
            msg = "a key is nested too deep"
            raise FormatError(msg)
        tag = cursor.u8() - offset
        if tag >= _ARRAY:
            return self.array(offset, depth)
        match tag:
            case 0x10:
                return values.number(self.double())
            case 0x20:
                return values.date(self.double())
            case 0x30:
                return b"".join(self.units()).decode("utf-16-be", "surrogatepass")
            case 0x40:
                return values.binary(self.binary())
        msg = f"a key has the unknown tag 0x{tag & 0xFF:02x}"
        raise FormatError(msg)

    def units(self) -> list[bytes]:
        """Read 16-bit units up to the closing zero byte, which Firefox may have cut off."""
        units = []
        while (lead := self.lead()) > 0:
            unit = lead - 1 if lead < _TWO_BYTES else self.long_unit(lead)
            units.append(unit.to_bytes(2, "big"))
        return units

    def lead(self) -> int:
        return self.cursor.u8() if self.cursor.pos < self.cursor.end else 0

    @abstractmethod
    def array(self, offset: int, depth: int) -> Json: ...

    @abstractmethod
    def double(self) -> float: ...

    @abstractmethod
    def binary(self) -> bytes: ...

    @abstractmethod
    def long_unit(self, lead: int) -> int: ...


class _ChromiumKey(_Key):
    """Numbers with all bits of a negative one flipped, bytes in groups of eight."""

    def array(self, offset: int, depth: int) -> Json:
        items = []
        while self.cursor.peek() != 0:
            items.append(self.value(offset, depth + 1))
        self.cursor.u8()
        return items

    def double(self) -> float:
        bits = int.from_bytes(self.cursor.take(8), "big")
        return _double(bits & ~_SIGN if bits & _SIGN else bits ^ _ALL_ONES)

    def binary(self) -> bytes:
        data = b""
        while self.cursor.peek() == _GROUP:
            self.cursor.u8()
            data += self.cursor.take(8)
        n_last = self.cursor.u8()
        return data[: len(data) - 8 + n_last] if data else data

    def long_unit(self, lead: int) -> int:
        if lead < _THREE_BYTES:
            return (lead & 0x3F) << 8 | self.cursor.u8()
        return int.from_bytes(self.cursor.take(2), "big")


class _FirefoxKey(_Key):
    """Numbers with a negative one subtracted from zero, array tags added up."""

    def array(self, offset: int, depth: int) -> Json:
        cursor = self.cursor
        offset += _ARRAY
        if offset < 3 * _ARRAY:
            cursor.pos -= 1  # the tag is that of the first item too
        else:
            offset = 0
        items = []
        while cursor.pos < cursor.end and cursor.peek() != offset:
            items.append(self.value(offset, depth + 1))
            offset = 0
        self.lead()
        return items

    def double(self) -> float:
        cursor = self.cursor
        length = min(8, cursor.end - cursor.pos)
        bits = int.from_bytes(cursor.take(length).ljust(8, b"\0"), "big")
        return _double(bits & ~_SIGN if bits & _SIGN else -bits & _ALL_ONES)

    def binary(self) -> bytes:
        return b"".join(unit[1:] for unit in self.units())

    def long_unit(self, lead: int) -> int:
        if lead < _THREE_BYTES:
            return ((lead & 0x3F) << 8 | self.lead()) + _ONE_BYTE_LIMIT
        return ((lead & 0x3F) << 16 | self.lead() << 8 | self.lead()) >> 6


def _double(bits: int) -> float:
    value: float = struct.unpack(">d", bits.to_bytes(8, "big"))[0]
    return value
