"""Every engine by the scheme of its URL.

A new one is a class, a line here and a driver in `settings.DRIVERS`; the contract tests then run on
it.
"""

from hotdish_web.database.postgres import PostgresDatabase
from hotdish_web.database.sqlite import SQLiteDatabase

ENGINES: dict[str, type[SQLiteDatabase] | type[PostgresDatabase]] = {
    "sqlite": SQLiteDatabase,
    "postgresql": PostgresDatabase,
}
