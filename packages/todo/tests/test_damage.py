"""Damaged values: any cut and any changed byte gives a value or a clear error, and quickly."""

import random
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hotdish_todo.copying import copy_store
from hotdish_todo.errors import FormatError, UnreadableInputError
from hotdish_todo.indexeddb import open_databases
from hotdish_todo.indexeddb.compression import snappy, snappy_framed, zstandard
from hotdish_todo.indexeddb.crc32c import crc32c, masked_crc32c
from hotdish_todo.indexeddb.gecko import decode_gecko
from hotdish_todo.indexeddb.keys import decode_chromium_key, decode_firefox_key
from hotdish_todo.indexeddb.leveldb import read_leveldb
from hotdish_todo.indexeddb.limits import MAX_DEPTH
from hotdish_todo.indexeddb.sqlite import open_sqlite, tables
from hotdish_todo.indexeddb.v8 import decode_v8
from hotdish_todo.profiles import places_under

_Decode = Callable[[bytes], Any]


def damaged(value: bytes, rng: random.Random) -> Iterator[bytes]:
    """Give the value cut at up to 60 places, and with one byte changed 120 times."""
    yield from (value[:cut] for cut in range(0, len(value), max(1, len(value) // 60)))
    for _ in range(120):
        changed = bytearray(value)
        changed[rng.randrange(len(value))] = rng.randrange(256)
        yield bytes(changed)


def raw_values(seeded: Any, tmp_path: Path) -> tuple[_Decode, _Decode, list[tuple[bytes, bytes]]]:
    """Give the decoders of a browser's values and keys, and raw keys and values it wrote."""
    stores = [place.path for place in places_under(seeded.profile)]
    path = copy_store(max(stores, key=lambda store: store.stat().st_size), tmp_path)
    if path.is_dir():
        entries = read_leveldb(path, lambda key: key[0] == 0 and key[3] == 1).values()
        longest = sorted((value[value.index(0xFF) :] for value in entries), key=len)[-80:-40]
        return decode_v8, decode_v8, [(value, value) for value in longest]
    with open_sqlite(path) as connection:
        is_firefox = "object_data" in tables(connection)
        table, column = ("object_data", "data") if is_firefox else ("records", "value")
        rows = connection.execute(
            f"select key, {column} from {table} where typeof({column}) = 'blob' "
            f"and length({column}) < 4000 order by length({column}) desc limit 40"
        ).fetchall()
    if is_firefox:
        return decode_gecko, decode_firefox_key, [(key, snappy(value)) for key, value in rows]
    return decode_v8, decode_chromium_key, rows


@pytest.mark.slow
def test_damaged_values_and_keys_of_a_browser_never_raise_anything_else(
    seeded: Any, tmp_path: Path
) -> None:
    rng = random.Random(1)
    decode_value, decode_key, rows = raw_values(seeded, tmp_path)
    n_values = n_errors = 0

    for key, value in rows:
        for decode, intact in ((decode_value, value), (decode_key, key)):
            for data in damaged(intact, rng):
                try:
                    decode(data)
                    n_values += 1
                except FormatError:
                    n_errors += 1

    assert n_errors > 1000
    assert n_values > 100


@pytest.mark.slow
def test_damaged_files_of_a_profile_never_raise_anything_else(seeded: Any, tmp_path: Path) -> None:
    rng = random.Random(2)
    stores = [place.path for place in places_under(seeded.profile)]
    copied = copy_store(max(stores, key=lambda path: path.stat().st_size), tmp_path)
    files = [copied] if copied.is_file() else [p for p in copied.iterdir() if p.suffix == ".log"]
    victims = [path for path in files if path.stat().st_size]
    outcomes = set()

    for path in victims:
        intact = path.read_bytes()
        for _ in range(8):
            changed = bytearray(intact)
            for _ in range(3):
                changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            path.write_bytes(
                changed if rng.random() < 0.7 else intact[: rng.randrange(len(intact))]
            )
            outcomes.add(read_all(copied))
        path.write_bytes(intact)

    assert "error" in outcomes
    assert read_all(copied) == "read"


def read_all(store: Path) -> str:
    try:
        for database in open_databases(store):
            for one in database.stores:
                for _ in one.read():
                    pass
    except (UnreadableInputError, FileNotFoundError):
        return "error"
    return "read"


@pytest.mark.parametrize("decompress", [snappy, snappy_framed, zstandard])
def test_random_bytes_are_no_compressed_value(decompress: _Decode) -> None:
    rng = random.Random(3)

    for length in range(1, 200):
        data = b"\x01" + rng.randbytes(length)
        with pytest.raises(FormatError):
            decompress(data)


def test_a_small_compressed_value_cannot_claim_gigabytes() -> None:
    with pytest.raises(FormatError, match="more than 6 bytes can hold"):
        snappy(b"\xff\xff\xff\xff\x0f\x00")


def test_checksums_of_long_data_are_put_together_from_pieces() -> None:
    data = bytes(range(256)) * 1000

    bit_by_bit = 0xFFFFFFFF
    for byte in data:
        bit_by_bit ^= byte
        for _ in range(8):
            bit_by_bit = bit_by_bit >> 1 ^ (0x82F63B78 if bit_by_bit & 1 else 0)

    assert crc32c(data) == bit_by_bit ^ 0xFFFFFFFF
    assert masked_crc32c(b"") == 0xA282EAD8


def test_deep_nesting_is_refused_instead_of_filling_the_stack() -> None:
    deep = b"\xff\x0f" + b"A\x01" * (MAX_DEPTH + 1) + b"0"

    with pytest.raises(FormatError, match="nested deeper"):
        decode_v8(deep)


def test_a_sparse_array_cannot_claim_a_billion_items() -> None:
    with pytest.raises(FormatError, match="more parts than its size"):
        decode_v8(b"\xff\x0fa\x80\x94\xeb\xdc\x03@\x00\x00")


def test_back_references_cannot_double_a_value_over_and_over() -> None:
    levels = 60
    bomb = b"\xff\x0f" + b"A\x02" * levels + b"0" + b"0"
    for number in reversed(range(1, levels)):
        bomb += b"$\x00\x02^" + bytes([number])

    with pytest.raises(FormatError):
        decode_v8(bomb + b"$\x00\x02")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "without a version"),
        (b"\xff\x0fo", "too early"),
        (b"o", "without a version"),
        (b"\xff\x11\x07", "unknown way"),
        (b"\xff\x63!", "version 99"),
        (b"\xff\x0f^\x05", "refers to object 5 of 0"),
        (b"\xff\x0f\\#", "browser object '#'"),
        (b"\xff\x0fc\x03abc", "damaged"),
        (b"\xff\x0f;0:\x00", "without a value"),
        (b"\xff\x0fo_0{\x01", "no name"),
        (b"\xff\x0fR0\x00", "text was expected"),
        (b"\xff\x11\x01\x05\x00", "is gone"),
        (b"\xff\x11\x02\x03\x08\xff\x11\x02" * 3, "damaged"),
    ],
)
def test_what_is_wrong_with_a_value_is_named(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        decode_v8(data)


def word(tag: int, data: int = 0) -> bytes:
    return struct.pack("<II", data, tag)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (word(0xFFFF0099), "unknown kind of value 0xffff0099"),
        (word(0xFFFF000D, 3), "refers to object 3 of 0"),
        (word(0xFFFF0020, 99), "typed array 99"),
        (word(0xFFFF0020, 1) + bytes(8) + word(0xFFFF0000) + bytes(8), "no buffer"),
        (word(0xFFFF0007, 1), "too early"),
        ((word(0xFFFF0007, 1) + word(0xFFFF0003)) * (MAX_DEPTH + 2), "nested deeper"),
        (word(0xFFFF0007, 0x7FFFFFFF), "more parts than its size"),
    ],
)
def test_what_is_wrong_with_a_firefox_value_is_named(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        decode_gecko(word(0xFFF10000) + data)


@pytest.mark.parametrize("decode", [decode_chromium_key, decode_firefox_key])
@pytest.mark.parametrize("data", [b"", b"\x07", b"\x50" * 300])
def test_what_is_no_key_is_refused(decode: _Decode, data: bytes) -> None:
    with pytest.raises(FormatError):
        decode(data)
