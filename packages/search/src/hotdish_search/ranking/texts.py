"""Many short texts, packed: a tenth of the memory that as many Python objects take.

A server keeps 70,000 of them for Python's documentation: names, parts of names, terms.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hotdish_search.ranking.arrays import Arrays, IntArray

_AFTER_ALL = "\U0010ffff"
_STRIDE = 16


class Texts:
    """Texts in an order that never changes; `find` and `starting` want them sorted."""

    def __init__(self, joined: str) -> None:
        """Take the texts, each ended by a line break."""
        self._joined = joined
        # An array of Python's, for it gives single numbers three times as fast as NumPy's.
        ends = np.flatnonzero(_letters(joined) == ord("\n"))
        self._ends = array("i", ends.astype(np.intc).tobytes())

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Pack texts."""
        return cls("".join(text.replace("\n", " ") + "\n" for text in texts))

    def __len__(self) -> int:
        """Give the number of texts."""
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        """Give one text."""
        begin = self._ends[number - 1] + 1 if number else 0
        return self._joined[begin : self._ends[number]]

    def __iter__(self) -> Iterator[str]:
        """Give all texts."""
        return iter(self._joined.split("\n")[:-1])

    def find(self, text: str) -> int | None:
        """Give the number of a text."""
        begin = self._block(text)
        near = self._some(begin)
        at = bisect_left(near, text)
        if at < len(near):
            return begin + at if near[at] == text else None
        number = begin + at
        return number if number < len(self) and self[number] == text else None

    def starting(self, text: str) -> tuple[int, int]:
        """Give the span of the texts that start so."""
        begin = self._block(text)
        near = self._some(begin)
        first = bisect_left(near, text)
        last = bisect_left(near, text + _AFTER_ALL, first)
        end = begin + last if last < len(near) else self._position(text + _AFTER_ALL)
        return begin + first, end

    def _position(self, text: str) -> int:
        """Give how many texts are less."""
        begin = self._block(text)
        return begin + bisect_left(self._some(begin), text)

    def _block(self, text: str) -> int:
        """Give where some few texts begin among which a text has its place, or right behind."""
        return max(bisect_left(self._strides, text) - 1, 0) * _STRIDE

    def _some(self, begin: int) -> list[str]:
        """Give a few texts from one on."""
        if not self._ends:
            return []
        first = self._ends[begin - 1] + 1 if begin else 0
        last = min(begin + _STRIDE, len(self._ends)) - 1
        return self._joined[first : self._ends[last]].split("\n")

    @cached_property
    def _strides(self) -> list[str]:
        """Give some of the texts, far enough apart: Python looks at them in no time."""
        return [self[number] for number in range(0, len(self), _STRIDE)]

    def holding(self, letter: str) -> NDArray[np.bool_]:
        """Tell which texts hold a letter."""
        is_held = np.zeros(len(self), np.bool_)
        places = np.flatnonzero(_letters(self._joined) == ord(letter))
        is_held[np.searchsorted(self._ends, places)] = True
        return is_held

    def near(self, text: str, slips: int) -> list[int]:
        """Give the numbers of all texts that can be so few slips away, and of some others.

        A slip makes a text one letter longer or shorter at most, and it takes one letter out of
        the set of its letters and puts one into it at most.
        """
        if not self._ends:
            return []
        lengths, letters = self._outlines
        ours = np.bitwise_or.reduce(_bits(_letters(text)), initial=0)
        alike = np.abs(lengths - len(text)) <= slips
        alike &= np.bitwise_count(letters ^ ours) <= 2 * slips
        found: list[int] = np.flatnonzero(alike).tolist()
        return found

    @cached_property
    def _outlines(self) -> tuple[IntArray, NDArray[np.uint32]]:
        """The length of each text, and the set of its letters as bits."""
        ends = np.array(self._ends, np.int32)
        begins = np.concatenate(([0], ends[:-1] + 1))
        bits = _bits(_letters(self._joined))
        bits[ends] = 0
        return (ends - begins).astype(np.int32), np.bitwise_or.reduceat(bits, begins)

    def dump(self) -> NDArray[np.uint8]:
        """Give everything as an array that `load` understands."""
        return np.frombuffer(self._joined.encode(), np.uint8)

    @classmethod
    def load(cls, array: NDArray[Any]) -> Self:
        """Read what `dump` gave."""
        return cls(array.tobytes().decode())


class Table:
    """Sorted texts, each with the numbers of the rows that it leads to."""

    def __init__(self, texts: Texts, starts: IntArray, rows: IntArray) -> None:
        """Take the texts, and for text t the rows `rows[starts[t]:starts[t + 1]]`."""
        self._texts = texts
        self._starts = starts
        self._rows = rows

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> Self:
        """Make a table of texts and rows, in any order."""
        rows_by_text: dict[str, list[int]] = {}
        for text, row in sorted(set(pairs)):
            rows_by_text.setdefault(text, []).append(row)
        counts = [len(rows) for rows in rows_by_text.values()]
        return cls(
            Texts.of(rows_by_text),
            np.cumsum([0, *counts], dtype=np.int32),
            np.fromiter(chain.from_iterable(rows_by_text.values()), np.int32),
        )

    def exactly(self, text: str) -> IntArray:
        """Give the rows of a text, in order."""
        number = self._texts.find(text)
        return self._rows[:0] if number is None else self._rows_of(number, number + 1)

    def matching(self, text: str) -> tuple[IntArray, IntArray]:
        """Give the rows of a text, and those of all texts that start so, this one first."""
        begin, end = self._texts.starting(text)
        is_there = begin < end and self._texts[begin] == text
        return self._rows_of(begin, begin + is_there), self._rows_of(begin, end)

    def near(self, text: str, slips: int) -> list[str]:
        """Give all texts that can be so few slips away, and some others."""
        return [self._texts[number] for number in self._texts.near(text, slips)]

    def _rows_of(self, begin: int, end: int) -> IntArray:
        return self._rows[self._starts[begin] : self._starts[end]]

    def dump(self) -> Arrays:
        """Give everything as arrays that `load` understands."""
        return {"texts": self._texts.dump(), "starts": self._starts, "rows": self._rows}

    @classmethod
    def load(cls, arrays: Arrays) -> Self:
        """Read what `dump` gave."""
        return cls(Texts.load(arrays["texts"]), arrays["starts"], arrays["rows"])


def _letters(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _bits(letters: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Give a bit for each letter. Letters share bits, which only lets more texts pass."""
    bits: NDArray[np.uint32] = np.left_shift(np.uint32(1), letters & np.uint32(31))
    return bits
