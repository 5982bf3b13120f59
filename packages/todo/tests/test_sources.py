"""The sources beside the browsers: Graph, the Windows app, dumps; and finding them all."""

import datetime as dt
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from todo_testing.graph_server import TOKEN, FakeGraph, serve_graph

from hotdish_todo import snippet
from hotdish_todo.backup import read_backup
from hotdish_todo.copying import copy_store
from hotdish_todo.errors import RemoteError, UnreadableInputError
from hotdish_todo.graph import GraphClient, open_graph, sign_in
from hotdish_todo.indexeddb import open_databases
from hotdish_todo.mapping import map_backup
from hotdish_todo.model import Attachment, Importance, Link, Status
from hotdish_todo.profiles import places, places_under
from hotdish_todo.recurrence import Recurrence

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with serve_graph() as server:
        yield server


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n", encoding="utf-8")
    return path


def test_graph_gives_all_pages_and_the_list_that_only_delta_shows(
    graph: FakeGraph, token_file: Path, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "backup.json"

    code, _, err = run(
        "read", "graph", "--token-file", token_file, "--graph-url", graph.url, "-o", path
    )
    todo = map_backup(read_backup(path), ZoneInfo("Europe/Berlin"))

    assert code == 0
    assert "Graph leaves out lists whose name begins with some emoji" in err
    assert [one.title for one in todo.lists] == ["Tasks", "🏠 Home"]
    assert [task.title for task in todo.lists[0].tasks] == [
        "bake",
        *(f"task {n}" for n in range(2, 6)),
    ]
    task = todo.lists[0].tasks[0]
    assert task.note == "one\n\ntwo"
    assert task.due == dt.date(2024, 5, 6)
    assert (task.status, task.importance) == (Status.COMPLETED, Importance.HIGH)
    assert task.reminder == dt.datetime(2024, 5, 5, 7, tzinfo=dt.UTC)
    assert task.recurrence == Recurrence("WEEKLY", 2, ("monday",), until=dt.date(2024, 12, 31))
    assert [(step.title, step.is_completed) for step in task.steps] == [
        ("mix", True),
        ("heat", False),
    ]
    assert task.links == (Link("https://x.invalid", "mail"),)
    assert task.attachments == (Attachment("photo.png", 3),)
    assert '"contentBytes": "AQID"' in path.read_text(encoding="utf-8")


def test_graph_is_asked_again_after_the_time_it_names(graph: FakeGraph) -> None:
    waits: list[float] = []
    graph.fault = {1: (429, {"Retry-After": "9"}), 2: (503, {})}.get

    with GraphClient(TOKEN, graph.url, wait=waits.append) as client, open_graph(client) as source:
        assert source.n_records == 12

    assert waits == [9.0, 2.0]


def test_graph_that_never_answers_is_given_up(graph: FakeGraph) -> None:
    graph.fault = lambda _: (500, {})

    with (
        GraphClient(TOKEN, graph.url, wait=lambda _: None) as client,
        pytest.raises(RemoteError, match="does not answer: status 500"),
    ):
        client.get("/me")


def test_graph_that_is_not_there_is_given_up() -> None:
    with (
        GraphClient(TOKEN, "http://127.0.0.1:9", wait=lambda _: None) as client,
        pytest.raises(RemoteError, match=r"the connection broke \(ConnectError\)"),
    ):
        client.get("/me")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ((401, {}), "sign in again"),
        ((403, {}), "lacks Tasks.Read"),
        ((404, {}), "a fault that a test wants"),
        ("<html>", "no JSON"),
        ('{"value": [], "@odata.nextLink": "https://evil.invalid/"}', "on another server"),
    ],
)
def test_what_graph_refuses_is_explained(fault: Any, message: str, graph: FakeGraph) -> None:
    graph.fault = lambda _: fault

    with GraphClient(TOKEN, graph.url) as client, pytest.raises(RemoteError, match=message):
        list(client.pages("/me/todo/lists"))


class FakeApp:
    """Answers as msal's application does."""

    def __init__(self, flow: dict[str, Any], answer: dict[str, Any]) -> None:
        self.flow = flow
        self.answer = answer

    def initiate_device_flow(self, scopes: list[str]) -> dict[str, Any]:
        assert scopes == ["Tasks.Read"]
        return self.flow

    def acquire_token_by_device_flow(self, flow: dict[str, Any]) -> Mapping[str, Any]:
        assert flow is self.flow
        return self.answer


FLOW = {"user_code": "ABC", "message": "Type ABC"}


def test_signing_in_shows_the_code_and_gives_the_token() -> None:
    said: list[str] = []

    token = sign_in("id", said.append, lambda _: FakeApp(FLOW, {"access_token": "T"}))

    assert token == "T"
    assert said == ["Type ABC"]


@pytest.mark.parametrize(
    "app",
    [
        FakeApp({"error": "no", "error_description": "AADSTS1: forbidden\nmore"}, {}),
        FakeApp(FLOW, {"error": "AADSTS1: forbidden"}),
    ],
)
def test_a_refused_sign_in_names_the_other_ways(app: FakeApp) -> None:
    with pytest.raises(RemoteError, match=r"AADSTS1: forbidden\. If your organisation"):
        sign_in("id", lambda _: None, lambda _: app)


def test_graph_without_a_token_is_wrong_use(run: Run, tmp_path: Path) -> None:
    assert run("read", "graph")[0] == 2
    code, _, err = run("read", "graph", "--token-file", tmp_path / "gone")
    assert code == 2
    assert "cannot be read" in err


WINDOWS_APP = """
create table task_folders (_id integer, online_id text, local_id text, deleted int, name text, group_local_id text, position text, position_changed int);
create table groups (_id integer, local_id text, deleted int, name text, position text);
create table tasks (_id integer, online_id text, local_id text, deleted int, task_folder_local_id text, subject text, status text, importance int, body_content text, position text, due_date text, reminder_datetime text, is_reminder_on int, completed_datetime text, created_datetime text, committed_date text, recurrence_type text, recurrence_interval int, recurrence_interval_type text, recurrence_days_of_week text);
create table steps (_id integer, local_id text, deleted int, task_local_id text, subject text, completed int, position text);
create table linked_entities (_id integer, local_id text, deleted int, task_local_id text, web_link text, display_name text);
create table members (_id integer, member_id text, display_name text, avatar blob);
create table assignments (_id integer, local_id text, deleted int, task_local_id text, assignee_id text);
create table settings (key text, value text);
insert into groups values (1, 'g1', 0, 'Private', '1');
insert into task_folders values (1, 'on1', 'f1', 0, 'Home', 'g1', '2024-01-01T00:00:00Z', 0);
insert into task_folders values (2, 'on2', 'f2', 1, 'Deleted list', null, '2024-01-02T00:00:00Z', 0);
insert into tasks values (1, 'T1', 't1', 0, 'f1', 'bake', 'Completed', 2, 'plain note', '2024-01-01T00:00:00Z', '2024-05-06', '2024-05-06T07:00:00Z', 1, '2024-05-07T08:00:00.1234567Z', '2024-01-01T00:00:00Z', '2024-05-05', 'Custom', 3, 'Weeks', 'Monday,Friday');
insert into tasks values (2, 'T2', 't2', 0, 'f1', 'newer', 'NotStarted', 1, '', '2024-02-01T00:00:00Z', null, '2024-05-06T07:00:00Z', 0, null, null, null, null, null, null, null);
insert into tasks values (3, 'T3', 't3', 1, 'f1', 'deleted', 'NotStarted', 1, '', null, null, null, 0, null, null, null, null, null, null, null);
insert into steps values (1, 's1', 0, 't1', 'second', 0, '2024-01-01T00:00:00Z');
insert into steps values (2, 's2', 0, 't1', 'first', 1, '2024-01-02T00:00:00Z');
insert into linked_entities values (1, 'e1', 0, 't1', 'https://x.invalid', 'mail');
insert into members values (1, 'm1', 'Ada', x'00ff');
insert into assignments values (1, 'a1', 0, 't1', 'm1');
"""  # noqa: E501 - one statement a line


def make_windows_app(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.executescript(WINDOWS_APP)
        connection.commit()
    return path


def test_the_windows_app_is_read_with_groups_steps_and_my_day(tmp_path: Path, run: Run) -> None:
    source = make_windows_app(tmp_path / "0123" / "todosqlite.db")

    code, out, _ = run("read", source, "-o", tmp_path / "backup.json", "--json")
    todo = map_backup(read_backup(tmp_path / "backup.json"))

    assert code == 0
    assert json.loads(out)["counts"]["tasks"] == 3
    (home,) = todo.lists
    assert (home.title, home.group) == ("Home", "Private")
    newer, bake = home.tasks
    assert (newer.title, newer.reminder) == ("newer", None)
    assert bake.note == "plain note"
    assert (bake.due, bake.my_day) == (dt.date(2024, 5, 6), dt.date(2024, 5, 5))
    assert (bake.status, bake.importance) == (Status.COMPLETED, Importance.HIGH)
    assert bake.recurrence == Recurrence("WEEKLY", 3, ("monday", "friday"))
    assert [step.title for step in bake.steps] == ["first", "second"]
    assert bake.assignees == ("Ada",)
    assert bake.links == (Link("https://x.invalid", "mail"),)
    assert todo.warnings == ("2 records are marked as deleted in To Do and were left out",)


def put_store(seeded: Any, folder: Path) -> None:
    """Copy a profile that a browser wrote to where that browser would keep it."""
    shutil.copytree(seeded.profile, folder)


PROFILES = {
    "linux": {
        "chromium": (".config/google-chrome", "https_to-do.live.com_0"),
        "firefox": (".mozilla/firefox", "https+++to-do.office.com"),
    },
    "darwin": {
        "chromium": ("Library/Application Support/Microsoft Edge", "https_to-do.live.com_0"),
        "firefox": ("Library/Application Support/Firefox/Profiles", "https+++to-do.office.com"),
    },
    "win32": {
        "chromium": ("AppData/Local/Google/Chrome/User Data", "https_to-do.live.com_0"),
        "firefox": ("AppData/Roaming/Mozilla/Firefox/Profiles", "https+++to-do.office.com"),
    },
}


@pytest.fixture
def small_profile(seeded: Any, tmp_path: Path) -> Callable[[Path, str], Path]:
    """Put the origin's folder of a browser's profile under another name and place."""

    def put(home: Path, platform: str) -> Path:
        kinds = PROFILES[platform]
        (store, *_) = [p.path for p in places_under(seeded.profile)]
        if store.parent.name == "idb":
            folder, origin = kinds["firefox"]
            target = home / folder / "abc.default" / "storage" / "default" / origin
            shutil.copytree(store.parents[1], target)
            return target
        folder, origin = kinds["chromium"]
        target = home / folder / "Profile 1" / "IndexedDB"
        if store.is_dir():
            shutil.copytree(store, target / f"{origin}.indexeddb.leveldb")
            blobs = store.with_name(store.name.replace(".leveldb", ".blob"))
            shutil.copytree(blobs, target / f"{origin}.indexeddb.blob")
        else:
            shutil.copytree(store.parent, target / origin)
        return target

    return put


@pytest.mark.slow
@pytest.mark.parametrize("platform", PROFILES)
def test_profiles_are_found_where_each_system_keeps_them(
    platform: str, small_profile: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    small_profile(tmp_path / "home", platform)

    found = places({}, tmp_path / "home", platform)

    databases = {
        database.name: (place.program, place.profile, place.origin)
        for nth, place in enumerate(found)
        for database in open_databases(copy_store(place.path, tmp_path / str(nth)))
    }
    program, profile, origin = databases["todo_5b7dcc49-a24e-48f4-9424-1f17da827b54"]
    assert program in ("Chrome", "Edge", "Firefox")
    assert profile in ("Profile 1", "abc.default")
    assert origin in ("https://to-do.live.com", "https://to-do.office.com")


def test_the_windows_app_is_found(tmp_path: Path) -> None:
    app = "Packages/Microsoft.Todos_8wekyb3d8bbwe/LocalState/AccountsRoot/0123/todosqlite.db"
    make_windows_app(tmp_path / app)

    (place,) = places({"LOCALAPPDATA": str(tmp_path)}, tmp_path / "home", "win32")

    assert (place.kind, place.profile) == ("windows-app", "0123")


@pytest.mark.slow
def test_find_and_read_need_nothing_typed(
    home: Path, small_profile: Callable[[Path, str], Path], tmp_path: Path, run: Run
) -> None:
    small_profile(home, "linux")

    code, out, _ = run("find", "--json")
    (found,) = json.loads(out)
    assert code == 0
    assert found["counts"] == {"lists": 12, "tasks": 1990, "steps": 1500}
    assert run("find")[0] == 0

    code, _, err = run("read", "-o", tmp_path / "backup.json")
    assert code == 0
    assert "1990 tasks" in err


@pytest.mark.usefixtures("home")
def test_find_and_read_say_what_to_do_if_nothing_is_there(run: Run) -> None:
    code, _, err = run("find")
    assert code == 1
    assert "wait until your lists show" in err

    code, _, err = run("read")
    assert code == 2
    assert "Name a SOURCE" in err


def two_accounts(tmp_path: Path) -> Path:
    stores = {
        "lists": {"keyPath": "id", "records": [{"key": "L", "value": {"id": "L", "title": "x"}}]}
    }
    databases = [{"name": f"todo_{name}", "version": 1, "stores": stores} for name in ("aa", "bb")]
    path = tmp_path / "two.json"
    path.write_text(json.dumps({"format": "todo-dump", "version": 1, "databases": databases}))
    return path


def test_several_accounts_are_listed_and_one_can_be_chosen(tmp_path: Path, run: Run) -> None:
    source, target = two_accounts(tmp_path), tmp_path / "backup.json"

    code, _, err = run("read", source, "-o", target)
    assert code == 2
    assert "--account aa  (1 lists)" in err

    code, _, err = run("read", source, "-o", target, "--account", "cc")
    assert code == 2
    assert "There are: aa, bb" in err

    assert run("read", source, "-o", target, "--account", "BB")[0] == 0
    assert [one.name for one in read_backup(target).databases] == ["todo_bb"]

    assert run("read", source, "-o", target, "--account", "all")[0] == 0
    assert len(map_backup(read_backup(target)).lists) == 2


def test_what_holds_no_to_do_data_is_told_apart(tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").mkdir()
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("create table x (y)")
    torn = tmp_path / "torn.sqlite"
    torn.write_bytes(other.read_bytes()[:700])

    for source, message in (
        (tmp_path / "gone", "does not exist"),
        (tmp_path / "empty", "holds no IndexedDB"),
        (other, "is neither a LevelDB folder nor"),
        (torn, "is damaged"),
    ):
        code, _, err = run("read", source, "-o", tmp_path / "backup.json")
        assert (code, message in err) == (2, True), err


def make_leveldb(folder: Path, manifest: bytes = b"") -> Path:
    folder.mkdir()
    (folder / "CURRENT").write_text("MANIFEST-000001\n")
    (folder / "MANIFEST-000001").write_bytes(manifest)
    return folder


def test_a_profile_without_to_do_says_to_open_it_first(tmp_path: Path, run: Run) -> None:
    store = make_leveldb(tmp_path / "https_to-do.live.com_0.indexeddb.leveldb")

    code, _, err = run("read", store)

    assert code == 2
    assert "is named todo_... Open To Do in this browser" in err


def test_a_file_that_vanishes_for_good_is_named_after_some_tries(tmp_path: Path) -> None:
    store = make_leveldb(tmp_path / "x.indexeddb.leveldb")
    (store / "MANIFEST-000001").unlink()
    waits: list[float] = []

    with pytest.raises(UnreadableInputError, match=r"kept changing or is damaged .*MANIFEST"):
        copy_store(store, tmp_path / "copy", wait=waits.append)

    assert len(waits) == 10


def test_a_store_that_vanishes_whole_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="is not there"):
        copy_store(tmp_path / "gone.sqlite", tmp_path / "copy", wait=lambda _: None)


def test_a_locked_file_asks_to_close_the_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is Windows's: another system copies a file that someone else has open."""
    store = make_leveldb(tmp_path / "x.indexeddb.leveldb")

    def locked(source: Path, _: Path) -> None:
        raise PermissionError(13, "in use", str(source))

    monkeypatch.setattr(shutil, "copyfile", locked)

    with pytest.raises(UnreadableInputError, match="CURRENT is locked: close the browser"):
        copy_store(store, tmp_path / "copy")


def test_an_unknown_version_of_a_value_names_the_record_and_the_way_out(
    tmp_path: Path, run: Run
) -> None:
    source = tmp_path / "store"
    with closing(sqlite3.connect(source)) as connection:
        connection.executescript(
            "create table indexed_db_metadata (name, version);"
            "create table object_stores (id, name, key_path);"
            "create table records (row_id, object_store_id, compression_type, key, value);"
        )
        name = "todo_a".encode("utf-16-le")
        connection.execute("insert into indexed_db_metadata values (?, 1)", (name,))
        connection.execute(
            "insert into object_stores values (1, ?, null)", ("lists".encode("utf-16-le"),)
        )
        connection.execute("insert into records values (1, 1, 0, x'306200', x'ff1fff21ab')")
        connection.execute("insert into records values (2, 1, 9, x'306300', x'ff1fff2130')")
        connection.commit()

    code, _, err = run("read", source, "-o", tmp_path / "backup.json")

    assert code == 2
    assert "todo_a / lists / 306200: unknown kind of value" in err
    assert "version 33" in err
    assert "compressed in an unknown way (9)" in err
    assert "hotdish-todo snippet" in err
    assert not (tmp_path / "backup.json").exists()
    assert run("read", source, "-o", tmp_path / "backup.json", "--allow-unreadable")[0] == 1
    assert (tmp_path / "backup.json").exists()


def test_an_empty_database_asks_to_wait_for_the_lists(tmp_path: Path, run: Run) -> None:
    source = tmp_path / "store"
    with closing(sqlite3.connect(source)) as connection:
        connection.executescript(
            "create table indexed_db_metadata (name, version);"
            "create table object_stores (id, name, key_path);"
            "create table records (row_id, object_store_id, compression_type, key, value);"
        )
        connection.execute(
            "insert into indexed_db_metadata values (?, 1)", ("todo_a".encode("utf-16-le"),)
        )
        connection.commit()

    code, _, err = run("read", source)

    assert code == 2
    assert "todo_a is empty. Open To Do in this browser, wait until your lists show" in err


def test_the_snippet_comes_in_three_forms(run: Run) -> None:
    code, script, err = run("snippet")
    assert code == 0
    assert script.startswith("// Saves everything")
    assert "press F12" in err

    bookmark = run("snippet", "--bookmarklet")[1].strip()
    assert bookmark.startswith("javascript:void%20")
    assert "\n" not in bookmark
    assert len(bookmark) < 16384

    userscript = run("snippet", "--userscript")[1]
    assert userscript.startswith("// ==UserScript==")
    assert "// @match   https://to-do.live.com/*" in userscript

    assert run("snippet", "--bookmarklet", "--userscript")[0] == 2


@pytest.mark.slow
def test_bookmarklet_and_userscript_save_the_same_as_the_console(
    open_browser: Callable[[str, Path], Any], tmp_path: Path
) -> None:
    with open_browser("chromium-leveldb", tmp_path / "profile") as browser:
        browser.run("seed({tasks: 30, steps: 9, awkward: true})")
        browser.dump(tmp_path / "console.json")
        with browser.page.expect_download() as download:
            browser.page.evaluate("(address) => { location.href = address }", snippet.bookmarklet())
        download.value.save_as(tmp_path / "bookmarklet.json")
        browser.page.add_script_tag(content=snippet.userscript())
        with browser.page.expect_download() as download:
            browser.page.click("text=Save a backup of To Do")
        download.value.save_as(tmp_path / "userscript.json")

    stores = [
        json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))["databases"]
        for name in ("console", "bookmarklet", "userscript")
    ]
    assert stores[0] == stores[1] == stores[2]
    assert len(stores[0][0]["stores"]["awkward"]["records"]) == 28


@pytest.mark.slow
def test_the_snippet_without_to_do_says_what_to_do(
    open_browser: Callable[[str, Path], Any], tmp_path: Path
) -> None:
    messages: list[str] = []
    with open_browser("chromium-leveldb", tmp_path / "profile") as browser:

        def accept(dialog: Any) -> None:
            messages.append(dialog.message)
            dialog.accept()

        browser.page.on("dialog", accept)
        assert browser.page.evaluate(snippet.console_script()) == {}

    assert messages[0].startswith("No To Do data in this tab yet.")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--version",), 0),
        (("--help",), 0),
        (("-h",), 0),
        (("nonsense",), 2),
        (("convert", "gone.json", "asana"), 2),
        (("convert", "gone.json", "nonsense"), 2),
        (("show", "gone.json", "--timezone", "Mars/Base"), 2),
    ],
)
def test_exit_codes_tell_wrong_use(arguments: tuple[str, ...], code: int, run: Run) -> None:
    assert run(*arguments)[0] == code


def test_a_backup_without_anything_is_not_converted(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "dump.json"
    path.write_text('{"lists": [], "tasks": []}', encoding="utf-8")

    code, _, err = run("convert", path, "csv")

    assert code == 2
    assert "holds no lists and no tasks" in err
