"""What a shared store is asked to do. It moves bytes and knows nothing of HTTP."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Freed:
    """A lock was given back: who waited for this key looks again."""

    key: str


@dataclass(frozen=True, slots=True)
class Bumped:
    """A tag was invalidated: what carries an older generation is dead."""

    tag: str
    generation: int


Message = Freed | Bumped


class SharedStore(Protocol):
    """A store that several workers use. Every method may raise; the cache then does without it."""

    async def get(self, key: str) -> bytes | None:
        """Give what is stored, or None."""

    async def set(self, key: str, value: bytes, ttl_s: float) -> None:
        """Store for so many seconds."""

    async def generations(self, tags: Sequence[str]) -> list[int]:
        """Give the generation of each tag; 0 for one that was never invalidated."""

    async def bump(self, tag: str) -> int:
        """Raise a tag's generation, tell all workers, and give the new one."""

    async def lock(self, key: str, token: str, ttl_s: float) -> bool:
        """Take the lock of a key, or prolong one's own; False if another worker has it."""

    async def unlock(self, key: str, token: str) -> None:
        """Give back one's own lock and tell all workers."""

    def subscribe(self) -> AsyncIterator[Message]:
        """Give what happens in any worker, for as long as the connection holds."""

    async def close(self) -> None:
        """Close all connections."""
