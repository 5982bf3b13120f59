"""Records as every reader gives them: databases, their stores, and records one by one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from hotdish_todo.values import Json


@dataclass(frozen=True, slots=True)
class Record:
    """One record, its key and value as tagged JSON."""

    key: Json
    value: Json
    missing_blobs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One record that could not be decoded; `key` is the key as text or its bytes in hex."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """One object store; `read` decodes its records lazily, in the order of their keys."""

    name: str
    key_path: Json
    count: int
    read: Callable[[], Iterator[Record | Unreadable]]


@dataclass(frozen=True, slots=True)
class Database:
    """One database with its stores in the order of their names."""

    name: str
    version: int
    stores: tuple[ObjectStore, ...]


def in_name_order(stores: Iterable[ObjectStore]) -> tuple[ObjectStore, ...]:
    """Sort stores as the browser lists them."""
    return tuple(sorted(stores, key=lambda store: store.name.encode("utf-16-be", "surrogatepass")))
