"""Async Database dependency and response cache for FastAPI.

Each name is imported when it is first used: a command line that reads `DatabaseSettings` waits
neither for FastAPI nor for a database's driver.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotdish_web.cache.decorator import cache_response
    from hotdish_web.cache.policy import CachePolicy
    from hotdish_web.cache.response_cache import CacheStats, ResponseCache
    from hotdish_web.cache.settings import CacheSettings
    from hotdish_web.cache.stores.memory import MemoryStore
    from hotdish_web.cache.stores.redis import RedisStore
    from hotdish_web.cache.stores.sqlite import SQLiteStore
    from hotdish_web.database.database import Database, Health, lifespans
    from hotdish_web.database.dependencies import (
        DatabaseDep,
        ReadSessionDep,
        SessionDep,
        get_database,
    )
    from hotdish_web.database.postgres import PostgresDatabase
    from hotdish_web.database.settings import DatabaseSettings
    from hotdish_web.database.sqlite import SQLiteDatabase
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

_PLACES = {
    "CachePolicy": "cache.policy",
    "CacheSettings": "cache.settings",
    "CacheStats": "cache.response_cache",
    "CacheUsageError": "errors",
    "Database": "database.database",
    "DatabaseDep": "database.dependencies",
    "DatabaseNotReadyError": "errors",
    "DatabaseSettings": "database.settings",
    "DatabaseUnavailableError": "errors",
    "Health": "database.database",
    "HotdishWebError": "errors",
    "MemoryStore": "cache.stores.memory",
    "PostgresDatabase": "database.postgres",
    "ReadSessionDep": "database.dependencies",
    "RedisStore": "cache.stores.redis",
    "ResponseCache": "cache.response_cache",
    "SQLiteDatabase": "database.sqlite",
    "SQLiteStore": "cache.stores.sqlite",
    "SessionDep": "database.dependencies",
    "SettingsError": "errors",
    "cache_response": "cache.decorator",
    "get_database": "database.dependencies",
    "lifespans": "database.database",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
