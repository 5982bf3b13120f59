"""`RedisStore`: one store for all workers on all machines, in Redis or Valkey."""

import json
import time
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from hotdish_web.cache.stores.store import Bumped, Freed, Message

if TYPE_CHECKING:
    # Its 10 MB are for who uses it: every application imports this module.
    from redis.asyncio import Redis

SECONDS_AN_OPERATION_MAY_TAKE = 1.0
"""The cache gives up sooner; this is for who uses the store alone."""

# Takes the lock of a key, or prolongs it if it is one's own.
LOCK = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
# Gives back a lock, but only one's own, and tells everyone.
UNLOCK = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
redis.call('PUBLISH', ARGV[2], ARGV[3])
"""
# Raises a generation: at least to the time, so that it is above one that a restart has lost.
BUMP = """
local before = tonumber(redis.call('GET', KEYS[1]) or '0')
local generation = string.format('%.0f', math.max(before + 1, tonumber(ARGV[1])))
redis.call('SET', KEYS[1], generation)
redis.call('PUBLISH', ARGV[2], '["bumped",' .. ARGV[3] .. ',' .. generation .. ']')
return generation
"""


class RedisStore:
    """A shared store in Redis or Valkey.

    No operation takes longer than `limit_s`; there is no retry. A loss is survived by the cache.
    """

    def __init__(
        self,
        url: str = "redis://localhost:6379/0",
        *,
        prefix: str = "hotdish",
        connections: int = 32,
        limit_s: float = SECONDS_AN_OPERATION_MAY_TAKE,
    ) -> None:
        self._prefix = prefix
        self._channel = f"{prefix}:events"
        self._url = url
        self._connections = connections
        self._limit_s = limit_s
        self._client: Redis | None = None

    async def get(self, key: str) -> bytes | None:
        """Give what is stored, or None."""
        value = await self._redis.get(self._name("entry", key))
        return value if isinstance(value, bytes) else None

    async def set(self, key: str, value: bytes, ttl_s: float) -> None:
        """Store for so many seconds."""
        await self._redis.set(self._name("entry", key), value, px=max(int(ttl_s * 1000), 1))

    async def generations(self, tags: Sequence[str]) -> list[int]:
        """Give the generation of each tag."""
        values = await self._redis.mget([self._name("tag", tag) for tag in tags])
        return [int(value or 0) for value in values]

    async def bump(self, tag: str) -> int:
        """Raise a tag's generation and tell all workers."""
        # Microseconds: Lua's numbers are exact up to 2**53 only.
        now = time.time_ns() // 1000
        arguments = (self._name("tag", tag), now, self._channel, json.dumps(tag))
        return int(await self._script(BUMP, 1, *arguments))

    async def lock(self, key: str, token: str, ttl_s: float) -> bool:
        """Take the lock of a key, or prolong one's own."""
        name = self._name("lock", key)
        return bool(await self._script(LOCK, 1, name, token, int(ttl_s * 1000)))

    async def unlock(self, key: str, token: str) -> None:
        """Give back one's own lock and tell all workers."""
        freed = json.dumps(["freed", key])
        await self._script(UNLOCK, 1, self._name("lock", key), token, self._channel, freed)

    async def subscribe(self) -> AsyncIterator[Message]:
        """Give what happens in any worker, for as long as the connection holds."""
        # A connection of its own, which may be silent for long.
        from redis.asyncio import Redis  # noqa: PLC0415

        client = Redis.from_url(self._url, socket_connect_timeout=1, health_check_interval=10)
        async with client, client.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(self._channel)
            async for message in channel.listen():
                kind, *rest = json.loads(message["data"])
                yield Freed(*rest) if kind == "freed" else Bumped(*rest)

    async def close(self) -> None:
        """Close all connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
            await client.connection_pool.disconnect()

    @property
    def _redis(self) -> "Redis":
        if self._client is None:
            from redis.asyncio import BlockingConnectionPool, Redis  # noqa: PLC0415
            from redis.asyncio.retry import Retry  # noqa: PLC0415
            from redis.backoff import NoBackoff  # noqa: PLC0415

            # redis-py's own pool raises beyond 100 connections, and its client retries for seconds.
            pool = BlockingConnectionPool.from_url(
                self._url,
                max_connections=self._connections,
                timeout=self._limit_s,
                socket_timeout=self._limit_s,
                socket_connect_timeout=self._limit_s,
                retry=Retry(NoBackoff(), 0),
            )
            self._client = Redis(connection_pool=pool)
        return self._client

    async def _script(self, script: str, *arguments: Any) -> Any:
        return await self._redis.eval(script, *arguments)

    def _name(self, kind: str, key: str) -> str:
        return f"{self._prefix}:{kind}:{key}"
