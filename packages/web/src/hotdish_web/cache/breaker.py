"""A time limit and a circuit breaker: a shared store that is ill never holds a request up."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TypeVar

Result = TypeVar("Result")

WEIGHT_OF_A_TIMEOUT = 2
"""Somebody waited for it: two in a row are enough to stop trying."""

PATIENCE_S = 0.2
TICK_S = 0.005

LOG = logging.getLogger("hotdish_web.cache")


class Patience:
    """How long one request may wait for the shared store, over all that is asked of it."""

    def __init__(self) -> None:
        self.left_s = PATIENCE_S


class Waiting:
    """Ends what is awaited in its block with TimeoutError after `limit_s`.

    The time is counted in ticks, one for each turn of the event loop at most. So what the process
    itself spends on a hundred requests that come at once is not held against the store, whose
    answer may lie in the socket already.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._loop = asyncio.get_running_loop()
        self._timeout = asyncio.timeout(None)
        self.seconds = 0.0
        """How long it took so far, in whole ticks."""

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()
        self._timer = self._loop.call_later(TICK_S, self._tick)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        await self._timeout.__aexit__(kind, error, traceback)

    def _tick(self) -> None:
        self.seconds += TICK_S
        left_s = self._limit_s - self.seconds
        if left_s <= 0:
            self._timeout.reschedule(self._loop.time())
        else:
            self._timer = self._loop.call_later(min(TICK_S, left_s), self._tick)


class Breaker:
    """Gives up on an operation after `limit_s`, on all for `rest_s` after failures in a row."""

    def __init__(
        self,
        limit_s: float = 0.1,
        failures: int = 3,
        rest_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit_s = limit_s
        self._allowed = failures
        self._rest_s = rest_s
        self._clock = clock
        self._failures = 0
        self._closed_until = 0.0

    @property
    def is_open(self) -> bool:
        """True while nothing is tried."""
        return self._failures >= self._allowed and self._clock() < self._closed_until

    async def call(
        self,
        work: Callable[[], Awaitable[Result]],
        instead: Result,
        patience: Patience | None = None,
    ) -> Result:
        """Await the work, or give `instead` if it fails, takes too long or is not to be tried."""
        patience = patience or Patience()
        if self.is_open or patience.left_s <= 0:
            return instead
        if self._failures >= self._allowed:
            # Half open: this one call tries, the others go on without until it is back.
            self._closed_until = self._clock() + self._rest_s
        waiting = Waiting(min(self._limit_s, patience.left_s))
        try:
            async with waiting:
                result = await work()
        except Exception as error:  # noqa: BLE001  # whatever a store raises, answers go on
            self._fail(error)
            return instead
        finally:
            patience.left_s -= waiting.seconds
        self._failures = 0
        return result

    def _fail(self, error: Exception) -> None:
        was_trying = self._failures < self._allowed
        self._failures += WEIGHT_OF_A_TIMEOUT if isinstance(error, TimeoutError) else 1
        if self._failures < self._allowed:
            return
        self._closed_until = self._clock() + self._rest_s
        if was_trying:
            LOG.warning(
                "The shared cache fails (%s: %s). Going on without it, next try in %g s",
                type(error).__name__,
                error,
                self._rest_s,
            )
