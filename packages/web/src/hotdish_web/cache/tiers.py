"""The two tiers: memory in this process always, a shared store behind it if there is one."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from hotdish_web.cache.breaker import Breaker, Patience
from hotdish_web.cache.entry import Entry, pack, unpack
from hotdish_web.cache.stores.memory import MemoryStore
from hotdish_web.cache.stores.store import Bumped, Freed, SharedStore
from hotdish_web.cache.tags import EVERYTHING, Generations
from hotdish_web.cache.tasks import end

LOCK_TTL_S = 5.0
RENEW_EVERY_S = 1.5
FALLBACK_POLL_S = 0.1
"""Waiters are woken by a message; this is for a message that was lost, or a store that is."""
REACH_WITHIN_S = 1.0
"""How long the start of an application waits for a store that does not answer."""
REFRESH_TAGS_EVERY_S = 1.0
RECONNECT_AFTER_S = 0.5


class Tiers:
    """Finds and keeps entries; survives the loss of the shared store."""

    def __init__(
        self, memory: MemoryStore, shared: SharedStore | None, secret: bytes = b""
    ) -> None:
        self.memory = memory
        self.shared = shared
        self.generations = Generations()
        self.breaker = Breaker()
        self._secret = secret
        self._freed: dict[str, asyncio.Event] = {}
        self._owed: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._token = secrets.token_hex(8)

    def find(self, key: str) -> Entry | None:
        """Look in this process only; an entry that was invalidated is gone."""
        entry = self.memory.get(key)
        if entry is None or entry.checked.epoch == self.generations.epoch:
            return entry
        if not self.generations.is_alive(entry.generations):
            self.memory.delete(key)
            return None
        entry.checked.epoch = self.generations.epoch
        return entry

    async def fetch(self, key: str, patience: Patience | None = None) -> Entry | None:
        """Look in the shared store, and keep what is there in this process too."""
        shared = self.shared
        if shared is None:
            return None
        packed = await self.breaker.call(lambda: shared.get(key), None, patience)
        entry = unpack(packed, self._secret) if packed is not None else None
        if entry is None:
            return None
        await self.read_generations(list(entry.generations), patience)
        if not self.generations.is_alive(entry.generations):
            return None
        self.memory.set(key, entry)
        return entry

    def remember(self, key: str, entry: Entry) -> None:
        """Keep an entry in this process, unless it was invalidated while it was made."""
        if self.generations.is_alive(entry.generations):
            self.memory.set(key, entry)

    async def share(self, key: str, entry: Entry, patience: Patience | None = None) -> None:
        """Give an entry to the other workers, unless it was invalidated while it was made."""
        shared = self.shared
        if shared is not None and self.generations.is_alive(entry.generations):
            packed = pack(entry, self._secret)
            await self.breaker.call(lambda: shared.set(key, packed, entry.kept_for), None, patience)

    async def read_generations(
        self, tags: Sequence[str], patience: Patience | None = None
    ) -> dict[str, int]:
        """Give the generation of each tag as the shared store has it now."""
        shared = self.shared
        if shared is not None and tags:
            nothing: list[int] = []
            found = await self.breaker.call(lambda: shared.generations(tags), nothing, patience)
            for tag, generation in zip(tags, found, strict=False):
                self.generations.learn(tag, generation)
        return self.generations.of(tags)

    async def invalidate(self, tag: str, patience: Patience | None = None) -> bool:
        """Make everything that carries a tag dead; False if other workers learn it later only."""
        self.generations.bump(tag)
        shared = self.shared
        if shared is None:
            return True
        generation = await self.breaker.call(lambda: shared.bump(tag), 0, patience)
        self.generations.learn(tag, generation)
        if not generation:
            self._owed.add(tag)
        return bool(generation)

    @asynccontextmanager
    async def lock(self, shared: SharedStore, key: str, patience: Patience) -> AsyncIterator[bool]:
        """Be the one worker that makes an answer; False if another one does.

        While the store fails, every worker is the one.
        """
        token = f"{self._token}:{key}"
        # Before we ask: the other worker may be done before we hear that it has the lock.
        self._freed.setdefault(key, asyncio.Event())
        has_it = await self.breaker.call(
            lambda: shared.lock(key, token, LOCK_TTL_S),
            True,  # noqa: FBT003  # without the store every worker makes its own
            patience,
        )
        if not has_it:
            yield False
            return
        self._freed.pop(key, None)
        renewal = asyncio.create_task(self._renew(shared, key, token))
        try:
            yield True
        finally:
            await end([renewal])  # before: it would take the lock again
            await self.breaker.call(lambda: shared.unlock(key, token), None)

    async def wait_until_freed(self, key: str) -> None:
        """Wait until the worker that has the lock gives it back, or a moment at most."""
        event = self._freed.get(key)
        if event is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FALLBACK_POLL_S):
                await event.wait()
        self._freed.pop(key, None)

    async def start(self) -> None:
        """Connect to the shared store, and listen to the other workers."""
        if self.shared is not None:
            await self._reach(self.shared)
            self._tasks = [
                asyncio.create_task(self._listen(self.shared)),
                asyncio.create_task(self._refresh_tags()),
            ]

    async def stop(self) -> None:
        """Stop listening and close the shared store."""
        await end(self._tasks)
        self._tasks.clear()
        if self.shared is not None:
            with contextlib.suppress(Exception):
                await self.shared.close()

    async def _reach(self, shared: SharedStore) -> None:
        """Ask once: to open a file or a connection takes longer than a request would wait."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(REACH_WITHIN_S):
                await shared.generations([EVERYTHING])

    async def _renew(self, shared: SharedStore, key: str, token: str) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            await self.breaker.call(lambda: shared.lock(key, token, LOCK_TTL_S), False)  # noqa: FBT003

    async def _listen(self, shared: SharedStore) -> None:
        """Take the messages of all workers; a lost connection is made anew."""
        while True:
            with contextlib.suppress(Exception):
                async for message in shared.subscribe():
                    self._take(message)
            self._wake_all()
            await asyncio.sleep(RECONNECT_AFTER_S)

    def _take(self, message: Freed | Bumped) -> None:
        if isinstance(message, Bumped):
            self.generations.learn(message.tag, message.generation)
        elif (event := self._freed.pop(message.key, None)) is not None:
            event.set()

    def _wake_all(self) -> None:
        """Let all who wait for another worker look again: its message may never come."""
        for event in self._freed.values():
            event.set()
        self._freed.clear()

    async def _refresh_tags(self) -> None:
        """Read what a lost message would have told, and tell what could not be told before."""
        while True:
            await asyncio.sleep(REFRESH_TAGS_EVERY_S)
            for tag in list(self._owed):
                self._owed.discard(tag)
                await self.invalidate(tag)
            await self.read_generations([EVERYTHING, *self.generations.known_tags()])
