"""Limits that a damaged value runs into before it can hang the reader or fill the memory."""

from hotdish_todo.errors import FormatError

MAX_DEPTH = 200
_VALUES_PER_BYTE = 8
_FREE_VALUES = 100_000


class Budget:
    """Counts values and nesting while one record is decoded.

    Back references and sparse arrays let a few bytes stand for very many values; an honest
    record stays far below eight values a byte.
    """

    __slots__ = ("_left", "_marks")

    def __init__(self, n_bytes: int) -> None:
        self._left = n_bytes * _VALUES_PER_BYTE + _FREE_VALUES
        self._marks: list[int] = []

    def spend(self, n_values: int) -> int:
        """Take that many values from the budget and give their number back."""
        self._left -= n_values
        if self._left < 0:
            msg = "a value unfolds to more parts than its size allows"
            raise FormatError(msg)
        return n_values

    def enter(self) -> None:
        """Begin an object inside the present one."""
        if len(self._marks) >= MAX_DEPTH:
            msg = f"a value is nested deeper than {MAX_DEPTH} levels"
            raise FormatError(msg)
        self._marks.append(self._left)
        self._left -= 1

    def leave(self) -> int:
        """End the present object and tell how many values it holds."""
        return self._marks.pop() - self._left
