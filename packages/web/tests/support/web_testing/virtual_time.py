"""An event loop whose clock jumps: what is waited for is counted, and takes no time.

When nothing is ready the clock goes on to the next timer at once. So a test can say how long
something waits, and the answer is the same on the slowest machine.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class JumpingSelector(selectors.DefaultSelector):
    """Moves the clock instead of waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Give what is ready; if nothing is, the next timer is due."""
        ready = super().select(0)
        if not ready and timeout is None:
            msg = "Everything waits and no timer runs: this would wait for ever"
            raise RuntimeError(msg)
        if not ready:
            self.now += timeout or 0.0
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop on such a clock."""

    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Give the seconds that were waited for so far."""
        return self._jumping.now


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)
