"""The response cache: what routes answer, kept as bytes and shared by all workers."""

from hotdish_web.cache.decorator import CachedEndpoint, EndpointCache, cache_response
from hotdish_web.cache.policy import CachePolicy
from hotdish_web.cache.response_cache import CacheStats, ResponseCache
from hotdish_web.cache.settings import CacheSettings
from hotdish_web.cache.stores.memory import MemoryStore
from hotdish_web.cache.stores.redis import RedisStore
from hotdish_web.cache.stores.sqlite import SQLiteStore
from hotdish_web.cache.stores.store import SharedStore

__all__ = [
    "CachePolicy",
    "CacheSettings",
    "CacheStats",
    "CachedEndpoint",
    "EndpointCache",
    "MemoryStore",
    "RedisStore",
    "ResponseCache",
    "SQLiteStore",
    "SharedStore",
    "cache_response",
]
