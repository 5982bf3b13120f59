"""Which part of the list is seen: the first line, and how much of it is scrolled away.

There is no distance from the top, so no line has to be measured before it is looked at, and
10,000 rows open as fast as ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Lines measured to find out how far down a wanted one is; what is farther off is jumped to.
_MOST_MEASURED = 200


class Viewport:
    """A place in a list of lines whose heights are asked for one by one."""

    def __init__(self, height_of: Callable[[int], int]) -> None:
        self.first = self.offset = 0
        self.n_lines = 0
        self._height_of = height_of

    def settle(self, height: int) -> None:
        """Bring the place into range: whole lines above the first, no gap after the last."""
        while self.offset < 0 and self.first > 0:
            self.first -= 1
            self.offset += self._height_of(self.first)
        self.offset = max(0, self.offset)
        while self.first < self.n_lines - 1 and self.offset >= self._height_of(self.first):
            self.offset -= self._height_of(self.first)
            self.first += 1
        self._close_gap(height - self._seen(height))

    def jump_to(self, share: float) -> None:
        """Go to where this share of the lines is above."""
        exact = max(0.0, share) * self.n_lines
        self.first = min(int(exact), max(0, self.n_lines - 1))
        self.offset = int((exact - self.first) * self._height_of(self.first)) if self.n_lines else 0

    def reveal(self, line: int, top: int, height: int) -> None:
        """Bring a line into sight with as little scrolling as can be.

        Args:
            line: The line that is wanted.
            top: The line to see with it where it comes in from above: its heading, or itself.
            height: How much can be seen at once.
        """
        if top < self.first or (top == self.first and self.offset):
            self.first, self.offset = top, 0
            return
        if line > self.first + _MOST_MEASURED:
            self.first, self.offset = line, 0
        bottom = sum(map(self._height_of, range(self.first, line + 1)))
        self.offset = max(self.offset, bottom - height)

    def shares(self, end: int, overhang: int) -> tuple[float, float]:
        """Say which part is seen, from 0 to 1.

        Args:
            end: The first line that is not seen.
            overhang: How much of the line before it is not seen.
        """
        n_lines = max(1, self.n_lines)
        height = self._height_of(self.first) if self.n_lines else 1
        first = (self.first + self.offset / max(1, height)) / n_lines
        unseen = overhang / max(1, self._height_of(end - 1)) if overhang > 0 and end else 0.0
        return first, min(1.0, (end - unseen) / n_lines)

    def _seen(self, height: int) -> int:
        """Give the height of the lines from the place on, as far as they can be seen."""
        below, line = -self.offset, self.first
        while line < self.n_lines and below < height:
            below += self._height_of(line)
            line += 1
        return below

    def _close_gap(self, missing: int) -> None:
        while missing > 0 and (self.first > 0 or self.offset > 0):
            if self.offset:
                step = min(missing, self.offset)
                self.offset -= step
                missing -= step
            else:
                self.first -= 1
                self.offset = self._height_of(self.first)
