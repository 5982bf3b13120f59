"""Vectors of entries: what is embedded, how they are stored, and how near a query is to each.

An entry has several: one of what it says, and one of every way in which people ask for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotdish_search.meaning.product import ByteMatrix, ByteRows, FloatArray
from hotdish_search.model import Entry

IntArray = NDArray[np.int32]
_START = np.dtype("<i4")
_LEAST_SENTENCE = 25  # shorter ones say too little; the next is taken too
_LONGEST_TEXT = 300
_BLOCK = 1024  # rows of which floats are made at once


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


def as_bytes(vectors: FloatArray) -> ByteRows:
    """Give vectors with one byte a number: a quarter of the size, and no loss that matters."""
    most = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    rows: ByteRows = np.round(vectors / most * 127).astype(np.int8)
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


def write_vectors(path: Path, rows: ByteRows, starts: IntArray) -> None:
    """Write a file that `Vectors.open` reads."""
    with path.open("wb") as file:
        file.write(starts.astype(_START).tobytes())
        file.write(rows.tobytes())


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of all entries of a docset, in the entries' order.

    Attributes:
        matrix: One row a text, as `as_bytes` gives it.
        starts: The first row of each entry, which is that of what it says.
        lengths: The length of each row.
    """

    matrix: ByteMatrix
    starts: IntArray
    lengths: FloatArray

    @classmethod
    def open(cls, path: Path, n_entries: int, dimensions: int) -> "Vectors | None":
        """Read a file of `write_vectors`, or give None if it is not there, whole."""
        starts = read_starts(path, n_entries)
        if starts is None:
            return None
        n_rows, rest = divmod(path.stat().st_size - starts.nbytes, dimensions)
        if rest or n_rows <= starts[-1]:
            return None
        rows = np.fromfile(path, np.int8, offset=starts.nbytes).reshape(n_rows, dimensions)
        return cls.of(rows, starts)

    @classmethod
    def of(cls, rows: ByteRows, starts: IntArray) -> "Vectors":
        """Take rows, and work out their lengths."""
        blocks = (rows[begin : begin + _BLOCK] for begin in range(0, len(rows), _BLOCK))
        lengths = [np.linalg.norm(block.astype(np.float32), axis=1) for block in blocks]
        return cls(ByteMatrix(rows), starts, np.maximum(np.concatenate(lengths), 1e-9))

    def likeness(self, query: FloatArray) -> Likeness:
        """Give for every entry how near it is to a query's vector."""
        near = self.matrix.multiply(query) / self.lengths
        return Likeness(near[self.starts], np.maximum.reduceat(near, self.starts))
