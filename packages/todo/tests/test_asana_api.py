"""Sending to Asana, against a stand-in that checks requests and fails in every way."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from todo_testing.asana_server import TOKEN, FakeAsana, serve_asana

from hotdish_todo.asana_api import AsanaClient, Destination, Journal, plan_items, send
from hotdish_todo.errors import OutputError, RemoteError, UsageError
from hotdish_todo.model import Status, Step, Task, TaskList, ToDo
from hotdish_todo.writers.target import Options

Run = Callable[..., tuple[int, str, str]]
INTO_PROJECT = Destination(project="1")
INTO_WORKSPACE = Destination(workspace="99", team="7")
DAY = dt.date(2024, 5, 6)
TODO = ToDo(
    (
        TaskList(
            "L1",
            "Home",
            "Private",
            (
                Task(
                    "T1",
                    "bake",
                    note="with \ud83d",
                    due=DAY,
                    steps=(
                        Step("S1", "mix", is_completed=True),
                        Step("S2", "heat"),
                        Step("S3", "eat"),
                    ),
                ),
                Task("T2", "same", status=Status.COMPLETED),
                Task("T3", "same", steps=(Step("S1", "mix"),)),
            ),
        ),
        TaskList("L2", "Home", "", (Task("T4", "clean"),)),
    )
)
HOME: Any = (
    "Home",
    False,
    None,
    [
        (
            "bake",
            False,
            "2024-05-06",
            [("mix", True, None, []), ("heat", False, None, []), ("eat", False, None, [])],
        ),
        ("same", True, None, []),
        ("same", False, None, [("mix", False, None, [])]),
    ],
)


@pytest.fixture
def asana() -> Iterator[FakeAsana]:
    with serve_asana() as server:
        yield server


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.waits.append(seconds)

    def read(self) -> float:
        return self.now


def send_all(
    asana: FakeAsana,
    journal: Path,
    destination: Destination = INTO_PROJECT,
    clock: Clock | None = None,
    rate: float = 60,
) -> int:
    clock = clock or Clock()
    items = plan_items(TODO, destination, Options())
    with (
        AsanaClient(TOKEN, asana.url, rate, wait=clock.wait, clock=clock.read) as client,
        Journal(journal, str(destination)) as opened,
    ):
        return send(items, client, opened, destination)


def project_tree(asana: FakeAsana) -> Any:
    assert asana.complaints == []
    return asana.tree(asana.things["1"])[-1]


EXPECTED = [HOME, ("Home (2)", False, None, [("clean", False, None, [])])]


def test_lists_become_sections_with_tasks_and_steps_in_order(
    asana: FakeAsana, tmp_path: Path
) -> None:
    n_made = send_all(asana, tmp_path / "journal")

    assert n_made == 10
    assert project_tree(asana) == EXPECTED
    notes = next(
        thing.data["notes"] for thing in asana.things.values() if thing.data["name"] == "bake"
    )
    assert notes.startswith("with \ufffd\n\n[hotdish-todo ")


def test_list_groups_become_projects_in_a_workspace(asana: FakeAsana, tmp_path: Path) -> None:
    send_all(asana, tmp_path / "journal", INTO_WORKSPACE)

    assert asana.complaints == []
    private, ungrouped = (asana.tree(project) for project in asana.projects[1:])
    assert private == ("Private", False, None, [HOME])
    assert ungrouped == (
        "To Do",
        False,
        None,
        [("Home", False, None, [("clean", False, None, [])])],
    )
    assert asana.projects[1].data["team"] == "7"


def test_a_second_run_makes_nothing(asana: FakeAsana, tmp_path: Path) -> None:
    send_all(asana, tmp_path / "journal")
    n_requests = len(asana.requests)

    assert send_all(asana, tmp_path / "journal") == 0
    assert len(asana.requests) == n_requests


def failing(fault: int | str, nth: int, when: str) -> Callable[[int, str], int | str | None]:
    return lambda number, moment: fault if (number, moment) == (nth, when) else None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "when"),
    [
        (429, "before"),
        (503, "before"),
        (500, "after"),
        ("disconnect", "before"),
        ("disconnect", "after"),
    ],
)
def test_a_fault_at_any_request_leaves_neither_gap_nor_double(
    fault: int | str, when: str, asana: FakeAsana, tmp_path: Path
) -> None:
    send_all(asana, tmp_path / "undisturbed", INTO_WORKSPACE)
    expected = [asana.tree(project) for project in asana.projects]
    n_requests = len(asana.requests)

    for nth in range(n_requests):
        asana.restart()
        asana.fault = failing(fault, nth, when)
        send_all(asana, tmp_path / f"journal-{nth}", INTO_WORKSPACE)

        assert [asana.tree(project) for project in asana.projects] == expected
    assert n_requests > 15


class KilledError(BaseException):
    """Ends a run as a kill does: nothing after it is executed."""


class DyingClock(Clock):
    """The first pause is the end of the process."""

    def wait(self, seconds: float) -> None:
        raise KilledError(seconds)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_any_request_leaves_neither_gap_nor_double(
    when: str, asana: FakeAsana, tmp_path: Path
) -> None:
    send_all(asana, tmp_path / "undisturbed")

    for nth in range(len(asana.requests)):
        asana.restart()
        asana.fault = failing("disconnect", nth, when)
        with pytest.raises(KilledError):
            send_all(asana, tmp_path / f"journal-{nth}", clock=DyingClock(), rate=1e12)
        asana.fault = lambda _n, _when: None
        send_all(asana, tmp_path / f"journal-{nth}")

        assert project_tree(asana) == EXPECTED


@pytest.mark.slow
@pytest.mark.parametrize("nth", [2, 7])
def test_the_command_goes_on_after_a_real_kill(
    nth: int, asana: FakeAsana, blog_dump: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", "from hotdish_todo.cli import main; raise SystemExit(main())"]
    command += ["send", str(blog_dump), "asana", "--project", "1", "--rate", "60000"]
    command += ["--url", asana.url, "--journal", str(tmp_path / "journal"), "--timezone", "UTC"]
    environment = os.environ | {"ASANA_ACCESS_TOKEN": TOKEN}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)

    def kill(number: int, when: str) -> str | None:
        if (number, when) != (nth, "after"):
            return None
        process.send_signal(signal.SIGKILL)
        process.wait()
        return "disconnect"

    asana.fault = kill
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    asana.fault = lambda _number, _when: None
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert again.returncode == 0, again.stderr
    sections = {name: [task[0] for task in tasks] for name, _, _, tasks in project_tree(asana)}
    assert sections == {
        "Home": ["Bake \ufffd hotdish", "Bake \ufffd hotdish"],
        "home": [],
        "XML Data Link list": [],
        "(no list)": ["=1+1", "(task not in the backup)"],
    }


def test_requests_keep_the_pace_and_obey_retry_after(asana: FakeAsana, tmp_path: Path) -> None:
    clock = Clock()
    asana.fault = lambda n, when: 429 if (n, when) == (3, "before") else None

    send_all(asana, tmp_path / "journal", clock=clock)

    assert clock.now >= len(asana.requests) - 1
    assert 7.0 in clock.waits


def test_asana_that_never_answers_is_given_up_and_the_run_can_go_on(
    asana: FakeAsana, tmp_path: Path
) -> None:
    asana.fault = lambda n, _: 500 if n >= 4 else None
    with pytest.raises(RemoteError, match="run the same command again later"):
        send_all(asana, tmp_path / "journal")
    asana.fault = lambda _n, _when: None

    send_all(asana, tmp_path / "journal")

    assert project_tree(asana) == EXPECTED


@pytest.mark.parametrize(
    ("status", "advice"),
    [(400, "a fault"), (402, "paid plan"), (403, "may not do this"), (404, "Check the number")],
)
def test_a_refusal_says_what_to_do(
    status: int, advice: str, asana: FakeAsana, tmp_path: Path
) -> None:
    asana.fault = lambda _n, _when: status

    with pytest.raises(RemoteError, match=rf"status {status}\): a fault.*{advice}|{advice}"):
        send_all(asana, tmp_path / "journal")


def test_a_journal_of_another_project_is_not_used(asana: FakeAsana, tmp_path: Path) -> None:
    Journal(tmp_path / "journal", "project 2").__exit__(None, None, None)

    with pytest.raises(UsageError, match="belongs to project 2, not to project 1"):
        send_all(asana, tmp_path / "journal")


def test_a_file_that_is_no_journal_is_left_alone(asana: FakeAsana, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_text("[1]\n", encoding="utf-8")

    with pytest.raises(UsageError, match="is no journal"):
        send_all(asana, path)

    assert path.read_text(encoding="utf-8") == "[1]\n"


def test_a_journal_that_cannot_be_written_is_named(asana: FakeAsana, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        send_all(asana, tmp_path / "nowhere" / "journal")


def test_a_line_torn_by_a_kill_is_dropped(asana: FakeAsana, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    send_all(asana, path)
    with path.open("ab") as file:
        file.write(b'{"done": "half')

    assert send_all(asana, path) == 0
    assert path.read_bytes().endswith(b"}\n")


def test_a_dry_run_prints_the_plan_and_asks_nothing_of_asana(
    asana: FakeAsana, blog_dump: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASANA_ACCESS_TOKEN", raising=False)

    code, out, err = run(
        "send", blog_dump, "asana", "--project", "1", "--dry-run", "--url", asana.url
    )

    assert code == 0
    assert "section Home" in out
    assert "    subtask [x] first" in out
    assert "requests" in err
    assert asana.requests == []


def test_the_command_sends_and_says_how_much(
    asana: FakeAsana, blog_dump: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", TOKEN)

    code, out, _ = run(
        "send",
        blog_dump,
        "asana",
        "--project",
        "1",
        "--rate",
        "60000",
        "--url",
        asana.url,
        "--journal",
        tmp_path / "j",
        "--json",
    )

    assert code == 0
    assert json.loads(out) == {"made": 11, "planned": 11, "journal": str(tmp_path / "j")}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("asana", "--project", "1"), "ASANA_ACCESS_TOKEN"),
        (("asana",), "--project or --workspace"),
        (("asana", "--project", "1", "--workspace", "2"), "--project or --workspace"),
        (("todoist", "--project", "1"), "No target 'todoist'"),
    ],
)
def test_wrong_use_of_send_exits_with_2(
    arguments: tuple[str, ...],
    message: str,
    blog_dump: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ASANA_ACCESS_TOKEN", raising=False)

    code, _, err = run("send", blog_dump, *arguments)

    assert code == 2
    assert message in err
