"""Many short texts, packed: a tenth of the memory that as many Python objects take.

A server keeps 70,000 of them for Python's documentation: names, parts of names, terms.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
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
        begin, near = self._near(text)
        at = bisect_left(near, text)
        return begin + at if at < len(near) and near[at] == text else None

    def starting(self, text: str) -> tuple[int, int, int]:
        """Give where the texts that start so begin, where those but this one begin, and end."""
        begin, near = self._near(text)
        first = bisect_left(near, text)
        longer = first + (first < len(near) and near[first] == text)
        after = text + _AFTER_ALL
        last = bisect_left(near, after, longer)
        end = begin + last if last < len(near) else self._position(after)
        return begin + first, begin + longer, end

    def _position(self, text: str) -> int:
        """Give how many texts are less."""
        begin, near = self._near(text)
        return begin + bisect_left(near, text)

    def _near(self, text: str) -> tuple[int, list[str]]:
        """Give some few texts among which a text has its place, and the number of the first."""
        if not self._ends:
            return 0, []
        begin = max(bisect_right(self._strides, text) - 1, 0) * _STRIDE
        first = self._ends[begin - 1] + 1 if begin else 0
        last = min(begin + _STRIDE, len(self._ends)) - 1
        return begin, self._joined[first : self._ends[last]].split("\n")

    @cached_property
    def _strides(self) -> list[str]:
        """Give some of the texts, far enough apart: Python looks at them in no time."""
        return [self[number] for number in range(0, len(self), _STRIDE)]

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
    """Sorted texts, each with links to rows, in one way or another.

    The links of texts that start alike lie side by side: whatever a text leads to in any way is
    found by one look.
    """

    def __init__(
        self, texts: Texts, starts: IntArray, rows: IntArray, ways: NDArray[np.uint8]
    ) -> None:
        """Take the texts; the links of text t are `starts[t]:starts[t + 1]` of rows and ways."""
        self._texts = texts
        self._starts = array("i", starts.astype(np.intc).tobytes())
        self._rows = rows
        self._ways = ways

    @classmethod
    def of(cls, *ways: Iterable[tuple[str, int]]) -> Self:
        """Make a table of texts and rows, in any order, for each of some ways."""
        links = sorted({(text, way, row) for way, pairs in enumerate(ways) for text, row in pairs})
        counts = Counter(text for text, _, _ in links)  # keeps the order of the texts
        return cls(
            Texts.of(counts),
            np.cumsum([0, *counts.values()], dtype=np.int32),
            np.array([row for _, _, row in links], np.int32),
            np.array([way for _, way, _ in links], np.uint8),
        )

    def exactly(self, text: str, *ways: int) -> IntArray:
        """Give the rows of a text in some of the ways, in order of way and row."""
        number = self._texts.find(text)
        if number is None:
            return self._rows[:0]
        begin, end = self._starts[number], self._starts[number + 1]
        is_wanted = np.logical_or.reduce([self._ways[begin:end] == way for way in ways])
        return self._rows[begin:end][is_wanted]

    def starting(self, text: str) -> tuple[IntArray, NDArray[np.uint8], int]:
        """Give the rows of all texts that start so, in which way, and how many are its own.

        Its own come first, ordered by way.
        """
        begin, longer, end = (self._starts[number] for number in self._texts.starting(text))
        return self._rows[begin:end], self._ways[begin:end], longer - begin

    def near(self, text: str, slips: int, ways: Sequence[int]) -> list[str]:
        """Give all texts of these ways that can be so few slips away, and some others."""
        wanted = sum(1 << way for way in ways)
        led = self._led
        return [
            self._texts[number] for number in self._texts.near(text, slips) if led[number] & wanted
        ]

    @cached_property
    def _led(self) -> bytes:
        """In which ways each text leads anywhere, as bits."""
        bits = np.left_shift(np.uint8(1), self._ways)
        return np.bitwise_or.reduceat(bits, self._starts[:-1]).tobytes() if len(bits) else b""

    def dump(self) -> Arrays:
        """Give everything as arrays that `load` understands."""
        return {
            "texts": self._texts.dump(),
            "starts": np.array(self._starts),
            "rows": self._rows,
            "ways": self._ways,
        }

    @classmethod
    def load(cls, arrays: Arrays) -> Self:
        """Read what `dump` gave."""
        texts = Texts.load(arrays["texts"])
        return cls(texts, arrays["starts"], arrays["rows"], arrays["ways"])


def _letters(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _bits(letters: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Give a bit for each letter. Letters share bits, which only lets more texts pass."""
    bits: NDArray[np.uint32] = np.left_shift(np.uint32(1), letters & np.uint32(31))
    return bits
