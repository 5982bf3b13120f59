"""Vectors of entries: what is embedded, how they are stored, and how near a query is to each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotdish_search.model import Entry

FloatArray = NDArray[np.float32]
_LEAST_SENTENCE = 25  # shorter ones say too little; the next is taken too
_LONGEST_TEXT = 300
_BLOCK = 512  # rows that are multiplied at once; as floats they fit into a core's cache


def text_of(entry: Entry) -> str:
    """Give what is embedded of an entry: its title and first sentence; more makes it vaguer."""
    told = entry.summary
    if len(told) < _LEAST_SENTENCE:
        told = " ".join(entry.text.split())
    return f"{entry.title}. {told}"[:_LONGEST_TEXT]


def as_bytes(vectors: FloatArray) -> NDArray[np.int8]:
    """Give vectors with one byte a number: a quarter of the size, and no loss that matters."""
    most = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    rows: NDArray[np.int8] = np.round(vectors / most * 127).astype(np.int8)
    return rows


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of all entries of a docset, in the entries' order.

    Attributes:
        rows: One row an entry, as `as_bytes` gives it; mapped from a file, so all workers share it.
        lengths: The length of each row.
    """

    rows: NDArray[np.int8]
    lengths: FloatArray

    @classmethod
    def open(cls, path: Path, n_entries: int, dimensions: int) -> "Vectors | None":
        """Map a file of rows, or give None if it is not there, whole."""
        try:
            is_whole = path.stat().st_size == n_entries * dimensions > 0
        except FileNotFoundError:
            return None
        shape = (n_entries, dimensions)
        return cls.of(np.memmap(path, np.int8, "r", shape=shape)) if is_whole else None

    @classmethod
    def of(cls, rows: NDArray[np.int8]) -> "Vectors":
        """Take rows, and work out their lengths."""
        lengths = [np.linalg.norm(block, axis=1) for block in _blocks(rows)]
        return cls(rows, np.maximum(np.concatenate(lengths), 1e-9))

    def cosines(self, query: FloatArray) -> FloatArray:
        """Give for every entry how near it is to a query's vector, from -1 to 1."""
        near: FloatArray = np.concatenate([block @ query for block in _blocks(self.rows)])
        return near / self.lengths


def _blocks(rows: NDArray[np.int8]) -> Iterator[FloatArray]:
    """Give rows as floats, some at a time: all at once they would be four times as big."""
    for begin in range(0, len(rows), _BLOCK):
        yield rows[begin : begin + _BLOCK].astype(np.float32)
