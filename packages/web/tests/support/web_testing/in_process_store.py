"""A shared store in this process; it can be slow, fail or fall silent at any operation."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

from hotdish_web.cache.stores.store import Bumped, Freed, Message


class Place:
    """What the stores of several workers share, as they would share a Redis."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[float, bytes]] = {}
        self.locks: dict[str, tuple[float, str]] = {}
        self.generations: dict[str, int] = {}
        self.listeners: list[asyncio.Queue[Message | None]] = []

    def tell(self, message: Message) -> None:
        for listener in self.listeners:
            listener.put_nowait(message)


class InProcessStore:
    """One worker's way to the place."""

    def __init__(self, place: Place, *, delay_s: float = 0.0, opens_in_s: float = 0.0) -> None:
        self._place = place
        self._delay_s = delay_s
        self._opens_in_s = opens_in_s
        self.n_operations = 0
        self.ends_after: int | None = None
        """The operation from which on there is no answer, or an error."""
        self.is_refused = False
        """Whether it is an error."""
        self.loses_cancellation = False
        """Whether the next cancellation is lost, as it may be in Python 3.11's `wait_for`."""

    async def get(self, key: str) -> bytes | None:
        await self._go()
        end, value = self._place.values.get(key, (0.0, b""))
        return value if time.time() < end else None

    async def set(self, key: str, value: bytes, ttl_s: float) -> None:
        await self._go()
        self._place.values[key] = (time.time() + ttl_s, value)

    async def generations(self, tags: Sequence[str]) -> list[int]:
        await self._go()
        return [self._place.generations.get(tag, 0) for tag in tags]

    async def bump(self, tag: str) -> int:
        await self._go()
        known = self._place.generations
        known[tag] = max(time.time_ns() // 1000, known.get(tag, 0) + 1)
        self._place.tell(Bumped(tag, known[tag]))
        return known[tag]

    async def lock(self, key: str, token: str, ttl_s: float) -> bool:
        await self._go()
        end, owner = self._place.locks.get(key, (0.0, token))
        if owner != token and time.time() < end:
            return False
        self._place.locks[key] = (time.time() + ttl_s, token)
        return True

    async def unlock(self, key: str, token: str) -> None:
        await self._go()
        if self._place.locks.get(key, (0.0, ""))[1] == token:
            del self._place.locks[key]
        self._place.tell(Freed(key))

    async def subscribe(self) -> AsyncIterator[Message]:
        queue: asyncio.Queue[Message | None] = asyncio.Queue()
        self._place.listeners.append(queue)
        while (message := await queue.get()) is not None:
            yield message
        raise ConnectionError

    async def close(self) -> None: ...

    async def _go(self) -> None:
        self.n_operations += 1
        if self.ends_after is not None and self.n_operations > self.ends_after:
            if self.is_refused:
                raise ConnectionRefusedError
            await asyncio.Event().wait()
        opens_in_s, self._opens_in_s = self._opens_in_s, 0.0
        try:
            await asyncio.sleep(opens_in_s + self._delay_s)
        except asyncio.CancelledError:
            if not self.loses_cancellation:
                raise
            self.loses_cancellation = False
