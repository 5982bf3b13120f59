"""Vectors of entries: what is embedded, how they are stored, and how near a query is to each.

An entry has several: one of what it says, and one of every way in which people ask for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotdish_search.model import Entry

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]
_START = np.dtype("<i4")
_LEAST_SENTENCE = 25  # shorter ones say too little; the next is taken too
_LONGEST_TEXT = 300
_BLOCK = 1024  # rows that are multiplied at once; as floats they fit into a core's cache


def texts_of(entry: Entry) -> tuple[str, ...]:
    """Give what is embedded of an entry: what it says, then each way in which people ask for it.

    What it says is its title and first sentence; more makes it vaguer.
    """
    told = entry.summary
    if len(told) < _LEAST_SENTENCE:
        told = " ".join(entry.text.split())
    return f"{entry.title}. {told}"[:_LONGEST_TEXT], *entry.asked


def count_starts(texts: Sequence[Sequence[str]]) -> IntArray:
    """Give the first row of each entry, given the texts of all entries."""
    return np.cumsum([0, *map(len, texts)], dtype=np.int32)[:-1]


def read_starts(path: Path, n_entries: int) -> IntArray | None:
    """Give the first row of each entry from a file of vectors, or None if that is none of ours."""
    if not n_entries or not path.is_file():
        return None
    starts = np.fromfile(path, _START, n_entries)
    is_sound = len(starts) == n_entries and starts[0] == 0 and (np.diff(starts) > 0).all()
    return starts if is_sound else None


def as_bytes(vectors: FloatArray) -> NDArray[np.int8]:
    """Give vectors with one byte a number: a quarter of the size, and no loss that matters."""
    most = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    rows: NDArray[np.int8] = np.round(vectors / most * 127).astype(np.int8)
    return rows


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near each entry is to a query in meaning, from -1 to 1.

    Attributes:
        said: By what the entry says.
        asked: By what it says, or by the nearest way in which people ask for it, if that is nearer.
    """

    said: FloatArray
    asked: FloatArray


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of all entries of a docset, in the entries' order.

    Attributes:
        rows: One row a text, as `as_bytes` gives it; mapped from a file, so all workers share it.
        starts: The first row of each entry, which is that of what it says.
        lengths: The length of each row.
    """

    rows: NDArray[np.int8]
    starts: IntArray
    lengths: FloatArray

    @classmethod
    def open(cls, path: Path, n_entries: int, dimensions: int) -> "Vectors | None":
        """Map a file that `write` made, or give None if it is not there, whole."""
        starts = read_starts(path, n_entries)
        if starts is None:
            return None
        n_rows, rest = divmod(path.stat().st_size - starts.nbytes, dimensions)
        if rest or n_rows <= starts[-1]:
            return None
        rows = np.memmap(path, np.int8, "r", starts.nbytes, (n_rows, dimensions))
        return cls.of(rows, starts)

    @classmethod
    def of(cls, rows: NDArray[np.int8], starts: IntArray) -> "Vectors":
        """Take rows, and work out their lengths."""
        lengths = [np.linalg.norm(block, axis=1) for _, block in _blocks(rows)]
        return cls(rows, starts, np.maximum(np.concatenate(lengths), 1e-9))

    def write(self, path: Path) -> None:
        """Write a file that `open` maps."""
        with path.open("wb") as file:
            file.write(self.starts.astype(_START).tobytes())
            file.write(self.rows.tobytes())

    def likeness(self, query: FloatArray) -> Likeness:
        """Give for every entry how near it is to a query's vector."""
        near = np.empty(len(self.rows), np.float32)
        for begin, block in _blocks(self.rows):
            np.matmul(block, query, out=near[begin : begin + len(block)])
        near /= self.lengths
        return Likeness(near[self.starts], np.maximum.reduceat(near, self.starts))


def _blocks(rows: NDArray[np.int8]) -> Iterator[tuple[int, FloatArray]]:
    """Give rows as floats, some at a time: all at once they would be four times as big.

    A block is overwritten by the next one.
    """
    room = np.empty((_BLOCK, rows.shape[1]), np.float32)
    for begin in range(0, len(rows), _BLOCK):
        block = rows[begin : begin + _BLOCK]
        np.copyto(room[: len(block)], block)
        yield begin, room[: len(block)]
