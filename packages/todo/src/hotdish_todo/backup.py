"""The backup: one JSON file that holds every value of every store, known or not."""

import contextlib
import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from hotdish_todo.allocation import collecting_nothing
from hotdish_todo.errors import OutputError, UnreadableInputError
from hotdish_todo.stores import Database, ObjectStore, Record, Unreadable
from hotdish_todo.values import Json

FORMAT = "hotdish-todo-backup"
DUMP_FORMAT = "todo-dump"
VERSION = 1
_BLOG_STORES = ("lists", "tasks", "steps")
_SEAL = ',\n"sha256": "'


@dataclass(frozen=True, slots=True)
class Problem:
    """One record that is not, or not wholly, in the backup."""

    database: str
    store: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.database} / {self.store} / {self.key}: {self.reason}"


@dataclass(slots=True)
class Written:
    """What a backup holds: records by store, and what could not be read."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in memory."""

    made: str
    source: dict[str, Json]
    databases: tuple[Database, ...]
    is_sealed: bool | None = None  # None: it carries no seal


def write_backup(
    path: Path,
    source: dict[str, Json],
    databases: Iterable[Database],
    *,
    allow_unreadable: bool = False,
    on_record: Callable[[], None] = lambda: None,
) -> Written:
    """Write a backup; the file appears whole or not at all.

    Records that cannot be read are listed in the result. Unless they are allowed, the file is
    then not written.

    Raises:
        OutputError: the file cannot be written, for instance because the disk is full.
    """
    written = Written()
    with replacing(path) as file:
        writer = _SealingWriter(file)
        head = {
            "format": FORMAT,
            "version": VERSION,
            "tool": f"hotdish-todo {version('hotdish-todo')}",
            "made": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
            "source": source,
        }
        writer.write(json.dumps(head, indent=1).removesuffix("\n}") + ',\n "databases": [')
        for nth, database in enumerate(databases):
            writer.write("," if nth else "")
            _write_database(writer.write, database, written, on_record)
        writer.write("]")
        if written.problems:
            unreadable = [str(problem) for problem in written.problems]
            writer.write(f',\n "unreadable": {json.dumps(unreadable)}')
        writer.seal()
        if written.problems and not allow_unreadable:
            raise _Discard
    return written


def read_backup(path: Path) -> Backup:
    """Read a backup, a dump of the console script, or the blog's `{lists, tasks, steps}`.

    Raises:
        UnreadableInputError: it is none of these, or damaged.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}"
        raise UnreadableInputError(msg) from None
    with collecting_nothing():
        return _backup(path, _parse(path, data), data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """Open a text file that takes the place of `path` only when it is complete.

    Raises:
        OutputError: it cannot be written; nothing is left behind.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except _Discard:
        partial.unlink(missing_ok=True)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        msg = f"{path} cannot be written: {error.strerror or error}. Nothing was left behind"
        raise OutputError(msg) from None
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


class _Discard(Exception):  # noqa: N818 - no error: it tells `replacing` to keep nothing
    """Ends the writing without a file."""


class _SealingWriter:
    """Writes text and ends it with the SHA-256 of all that went before."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, text: str) -> None:
        self._file.write(text)
        self._hash.update(text.encode())

    def seal(self) -> None:
        self._file.write(f'{_SEAL}{self._hash.hexdigest()}"}}\n')


def _write_database(
    write: Callable[[str], None],
    database: Database,
    written: Written,
    on_record: Callable[[], None],
) -> None:
    write(f'\n{{"name": {json.dumps(database.name)}, "version": {database.version}, "stores": {{')
    for nth, store in enumerate(database.stores):
        write("," if nth else "")
        write(f'\n{json.dumps(store.name)}: {{"keyPath": {json.dumps(store.key_path)}, ')
        write('"records": [')
        count = 0
        for record in store.read():
            on_record()
            if isinstance(record, Unreadable):
                problem = Problem(database.name, store.name, record.key, record.reason)
                written.problems.append(problem)
                continue
            for blob in record.missing_blobs:
                reason = f"the file of its {blob} is gone"
                key = str(record.key)
                written.problems.append(Problem(database.name, store.name, key, reason))
            write(",\n" if count else "\n")
            write(json.dumps({"key": record.key, "value": record.value}))
            count += 1
        write(f'], "count": {count}}}')
        written.counts[store.name] = written.counts.get(store.name, 0) + count
    write("}}")


def _parse(path: Path, data: bytes) -> Json:
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text)
    except UnicodeDecodeError as error:
        msg = f"{path} is not a backup: it is no UTF-8 text (byte {error.start})"
    except RecursionError:
        msg = f"{path} is not a backup: it is nested too deep"
    except json.JSONDecodeError as error:
        msg = f"{path} is not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        if not text.strip():
            msg = f"{path} is empty"
        elif error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated"):
            msg += ". It seems cut off: save or copy the file again"
    raise UnreadableInputError(msg) from None


def _backup(path: Path, document: Json, data: bytes) -> Backup:
    if not isinstance(document, dict):
        msg = f"{path} is JSON, but not a backup of To Do: it holds {_kind(document)}"
        raise UnreadableInputError(msg)
    if document.get("format") in (FORMAT, DUMP_FORMAT):
        return _own_backup(path, document, data)
    if any(isinstance(document.get(name), list) for name in _BLOG_STORES):
        return _blog_dump(path, document)
    found = ", ".join(repr(key) for key in list(document)[:8]) or "nothing"
    msg = (
        f"{path} is JSON, but not a backup of To Do: it holds {found}, "
        "not 'format' or 'lists', 'tasks' and 'steps'"
    )
    raise UnreadableInputError(msg)


def _own_backup(path: Path, document: dict[str, Json], data: bytes) -> Backup:
    if document.get("version") != VERSION:
        msg = (
            f"{path} has the format version {document.get('version')!r}; this program knows "
            f"{VERSION}. Update hotdish-todo"
        )
        raise UnreadableInputError(msg)
    source = document.get("source")
    if not isinstance(source, dict):
        source = {"kind": "dump", "origin": document.get("origin")}
    databases = document.get("databases")
    if not isinstance(databases, list):
        msg = f"{path} is damaged: 'databases' is {_kind(databases)}"
        raise UnreadableInputError(msg)
    return Backup(
        made=str(document.get("made", "")),
        source=source,
        databases=tuple(_database(path, database) for database in databases),
        is_sealed=_is_sealed(data, document),
    )


def _is_sealed(data: bytes, document: dict[str, Json]) -> bool | None:
    if "sha256" not in document:
        return None
    body, _, _ = data.rpartition(_SEAL.encode())
    return hashlib.sha256(body).hexdigest() == str(document["sha256"])


def _database(path: Path, raw: Json) -> Database:
    try:
        stores = tuple(
            _listed_store(name, store.get("keyPath"), store["records"], store.get("count"))
            for name, store in raw["stores"].items()
        )
        return Database(str(raw["name"]), int(raw.get("version") or 0), stores)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"{path} is damaged: a database in it lacks or garbles {error}"
        raise UnreadableInputError(msg) from None


def _listed_store(
    name: str, key_path: Json, records: list[dict[str, Any]], count: int | None = None
) -> ObjectStore:
    made = [Record(record["key"], record["value"]) for record in records]
    return ObjectStore(name, key_path, len(made) if count is None else count, lambda: iter(made))


def _blog_dump(path: Path, document: dict[str, Json]) -> Backup:
    stores = []
    for name, values in document.items():
        if not isinstance(values, list):
            msg = f"{path} is damaged: {name!r} is {_kind(values)}, not a list of records"
            raise UnreadableInputError(msg)
        made = [
            {"key": value.get("id") if isinstance(value, dict) else None, "value": value}
            for value in values
        ]
        stores.append(_listed_store(name, "id", made))
    source: dict[str, Json] = {"kind": "dump", "origin": None}
    return Backup("", source, (Database("todo_", 0, tuple(stores)),))


def _kind(value: Json) -> str:
    names = {list: "a list", str: "a text", dict: "an object", bool: "true or false"}
    return "nothing" if value is None else names.get(type(value), "a number")
