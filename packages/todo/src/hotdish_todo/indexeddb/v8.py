"""V8's serialized values, as Blink stores them in IndexedDB.

The layout is V8's `value-serializer.cc` and Blink's `v8_script_value_serializer.cc`: one tag byte,
then the value. Versions up to V8 16 and Blink 21 are known; a later one is tried, and the first
tag it adds that is not known here is named with its place.
"""

from collections.abc import Callable

from hotdish_todo import values
from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.blobs import BlobSource, no_blobs
from hotdish_todo.indexeddb.compression import snappy
from hotdish_todo.indexeddb.cursor import Cursor
from hotdish_todo.indexeddb.limits import Budget
from hotdish_todo.values import Json

_VERSION = 0xFF
_TRAILER = 0xFE
_FIRST_BLINK_WITH_TRAILER = 0x15
_TRAILER_BYTES = 13
_WRAPPED = b"\xff\x11"  # pseudo version 17: the value is compressed or lies in a blob
_IN_BLOB, _SNAPPY = 1, 2
_VIEW_FLAGS_SINCE = 14
_PADDING = 0
_HOLE = ord("-")
_VIEW = ord("V")

_VIEWS = {
    ord("b"): "Int8Array",
    ord("B"): "Uint8Array",
    ord("C"): "Uint8ClampedArray",
    ord("w"): "Int16Array",
    ord("W"): "Uint16Array",
    ord("d"): "Int32Array",
    ord("D"): "Uint32Array",
    ord("h"): "Float16Array",
    ord("f"): "Float32Array",
    ord("F"): "Float64Array",
    ord("q"): "BigInt64Array",
    ord("Q"): "BigUint64Array",
    ord("?"): "DataView",
}
_REGEXP_FLAGS = "gimyusldv"  # bit 0 upwards


def decode_v8(data: bytes, blobs: BlobSource = no_blobs) -> Json:
    """Decode one value as IndexedDB stores it.

    Raises:
        FormatError: the bytes are not such a value, or of a kind unknown here.
    """
    for _ in range(4):  # compressed inside a blob is two wrappers; more is damage
        if data[:2] != _WRAPPED:
            return _Decoder(data, blobs).root()
        data = _unwrap(data, blobs)
    msg = "a value is wrapped too often"
    raise FormatError(msg)


def _unwrap(data: bytes, blobs: BlobSource) -> bytes:
    cursor = Cursor(data, len(_WRAPPED))
    kind = cursor.u8()
    if kind == _SNAPPY:
        return snappy(data[cursor.pos :])
    if kind == _IN_BLOB:
        cursor.varint()  # the size, which the blob knows itself
        content = blobs(cursor.varint()).data
        if content is None:
            msg = "the file that holds this value is gone"
            raise FormatError(msg)
        return content
    msg = f"a value is wrapped in an unknown way ({kind})"
    raise FormatError(msg)


class _Decoder:
    """Decodes one value; objects are numbered as they start, for back references."""

    __slots__ = ("blobs", "budget", "buffers", "cursor", "objects", "version")

    def __init__(self, data: bytes, blobs: BlobSource) -> None:
        self.cursor = Cursor(data)
        self.blobs = blobs
        self.objects: list[tuple[Json, int]] = []  # value, and how many values lie in it
        self.buffers: dict[int, bytes] = {}  # the objects that a typed array may look into
        self.budget = Budget(len(data))
        self.version = 0

    def root(self) -> Json:
        cursor = self.cursor
        while cursor.peek() == _VERSION:
            cursor.u8()
            self.version = cursor.varint()
            if self.version >= _FIRST_BLINK_WITH_TRAILER and cursor.peek() == _TRAILER:
                cursor.take(_TRAILER_BYTES)
        if not self.version:
            msg = "a value begins without a version"
            raise FormatError(msg)
        return self.value()

    def value(self) -> Json:
        cursor = self.cursor
        tag = cursor.u8()
        while tag == _PADDING:
            tag = cursor.u8()
        read = _TAGS.get(tag)
        if read is None:
            msg = (
                f"unknown kind of value {chr(tag)!r} (0x{tag:02x}) at byte {cursor.pos - 1}, "
                f"version {self.version}"
            )
            raise FormatError(msg)
        return read(self)

    # Each method below reads what follows one tag.

    def verified_count(self) -> Json:
        self.cursor.varint()
        self.budget.enter()
        value = self.value()
        self.budget.leave()
        return value

    def signed(self) -> int:
        bits = self.cursor.varint()
        return (bits >> 1) ^ -(bits & 1)

    def unsigned(self) -> int:
        return self.cursor.varint()

    def double(self) -> Json:
        return values.number(self.cursor.double())

    def big_integer(self) -> Json:
        bits = self.cursor.varint()
        magnitude = int.from_bytes(self.cursor.take(bits >> 1), "little")
        return values.bigint(-magnitude if bits & 1 else magnitude)

    def latin1(self) -> str:
        return self.cursor.take(self.cursor.varint()).decode("latin-1")

    def utf16(self) -> str:
        return _text(self.cursor.take(self.cursor.varint()), "utf-16-le")

    def utf8(self) -> str:
        return _text(self.cursor.take(self.cursor.varint()), "utf-8")

    def back_reference(self) -> Json:
        number = self.cursor.varint()
        if number >= len(self.objects):
            msg = f"a value refers to object {number} of {len(self.objects)}"
            raise FormatError(msg)
        if number in self.buffers and self.cursor.peek() == _VIEW:
            return self.view(self.buffers[number])
        value, size = self.objects[number]
        self.budget.spend(size)
        return value

    def object(self) -> Json:
        number = self.start()
        value = self.properties(ord("{"))
        self.cursor.varint()
        return self.finish(number, value)

    def dense_array(self) -> Json:
        number = self.start()
        cursor = self.cursor
        items: list[Json] = []
        for _ in range(self.budget.spend(cursor.varint())):
            while cursor.peek() == _PADDING:
                cursor.u8()
            if cursor.peek() == _HOLE:
                cursor.u8()
                items.append(values.undefined())
            else:
                items.append(self.value())
        self.properties(ord("$"))
        cursor.varint()
        cursor.varint()
        return self.finish(number, items)

    def sparse_array(self) -> Json:
        number = self.start()
        length = self.budget.spend(self.cursor.varint())
        items = [values.undefined()] * length
        for key, value in self.properties(ord("@")).items():
            if key.isdecimal() and int(key) < length:
                items[int(key)] = value
        self.cursor.varint()
        self.cursor.varint()
        return self.finish(number, items)

    def date(self) -> Json:
        return self.whole(values.date(self.cursor.double()))

    def boxed_true(self) -> Json:
        return self.whole(value=True)

    def boxed_false(self) -> Json:
        return self.whole(value=False)

    def boxed_number(self) -> Json:
        return self.whole(self.double())

    def boxed_bigint(self) -> Json:
        return self.whole(self.big_integer())

    def boxed_string(self) -> Json:
        return self.whole(self.string())

    def regexp(self) -> Json:
        source = self.string()
        bits = self.cursor.varint()
        flags = "".join(flag for bit, flag in enumerate(_REGEXP_FLAGS) if bits >> bit & 1)
        return self.whole(values.regexp(source, flags))

    def map(self) -> Json:
        number = self.start()
        flat = self.items(ord(":"))
        if len(flat) % 2:
            msg = f"a Map ends after a key without a value, at byte {self.cursor.pos}"
            raise FormatError(msg)
        pairs = [list(pair) for pair in zip(flat[::2], flat[1::2], strict=True)]
        return self.finish(number, values.mapping(pairs))

    def set(self) -> Json:
        number = self.start()
        return self.finish(number, values.collection(self.items(ord(","))))

    def buffer(self) -> Json:
        return self.buffer_of(self.cursor.varint())

    def resizable_buffer(self) -> Json:
        length = self.cursor.varint()
        self.cursor.varint()  # the length it may grow to
        return self.buffer_of(length)

    def host_object(self) -> Json:
        cursor = self.cursor
        tag = chr(cursor.u8())
        if tag not in "ie":  # a Blob or a File by its number in the record
            msg = f"unknown kind of browser object {tag!r} at byte {cursor.pos - 1}"
            raise FormatError(msg)
        content = self.blobs(cursor.varint())
        return self.whole(values.blob(content.mime, content.data, content.name))

    # What the readers above share.

    def start(self) -> int:
        self.budget.enter()
        self.objects.append((values.circular(), 1))
        return len(self.objects) - 1

    def finish(self, number: int, value: Json) -> Json:
        size = self.budget.leave()
        self.objects[number] = (value, size)
        return value

    def whole(self, value: Json) -> Json:
        self.objects.append((value, 1))
        return value

    def string(self) -> str:
        text = self.value()
        if not isinstance(text, str):
            msg = f"a text was expected before byte {self.cursor.pos}"
            raise FormatError(msg)
        return text

    def items(self, end: int) -> list[Json]:
        items = []
        cursor = self.cursor
        while True:
            while cursor.peek() == _PADDING:
                cursor.u8()
            if cursor.peek() == end:
                break
            items.append(self.value())
        cursor.u8()
        cursor.varint()
        return items

    def properties(self, end: int) -> dict[str, Json]:
        properties: dict[str, Json] = {}
        cursor = self.cursor
        while True:
            tag = cursor.peek()
            while tag == _PADDING:
                cursor.u8()
                tag = cursor.peek()
            if tag == end:
                cursor.u8()
                self.budget.spend(len(properties))
                return properties
            key = self.value()
            if key.__class__ is not str:
                if not isinstance(key, int | float):
                    msg = f"a property has no name, at byte {cursor.pos}"
                    raise FormatError(msg)
                key = str(key)
            elif key[:1] == "$":
                key = values.escape_key(key)
            properties[key] = self.value()

    def buffer_of(self, length: int) -> Json:
        data = self.cursor.take(length)
        self.buffers[len(self.objects)] = data
        value = self.whole(values.binary(data))
        return self.view(data) if self.cursor.peek() == _VIEW else value

    def view(self, data: bytes) -> Json:
        cursor = self.cursor
        cursor.u8()
        kind = cursor.u8()
        offset, length = cursor.varint(), cursor.varint()
        if self.version >= _VIEW_FLAGS_SINCE:
            cursor.varint()
        if kind not in _VIEWS or offset + length > len(data):
            msg = f"a typed array before byte {cursor.pos} is damaged"
            raise FormatError(msg)
        return self.whole(values.binary(data[offset : offset + length], _VIEWS[kind]))


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError as error:
        msg = f"a text is damaged: {error.reason}"
        raise FormatError(msg) from None


_TAGS: dict[int, Callable[[_Decoder], Json]] = {
    ord("_"): lambda _: values.undefined(),
    ord("0"): lambda _: None,
    ord("T"): lambda _: True,
    ord("F"): lambda _: False,
    ord("?"): _Decoder.verified_count,
    ord("I"): _Decoder.signed,
    ord("U"): _Decoder.unsigned,
    ord("N"): _Decoder.double,
    ord("Z"): _Decoder.big_integer,
    ord('"'): _Decoder.latin1,
    ord("c"): _Decoder.utf16,
    ord("S"): _Decoder.utf8,
    ord("^"): _Decoder.back_reference,
    ord("o"): _Decoder.object,
    ord("A"): _Decoder.dense_array,
    ord("a"): _Decoder.sparse_array,
    ord("D"): _Decoder.date,
    ord("y"): _Decoder.boxed_true,
    ord("x"): _Decoder.boxed_false,
    ord("n"): _Decoder.boxed_number,
    ord("z"): _Decoder.boxed_bigint,
    ord("s"): _Decoder.boxed_string,
    ord("R"): _Decoder.regexp,
    ord(";"): _Decoder.map,
    ord("'"): _Decoder.set,
    ord("B"): _Decoder.buffer,
    ord("~"): _Decoder.resizable_buffer,
    ord("\\"): _Decoder.host_object,
}
