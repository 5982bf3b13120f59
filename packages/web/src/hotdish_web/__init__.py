"""Async Database dependency and response cache for FastAPI."""

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
    "CacheUsageError",
    "Database",
    "DatabaseDep",
    "DatabaseNotReadyError",
    "DatabaseSettings",
    "DatabaseUnavailableError",
    "Health",
    "HotdishWebError",
    "PostgresDatabase",
    "ReadSessionDep",
    "SQLiteDatabase",
    "SessionDep",
    "SettingsError",
    "get_database",
    "lifespans",
]
