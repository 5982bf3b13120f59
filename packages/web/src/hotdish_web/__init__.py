"""Async Database dependency and response cache for FastAPI."""

from hotdish_web.cache import (
    CachePolicy,
    CacheSettings,
    CacheStats,
    MemoryStore,
    RedisStore,
    ResponseCache,
    SQLiteStore,
    cache_response,
)
from hotdish_web.database import (
    Database,
    DatabaseDep,
    DatabaseSettings,
    Health,
    PostgresDatabase,
    ReadSessionDep,
    SessionDep,
    SQLiteDatabase,
    get_database,
    lifespans,
)
from hotdish_web.errors import (
    CacheUsageError,
    DatabaseNotReadyError,
    DatabaseUnavailableError,
    HotdishWebError,
    SettingsError,
)

__all__ = [
    "CachePolicy",
    "CacheSettings",
    "CacheStats",
    "CacheUsageError",
    "Database",
    "DatabaseDep",
    "DatabaseNotReadyError",
    "DatabaseSettings",
    "DatabaseUnavailableError",
    "Health",
    "HotdishWebError",
    "MemoryStore",
    "PostgresDatabase",
    "ReadSessionDep",
    "RedisStore",
    "ResponseCache",
    "SQLiteDatabase",
    "SQLiteStore",
    "SessionDep",
    "SettingsError",
    "cache_response",
    "get_database",
    "lifespans",
]
