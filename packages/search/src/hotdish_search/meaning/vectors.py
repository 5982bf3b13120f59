"""Vectors of entries: what is embedded, how they are stored, and how near a query is to each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotdish_search.model import Entry

FloatArray = NDArray[np.float32]
_LEAST_SENTENCE = 25  # shorter ones say too little; the next is taken too
_LONGEST_TEXT = 300


def text_of(entry: Entry) -> str:
    """Give what is embedded of an entry: its title and first sentence; more makes it vaguer."""
    told = entry.summary
    if len(told) < _LEAST_SENTENCE:
        told = " ".join(entry.text.split())
    return f"{entry.title}. {told}"[:_LONGEST_TEXT]


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of all entries of a docset, in the entries' order.

    Attributes:
        model: Name of the embedder that made them.
        rows: One row an entry, of length 1.
    """

    model: str
    rows: FloatArray

    def cosines(self, query: FloatArray) -> FloatArray:
        """Give for every entry how near it is to a query's vector, from -1 to 1."""
        near: FloatArray = self.rows @ query
        return near

    def dump(self) -> bytes:
        """Give the rows as bytes, one byte a number: a quarter of the size, and no loss."""
        most = np.maximum(np.abs(self.rows).max(axis=1, keepdims=True), 1e-9)
        whole: NDArray[np.int8] = np.round(self.rows / most * 127).astype(np.int8)
        return whole.tobytes()

    @classmethod
    def load(cls, model: str, dimensions: int, data: bytes) -> "Vectors":
        """Read what `dump` gave."""
        rows = np.frombuffer(data, dtype=np.int8).reshape(-1, dimensions).astype(np.float32)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return cls(model, rows)
