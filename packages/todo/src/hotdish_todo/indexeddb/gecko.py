"""Firefox's structured clone, as `js/src/vm/StructuredClone.cpp` writes it.

A row of 8-byte little-endian words: the high half is a tag, the low half its data. A high half
up to 0xFFF00000 makes the word a double.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from hotdish_todo import values
from hotdish_todo.errors import FormatError
from hotdish_todo.indexeddb.blobs import BlobSource, no_blobs
from hotdish_todo.indexeddb.cursor import Cursor
from hotdish_todo.indexeddb.limits import Budget
from hotdish_todo.values import Json

_LAST_DOUBLE = 0xFFF00000  # with data 0 it is minus infinity
_HEADER = 0xFFF10000
_END = 0xFFFF0013
_OLD_TYPED_ARRAY, _DATA_VIEW = 0xFFFF0010, 0xFFFF0021
_OLD_BUFFER, _RESIZABLE_BUFFER = 0xFFFF0009, 0xFFFF0023
_LATIN1 = 1 << 31
_WORD = struct.Struct("<II")
_ARRAYS = (
    ("Int8Array", 1),
    ("Uint8Array", 1),
    ("Int16Array", 2),
    ("Uint16Array", 2),
    ("Int32Array", 4),
    ("Uint32Array", 4),
    ("Float32Array", 4),
    ("Float64Array", 8),
    ("Uint8ClampedArray", 1),
    ("BigInt64Array", 8),
    ("BigUint64Array", 8),
    ("Float16Array", 2),
)
_REGEXP_FLAGS = "igmyusdv"  # bit 0 upwards
_UNFINISHED = -1  # instead of the size of a container that is still being read
_MAX_EARLY_REFERENCES = 8


def decode_gecko(data: bytes, blobs: BlobSource = no_blobs) -> Json:
    """Decode one value, already decompressed.

    Raises:
        FormatError: the bytes are not such a value, or of a kind unknown here.
    """
    return _Decoder(data, blobs).root()


@dataclass(slots=True)
class _Open:
    """A container whose contents are still to come."""

    number: int
    add: Callable[[Json, "_Decoder"], None]


class _Decoder:
    """Decodes one value with a stack, as Firefox itself does.

    The contents of a container follow its start, the latest container first: in a Map whose key
    and value are both objects, the value's contents come before the key's. Objects are numbered
    as they start, for back references.
    """

    __slots__ = ("blobs", "budget", "buffers", "cursor", "n_early", "objects", "open", "parents")

    def __init__(self, data: bytes, blobs: BlobSource) -> None:
        self.cursor = Cursor(data)
        self.blobs = blobs
        self.objects: list[tuple[Json, int]] = []  # value, and how many values lie in it
        self.parents: dict[int, int | None] = {}  # of each container
        self.open: list[_Open] = []
        self.buffers: dict[int, bytes] = {}  # the objects that a typed array may look into
        self.budget = Budget(len(data))
        self.n_early = 0

    def root(self) -> Json:
        tag, data = self.word()
        if tag == _HEADER:
            tag, data = self.word()
        root = self.value(tag, data)
        while self.open:
            container = self.open[-1]
            tag, data = self.word()
            if tag == _END:
                self.open.pop()
                value, _ = self.objects[container.number]
                self.objects[container.number] = (value, self.budget.leave())
            else:
                container.add(self.value(tag, data), self)
        return root

    def word(self) -> tuple[int, int]:
        data, tag = _WORD.unpack(self.cursor.take(8))
        return tag, data

    def value(self, tag: int, data: int) -> Json:
        if tag <= _LAST_DOUBLE:
            double: float = struct.unpack("<d", _WORD.pack(data, tag))[0]
            return values.number(double)
        read = _TAGS.get(tag)
        if read is None:
            msg = f"unknown kind of value 0x{tag:08x} at byte {self.cursor.pos - 8}"
            raise FormatError(msg)
        return read(self, data)

    def next(self) -> Json:
        return self.value(*self.word())

    # Each method below reads what follows one tag.

    def text(self, data: int) -> str:
        length = data & ~_LATIN1
        if data & _LATIN1:
            text = self.cursor.take(length).decode("latin-1")
        else:
            text = self.cursor.take(2 * length).decode("utf-16-le", "surrogatepass")
        self.align()
        return text

    def date(self, _: int) -> Json:
        return self.whole(values.date(self.cursor.double()))

    def regexp(self, data: int) -> Json:
        _, length = self.word()
        flags = "".join(flag for bit, flag in enumerate(_REGEXP_FLAGS) if data >> bit & 1)
        return self.whole(values.regexp(self.text(length), flags))

    def array(self, data: int) -> Json:
        items = [values.undefined()] * self.budget.spend(data)

        def add(key: Json, decoder: _Decoder) -> None:
            value = decoder.next()
            if isinstance(key, int) and 0 <= key < len(items):
                items[key] = value

        return self.start(items, add)

    def object(self, _: int) -> Json:
        properties: dict[str, Json] = {}

        def add(key: Json, decoder: _Decoder) -> None:
            name = key if isinstance(key, str) else str(key)
            properties[values.escape_key(name) if name[:1] == "$" else name] = decoder.next()
            decoder.budget.spend(1)

        return self.start(properties, add)

    def map(self, _: int) -> Json:
        pairs: list[list[Json]] = []

        def add(key: Json, decoder: _Decoder) -> None:
            pairs.append([key, decoder.next()])

        return self.start(values.mapping(pairs), add)

    def set(self, _: int) -> Json:
        items: list[Json] = []

        def add(item: Json, _: _Decoder) -> None:
            items.append(item)

        return self.start(values.collection(items), add)

    def back_reference(self, data: int) -> Json:
        if data >= len(self.objects):
            msg = f"a value refers to object {data} of {len(self.objects)}"
            raise FormatError(msg)
        if self.encloses(data):
            return values.circular()
        value, size = self.objects[data]
        if size == _UNFINISHED:
            self.n_early += 1
            if self.n_early > _MAX_EARLY_REFERENCES:
                msg = "a value refers too often to objects that are not complete"
                raise FormatError(msg)
        else:
            self.budget.spend(size)
        return value

    def big_integer(self, data: int) -> Json:
        magnitude = self.cursor.uint(8 * (data & ~_LATIN1))
        return values.bigint(-magnitude if data & _LATIN1 else magnitude)

    def boxed_bigint(self, data: int) -> Json:
        return self.whole(self.big_integer(data))

    def boxed_bool(self, data: int) -> Json:
        return self.whole(bool(data))

    def boxed_text(self, data: int) -> Json:
        return self.whole(self.text(data))

    def boxed_number(self, _: int) -> Json:
        return self.whole(values.number(self.cursor.double()))

    def buffer(self, _: int) -> Json:
        return self.buffer_of(self.cursor.uint(8))

    def old_buffer(self, data: int) -> Json:
        return self.buffer_of(data)

    def resizable_buffer(self, _: int) -> Json:
        length = self.cursor.uint(8)
        self.cursor.take(8)  # the length it may grow to
        return self.buffer_of(length)

    def typed_array(self, data: int) -> Json:
        if data >= len(_ARRAYS):
            msg = f"unknown kind of typed array {data} at byte {self.cursor.pos - 8}"
            raise FormatError(msg)
        return self.view(*_ARRAYS[data])

    def data_view(self, _: int) -> Json:
        return self.view("DataView", 1)

    def blob(self, data: int) -> Json:
        return self.file_or_blob(data, is_file=False)

    def file(self, data: int) -> Json:
        return self.file_or_blob(data, is_file=True)

    # What the readers above share.

    def align(self) -> None:
        self.cursor.take(-self.cursor.pos % 8)

    def start(self, value: Json, add: Callable[[Json, "_Decoder"], None]) -> Json:
        number = len(self.objects)
        self.budget.enter()
        self.objects.append((value, _UNFINISHED))
        self.parents[number] = self.open[-1].number if self.open else None
        self.open.append(_Open(number, add))
        return value

    def encloses(self, number: int) -> bool:
        """Tell whether the container now being read lies in that object, or is it."""
        inside = self.open[-1].number if self.open else None
        while inside is not None and inside != number:
            inside = self.parents[inside]
        return inside == number and inside is not None

    def whole(self, value: Json) -> Json:
        self.objects.append((value, 1))
        return value

    def buffer_of(self, length: int) -> Json:
        data = self.cursor.take(length)
        self.align()
        self.buffers[len(self.objects)] = data
        return self.whole(values.binary(data))

    def view(self, name: str, width: int) -> Json:
        number = len(self.objects)
        self.objects.append((None, 1))
        length = self.cursor.uint(8) * width
        data = self.buffer_behind_view()
        offset = self.cursor.uint(8)
        if offset + length > len(data):
            msg = f"a typed array before byte {self.cursor.pos} is damaged"
            raise FormatError(msg)
        value = values.binary(data[offset : offset + length], name)
        self.objects[number] = (value, 1)
        return value

    def buffer_behind_view(self) -> bytes:
        tag, data = self.word()
        number = data if tag == _BACK_REFERENCE else len(self.objects)
        self.value(tag, data)
        if number not in self.buffers:
            msg = f"a typed array before byte {self.cursor.pos} has no buffer"
            raise FormatError(msg)
        return self.buffers[number]

    def file_or_blob(self, index: int, *, is_file: bool) -> Json:
        self.cursor.take(8)  # size
        mime = self.utf8()
        name = None
        if is_file:
            self.cursor.take(8)  # time of last change
            name = self.utf8()
        content = self.blobs(index)
        return self.whole(values.blob(mime, content.data, name))

    def utf8(self) -> str:
        text = self.cursor.take(self.cursor.uint(8)).decode("utf-8", "replace")
        self.align()
        return text


_BACK_REFERENCE = 0xFFFF000D
_TAGS: dict[int, Callable[[_Decoder, int], Json]] = {
    0xFFFF0000: lambda _decoder, _data: None,
    0xFFFF0001: lambda _decoder, _data: values.undefined(),
    0xFFFF0002: lambda _decoder, data: bool(data),
    0xFFFF0003: lambda _decoder, data: data - (1 << 32) if data >> 31 else data,
    0xFFFF0004: _Decoder.text,
    0xFFFF0005: _Decoder.date,
    0xFFFF0006: _Decoder.regexp,
    0xFFFF0007: _Decoder.array,
    0xFFFF0008: _Decoder.object,
    _OLD_BUFFER: _Decoder.old_buffer,
    0xFFFF000A: _Decoder.boxed_bool,
    0xFFFF000B: _Decoder.boxed_text,
    0xFFFF000C: _Decoder.boxed_number,
    _BACK_REFERENCE: _Decoder.back_reference,
    _OLD_TYPED_ARRAY: _Decoder.typed_array,
    0xFFFF0011: _Decoder.map,
    0xFFFF0012: _Decoder.set,
    0xFFFF001D: _Decoder.big_integer,
    0xFFFF001E: _Decoder.boxed_bigint,
    0xFFFF001F: _Decoder.buffer,
    0xFFFF0020: _Decoder.typed_array,
    _DATA_VIEW: _Decoder.data_view,
    _RESIZABLE_BUFFER: _Decoder.resizable_buffer,
    0xFFFF8001: _Decoder.blob,
    0xFFFF8005: _Decoder.file,
}
