"""The async database of an application: one abstract class, an engine for each backend."""

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

# Every engine by the scheme of its URL. A new one is a class, a line here and a driver in
# `settings.DRIVERS`; the contract tests then run on it.
ENGINES: dict[str, type[SQLiteDatabase] | type[PostgresDatabase]] = {
    "sqlite": SQLiteDatabase,
    "postgresql": PostgresDatabase,
}

__all__ = [
    "ENGINES",
    "Database",
    "DatabaseDep",
    "DatabaseSettings",
    "Health",
    "PostgresDatabase",
    "ReadSessionDep",
    "SQLiteDatabase",
    "SessionDep",
    "get_database",
    "lifespans",
]
