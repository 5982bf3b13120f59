"""What a reader gives."""

from dataclasses import dataclass

from hotdish_todo.stores import Database
from hotdish_todo.values import Json


@dataclass(frozen=True, slots=True)
class Source:
    """An open source: a line about itself for the backup, and its databases."""

    info: dict[str, Json]
    databases: tuple[Database, ...]

    @property
    def n_records(self) -> int:
        """Count the records of all stores."""
        return sum(store.count for database in self.databases for store in database.stores)
