"""Everything here is read from profiles that real browsers wrote."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from todo_testing.browsers import Browser

from hotdish_todo.copying import copy_store
from hotdish_todo.indexeddb import open_databases
from hotdish_todo.profiles import places_under
from hotdish_todo.stores import Database, Record, Unreadable

pytestmark = pytest.mark.slow

ROUNDS = 25
BLOCKS, SIZE = 10, 40


def exact(value: Any) -> Any:
    """Give a value whose numbers equal themselves however printed: JavaScript has doubles."""
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    is_large = isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53
    return float(value) if is_large else value


def everything(stores: list[tuple[str, Any, list[list[Any]]]]) -> Any:
    return {name: (key_path, exact(records)) for name, key_path, records in stores}


def from_dump(path: Path) -> Any:
    document = json.loads(path.read_text(encoding="utf-8"))
    (database,) = document["databases"]
    return database["version"], everything(
        [
            (name, store["keyPath"], [[r["key"], r["value"]] for r in store["records"]])
            for name, store in database["stores"].items()
        ]
    )


def from_disk(storage: Path, copies: Path) -> Any:
    database = to_do_database(storage, copies)
    return database.version, everything(
        [
            (store.name, store.key_path, [[r.key, r.value] for r in records(store.read())])
            for store in database.stores
        ]
    )


def to_do_database(storage: Path, copies: Path) -> Database:
    found = [
        database
        for nth, place in enumerate(places_under(storage))
        for database in open_databases(copy_store(place.path, copies / str(nth)))
        if database.name.startswith("todo_")
    ]
    assert len(found) == 1
    return found[0]


def records(read: Any) -> list[Record]:
    found = list(read)
    assert [one for one in found if isinstance(one, Unreadable)] == []
    assert [one for one in found if one.missing_blobs] == []
    return found


def test_a_closed_profile_holds_exactly_what_the_page_saw(seeded: Any, tmp_path: Path) -> None:
    assert from_disk(seeded.profile, tmp_path) == from_dump(seeded.dump)


def test_a_copy_of_an_open_profile_holds_exactly_what_the_page_saw(
    seeded: Any, tmp_path: Path
) -> None:
    assert from_disk(seeded.copied_while_open, tmp_path) == from_dump(seeded.dump)


def test_thousands_of_records_were_compared_and_the_odd_ones_among_them(seeded: Any) -> None:
    version, stores = from_dump(seeded.dump)

    counts = {name: len(found) for name, (_, found) in stores.items()}

    assert version == 7
    assert counts["tasks"] == 1990
    assert counts["steps"] == 1500
    assert counts["awkward"] == 28
    assert counts["odd_keys"] == 43
    assert counts["empty"] == 0


def test_a_large_profile_that_was_compacted_into_tables_is_read_whole(
    open_browser: Callable[[str, Path], Any], tmp_path: Path
) -> None:
    """LevelDB writes tables only after some megabytes; smaller profiles are one log."""
    browser: Browser
    with open_browser("chromium-leveldb", tmp_path / "profile") as browser:
        browser.run("seed({tasks: 8000, steps: 100})")
        browser.run("seed({tasks: 8000, steps: 100})")
        browser.dump(tmp_path / "dump.json")
        (place,) = places_under(browser.storage)
        assert Counter(path.suffix for path in place.path.iterdir())[".ldb"] >= 1
        while_open = from_disk(browser.storage, tmp_path / "open")

    assert while_open == from_dump(tmp_path / "dump.json")
    assert from_disk(tmp_path / "profile", tmp_path / "closed") == while_open


@pytest.mark.parametrize("name", ["chromium-leveldb", "chromium-sqlite", "firefox"])
def test_25_copies_while_the_page_writes_each_show_whole_transactions_only(
    name: str, open_browser: Callable[[str, Path], Any], tmp_path: Path
) -> None:
    """Each transaction moves one block of tasks from one generation to the next."""
    browser: Browser
    with open_browser(name, tmp_path / "profile") as browser:
        browser.run(f"seed({{tasks: {BLOCKS * SIZE}, steps: 0}})")
        browser.run(f"putTasks({BLOCKS * SIZE})")
        browser.run(f"startWriting({{blocks: {BLOCKS}, size: {SIZE}}})")
        for nth in range(ROUNDS):
            before = browser.run("writer.generations")
            tasks = tasks_on_disk(browser.storage, tmp_path / f"copy-{nth}")
            after = browser.run("writer.generations")
            assert_whole_blocks(tasks, before, after)
            assert_values_of_the_page(browser, tasks[nth :: ROUNDS * 2])
        browser.run("stopWriting()")
        assert sum(browser.run("writer.generations")) > ROUNDS


def tasks_on_disk(storage: Path, copies: Path) -> list[Any]:
    database = to_do_database(storage, copies)
    (store,) = [store for store in database.stores if store.name == "tasks"]
    return [record.value for record in records(store.read())]


def assert_whole_blocks(tasks: list[Any], before: list[int], after: list[int]) -> None:
    assert len(tasks) == BLOCKS * SIZE
    for block in range(BLOCKS):
        generations = {task["generation"] for task in tasks[block * SIZE : (block + 1) * SIZE]}
        assert len(generations) == 1
        # One more may be committed on disk before the page hears of it.
        assert before[block] <= generations.pop() <= after[block] + 1


def assert_values_of_the_page(browser: Browser, tasks: list[Any]) -> None:
    """Compare with what the page itself makes of the same numbers."""
    asked = [[int(task["id"][8:-1]), task["generation"]] for task in tasks]
    script = (
        f"JSON.stringify({json.dumps(asked)}.map(([i, generation]) => makeTask(i, generation)))"
    )
    expected = json.loads(browser.run(script))
    assert [comparable(task) for task in tasks] == expected


def comparable(task: Any) -> Any:
    """Give a task as plain JSON prints it: without undefined, and the date as text."""
    kept = {name: value for name, value in task.items() if value != {"$type": "undefined"}}
    return kept | {"last_modified": kept["last_modified"]["value"]}
