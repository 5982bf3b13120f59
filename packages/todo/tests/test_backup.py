"""Backups: written whole or not at all, read with a clear word about what is wrong."""

import errno
import json
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hotdish_todo import values
from hotdish_todo.backup import read_backup, write_backup
from hotdish_todo.errors import OutputError, UnreadableInputError
from hotdish_todo.stores import Database, ObjectStore, Record, Unreadable

Run = Callable[..., tuple[int, str, str]]


def database(*records: Record | Unreadable, name: str = "todo_a") -> Database:
    store = ObjectStore("lists", "id", len(records), lambda: iter(records))
    return Database(name, 7, (store,))


RECORD = Record("L1", {"id": "L1", "title": "half \ud83d", "when": values.date(0)})


def test_a_backup_gives_back_exactly_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "backup.json"

    written = write_backup(path, {"kind": "browser"}, [database(RECORD)])
    backup = read_backup(path)

    (read,) = backup.databases
    (store,) = read.stores
    assert written.counts == {"lists": 1}
    assert backup.is_sealed
    assert backup.source == {"kind": "browser"}
    assert (read.name, read.version, store.name, store.key_path) == ("todo_a", 7, "lists", "id")
    assert list(store.read()) == [RECORD]


def test_unreadable_records_are_named_and_no_file_appears(tmp_path: Path) -> None:
    path = tmp_path / "backup.json"

    written = write_backup(path, {}, [database(RECORD, Unreadable("L2", "its bytes are torn"))])

    assert list(map(str, written.problems)) == ["todo_a / lists / L2: its bytes are torn"]
    assert list(tmp_path.iterdir()) == []


def test_unreadable_records_are_named_in_the_file_if_they_are_allowed(tmp_path: Path) -> None:
    path = tmp_path / "backup.json"
    lost_blob = Record("L3", {"id": "L3"}, missing_blobs=("photo.png",))

    write_backup(
        path, {}, [database(RECORD, Unreadable("L2", "torn"), lost_blob)], allow_unreadable=True
    )

    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["unreadable"] == [
        "todo_a / lists / L2: torn",
        "todo_a / lists / L3: the file of its photo.png is gone",
    ]
    assert document["databases"][0]["stores"]["lists"]["count"] == 2


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow beyond 64 KiB, as on a disk that fills up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_disk")
def test_a_disk_that_fills_up_leaves_the_old_backup_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "backup.json"
    path.write_text("the old one", encoding="utf-8")
    records = [Record(f"L{n}", {"id": f"L{n}", "title": "x" * 1000}) for n in range(200)]

    with pytest.raises(OutputError, match="Nothing was left behind"):
        write_backup(path, {}, [database(*records)])

    assert path.read_text(encoding="utf-8") == "the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_kill_in_the_middle_leaves_no_half_backup(tmp_path: Path) -> None:
    def records() -> Iterator[Record | Unreadable]:
        yield RECORD
        raise KeyboardInterrupt

    cut = Database("todo_a", 1, (ObjectStore("lists", "id", 2, records),))

    with pytest.raises(KeyboardInterrupt):
        write_backup(tmp_path / "backup.json", {}, [cut])

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/backup.json cannot be written: No such file"):
        write_backup(tmp_path / "nowhere" / "backup.json", {}, [database(RECORD)])
    assert errno.ENOENT


FOREIGN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "binary": (b"\x89PNG\xff", "is no UTF-8 text"),
    "syntax": (b'{"a": 1,\n "b" 2}', "line 2, column 6"),
    "cut off": (b'{"format": "todo-dump", "databases": [{"name": "to', "It seems cut off"),
    "cut off between": (b'{"format": "todo-dump", "databases": [', "It seems cut off"),
    "deep": (b"[" * 100000, "nested too deep"),
    "list": (b"[1, 2]", "it holds a list"),
    "text": (b'"x"', "it holds a text"),
    "null": (b"null", "it holds nothing"),
    "true": (b"true", "it holds true or false"),
    "number": (b"5", "it holds a number"),
    "foreign": (b'{"projects": [], "user": 1}', "it holds 'projects', 'user'"),
    "newer": (b'{"format": "todo-dump", "version": 2}', "format version 2"),
    "no databases": (b'{"format": "todo-dump", "version": 1}', "'databases' is nothing"),
    "garbled": (b'{"format": "todo-dump", "version": 1, "databases": [{}]}', "'stores'"),
    "blog garbled": (b'{"lists": [], "tasks": {}}', "'tasks' is an object"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_is_no_backup_is_told_apart(case: str, tmp_path: Path) -> None:
    data, message = FOREIGN[case]
    path = tmp_path / "file.json"
    path.write_bytes(data)

    with pytest.raises(UnreadableInputError) as caught:
        read_backup(path)

    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match=r"gone.json cannot be read: No such file"):
        read_backup(tmp_path / "gone.json")


def test_check_finds_a_changed_byte(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "backup.json"
    write_backup(path, {}, [database(RECORD)])
    assert run("check", path)[0] == 0
    path.write_text(path.read_text(encoding="utf-8").replace("half", "hulf"), encoding="utf-8")

    code, out, _ = run("check", path)

    assert code == 1
    assert "wrong: its checksum does not fit: it was changed after it was written" in out


def test_check_names_what_does_not_fit_and_what_is_not_understood(tmp_path: Path, run: Run) -> None:
    stores: dict[str, Any] = {
        "lists": {
            "keyPath": "id",
            "count": 3,
            "records": [
                {"key": "L1", "value": {"id": "L1", "hue": 1, "x": {"$type": "novel"}}},
                {"key": "L1", "value": {"id": "L1", "f": {"$type": "blob", "missing": True}}},
            ],
        },
        "mystery": {"keyPath": None, "count": 1, "records": [{"key": 1, "value": [1]}]},
        "tasks": {"keyPath": "id", "records": [{"key": "T", "value": {"id": "T"}}]},
        "steps": {"keyPath": "id", "records": [{"key": "S", "value": {"id": "S"}}]},
    }
    databases = [{"name": "todo_a", "version": 1, "stores": stores}]
    path = tmp_path / "dump.json"
    path.write_text(json.dumps({"format": "todo-dump", "version": 1, "databases": databases}))

    code, out, _ = run("check", path, "--json")

    verdict = json.loads(out)
    assert code == 1
    assert verdict["findings"] == [
        "todo_a / lists: 3 records were written, 2 are here",
        "todo_a / lists: the key 'L1' occurs 2 times",
        "todo_a / lists: the tag 'novel' is not known",
        "todo_a / lists: the bytes of 1 files are missing",
    ]
    assert "1 tasks belong to no list" in verdict["remarks"]
    assert "1 steps belong to no task" in verdict["remarks"]
    assert "the field lists.hue is not understood (1 times)" in verdict["remarks"]
    assert "the store mystery is not understood (1 records)" in verdict["remarks"]


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (-62198755200000.0, "-000001-01-01T00:00:00.000Z"),
        (253402300800000.0, "+010000-01-01T00:00:00.000Z"),
        (8.64e15, "+275760-09-13T00:00:00.000Z"),
        (-8.64e15, "-271821-04-20T00:00:00.000Z"),
        (float("nan"), None),
        (8.65e15, None),
    ],
)
def test_dates_are_printed_as_javascript_prints_them(ms: float, text: str | None) -> None:
    assert values.date(ms) == {"$type": "date", "value": text}
