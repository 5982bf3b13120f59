"""Starting, watching and stopping real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotdish_menu.errors import PlanError
from hotdish_menu.launch_plan import LaunchPlan, Options
from hotdish_menu.model import Item, Prompt
from hotdish_menu.opening import as_program, open_with_system
from hotdish_menu.plan import plan
from hotdish_menu.run import LOG_BYTES, RING_BYTES
from hotdish_menu.runner import Runner
from hotdish_menu.terminals import find_terminal, write_terminal_script

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotdish_menu.run import Run


@pytest.fixture
def runner(tmp_path: Path, state: Path) -> Runner:
    return Runner(state, tmp_path / "tools.csv")


@pytest.fixture
def start(runner: Runner, tmp_path: Path) -> Callable[..., Run]:
    """Plan an item on Linux in the test's folder and start it."""

    def start_item(
        method: str,
        command: str,
        arguments: str = "",
        values: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Run:
        item = Item(2, more.pop("name", "Go"), method, command, arguments, **more)
        options = Options(str(tmp_path), python=sys.executable, values=values or {})
        return runner.start(item, plan(item, "linux", options), values)

    return start_item


def ended(run: Run) -> Run:
    assert run.wait(30), "it did not end"
    return run


def gather(run: Run) -> Callable[[], str]:
    """Give all output so far, whenever it is asked for."""
    pieces: list[str] = []

    def text() -> str:
        pieces.append(run.drain())
        return "".join(pieces)

    return text


def all_text(run: Run) -> str:
    ended(run)
    return run.drain()


def test_a_run_gives_its_output_exit_code_and_time(start: Callable[..., Run]) -> None:
    run = start("bash_inline", "echo out; echo err >&2; exit 3")

    assert all_text(run) == "out\nerr\n"
    assert (run.outcome, run.exit_code) == ("failed", 3)
    assert 0 < run.seconds < 30


def test_output_comes_while_the_script_still_runs(
    start: Callable[..., Run], wait_until: Callable[[Callable[[], object], str], None]
) -> None:
    run = start("python_inline", "print('first'); input(); print('second')")
    seen = gather(run)

    wait_until(lambda: "first\n" in seen(), "the first line")

    assert not run.is_over
    assert run.send("go on")
    assert all_text(run) == "second\n"
    assert not run.send("too late")


def test_answers_reach_the_script_as_variables(start: Callable[..., Run]) -> None:
    run = start(
        "bash_inline",
        'printf "%s|" "$MENU_user" "$1"',
        "{user}",
        values={"user": "a b; $(id)"},
        prompts=(Prompt("user"),),
    )

    assert all_text(run) == "a b; $(id)|a b; $(id)|"


@pytest.mark.slow
def test_stop_ends_the_whole_tree(
    start: Callable[..., Run], wait_until: Callable[[Callable[[], object], str], None]
) -> None:
    run = start(
        "bash_inline", "sleep 1000 & echo $!; trap '' TERM; sleep 1000 & echo $!; echo up; wait"
    )
    seen = gather(run)
    wait_until(lambda: "up" in seen(), "the children")
    children = [int(line) for line in seen().split() if line.isdigit()]

    run.stop()
    ended(run)

    assert run.outcome == "stopped"
    assert len(children) == 2
    wait_until(lambda: not any(map(is_alive, children)), "the end of the children")


def test_what_a_stopped_script_started_may_tidy_up(
    start: Callable[..., Run],
    tmp_path: Path,
    wait_until: Callable[[Callable[[], object], str], None],
) -> None:
    tidy = (
        "bash -c 'trap \"sleep 0.3; touch tidy; exit\" TERM; echo up; while :; do sleep 0.1; done'"
    )
    run = start("bash_inline", f"{tidy} & trap 'exit 1' TERM; wait")
    seen = gather(run)
    wait_until(lambda: "up" in seen(), "the child")

    run.stop()
    assert run.wait(30)

    assert (tmp_path / "tidy").exists()


def test_an_answer_that_a_command_script_would_run_is_refused_whatever_the_row_calls_it(
    state: Path, tmp_path: Path
) -> None:
    script = tmp_path / "tool.cmd"
    script.touch(mode=0o755)
    item = Item(2, "Go", "exe", "tool", "{who}", prompts=(Prompt("who"),))
    answers = {"who": "x & calc"}
    planned = plan(item, "windows", Options(str(tmp_path), values=answers))
    # Windows finds tool.cmd where a row says tool; this system does not.
    found = replace(planned, argv=(str(script), *planned.argv[1:]))

    with pytest.raises(PlanError, match="would run as a command"):
        Runner(state, tmp_path / "m.csv").start(item, found, answers)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_timeout_stops_a_script(start: Callable[..., Run]) -> None:
    run = ended(start("bash_inline", "echo begun; sleep 1000", timeout_s=0.3))

    assert run.outcome == "timed out"
    assert run.drain() == "begun\n"


def test_the_end_is_told_though_a_child_holds_the_pipe(start: Callable[..., Run]) -> None:
    run = ended(start("bash_inline", "sleep 1000 & echo $!"))

    child = int(run.drain())
    assert run.outcome == "done"
    assert run.seconds < 100
    os.kill(child, 15)


def test_no_zombie_and_no_thread_is_left(
    start: Callable[..., Run], wait_until: Callable[[Callable[[], object], str], None]
) -> None:
    n_threads = threading.active_count()

    runs = [ended(start("exe", "true", name=f"Go {n}")) for n in range(5)]

    assert {run.outcome for run in runs} == {"done"}
    wait_until(lambda: threading.active_count() <= n_threads, "the end of the threads")
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_one_item_runs_once_at_a_time_unless_the_row_says_many(start: Callable[..., Run]) -> None:
    first = start("bash_inline", "sleep 1000")
    many = [start("bash_inline", "sleep 1000", name="Many", is_single=False) for _ in range(2)]

    with pytest.raises(PlanError, match="Go is still running"):
        start("bash_inline", "true")

    for run in (first, *many):
        run.stop()
        ended(run)


def test_bytes_of_any_encoding_are_shown(start: Callable[..., Run]) -> None:
    utf8 = start("bash_inline", r"printf 'Gr\303\266\303\237e'")
    western = start("bash_inline", r"printf 'Gr\366\337e'", name="2")
    named = start("bash_inline", r"printf '\204'", name="3", encoding="cp850")

    assert [all_text(run) for run in (utf8, western, named)] == ["Größe", "Größe", "ä"]


# A process of its own, so that the memory is that of the runner alone.
FLOOD = f"""
import resource, sys
from pathlib import Path
from hotdish_menu.launch_plan import Options
from hotdish_menu.model import Item
from hotdish_menu.plan import plan
from hotdish_menu.runner import Runner

def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

item = Item(2, "Flood", "bash_inline", 'yes "sixty bytes of output, or so" | head -c 1000000000')
runner = Runner(Path(sys.argv[1]), Path("m.csv"))
before = memory()
run = runner.start(item, plan(item, "linux", Options("/")))
assert run.wait(300)
text = run.drain()
print(len(text) <= {RING_BYTES} + 100, "bytes of output not shown here" in text)
print(run.log.stat().st_size, memory() - before)
"""


@pytest.mark.slow
def test_a_gigabyte_of_output_takes_no_more_memory_than_a_little(state: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FLOOD, str(state)], capture_output=True, text=True, check=True
    )

    is_short, has_note, n_logged, n_kib = done.stdout.split()
    assert (is_short, has_note) == ("True", "True")
    assert LOG_BYTES < int(n_logged) < LOG_BYTES + 200
    assert int(n_kib) < 30_000


def test_the_log_holds_all_that_was_printed(start: Callable[..., Run]) -> None:
    run = ended(start("bash_inline", "seq 1 20000"))

    assert run.log is not None
    assert run.log.read_text("ascii").split() == [str(n) for n in range(1, 20001)]
    assert run.log.stat().st_mode & 0o077 == 0


def test_old_logs_make_room(start: Callable[..., Run], state: Path) -> None:
    logs = state / "logs"
    logs.mkdir(parents=True)
    for n in range(250):
        (logs / f"2000-{n:03}.log").touch()

    ended(start("exe", "true"))

    assert len(list(logs.iterdir())) == 200


def test_the_history_tells_what_ran_and_never_a_password(
    start: Callable[..., Run], runner: Runner
) -> None:
    prompts = (Prompt("user"), Prompt("pw", "password"))
    values = {"user": "Kim", "pw": "s3cret-word"}
    ended(start("bash_inline", "exit 4", values=values, prompts=prompts, name="A\nB"))

    [entry] = runner.history.newest(10)

    assert (entry.item, entry.outcome, entry.exit_code) == ("A B", "failed", 4)
    assert dict(entry.values) == {"user": "Kim"}
    assert "s3cret-word" not in runner.history.path.read_text("utf-8")
    assert runner.history.path.stat().st_mode & 0o077 == 0


def test_powershell_gets_its_line_as_it_must_be(
    start: Callable[..., Run], powershell: Any, tmp_path: Path
) -> None:
    (tmp_path / "report.ps1").write_text("'x'", encoding="utf-8")
    inline = ended(start("powershell_inline", '"Ünï → 😀"', "-WindowStyle Maximized", name="1"))
    file = start("pwsh_file", r".\report.ps1", name="2", script_arguments="-Name 'A B' \"C D\"")

    assert [all_text(run).splitlines()[-1] for run in (inline, file)] == ["PowerShell ran"] * 2
    one, two = powershell.calls()
    assert one["script"] == '"Ünï → 😀"'
    assert one["options"] == ["-executionpolicy Bypass", "-nologo"]
    assert (two["file"], two["exists"]) == ("./report.ps1", True)
    assert two["arguments"] == ["-Name", "'A", "B'", "C D"]
    assert two["cwd"] == str(tmp_path)


def test_a_long_powershell_script_arrives_whole(start: Callable[..., Run], powershell: Any) -> None:
    script = "'é' # " + "x" * 60_000

    ended(start("pwsh_inline", script))

    [call] = powershell.calls()
    assert call["text"].removeprefix("\ufeff") == script


def test_old_temporary_scripts_are_cleared_away(
    start: Callable[..., Run], state: Path, powershell: Any
) -> None:
    old = state / "scripts" / "old.ps1"
    old.parent.mkdir(parents=True)
    old.touch()
    os.utime(old, (0, 0))

    ended(start("pwsh_inline", "x" * 60_000))

    assert not old.exists()


@pytest.mark.parametrize(
    ("method", "command", "told"),
    [
        ("exe", "no-such-program", "no-such-program was not found; looked on PATH"),
        ("exe", "./no-such-program", "was not found; looked in "),
        ("pwsh_inline", "1", r"pwsh was not found.* Install PowerShell 7"),
        ("cmd", "no-such-thing", "neither as a program nor as a file"),
        ("exe", "./data.txt", "is a file, but may not be run"),
    ],
)
def test_what_is_missing_is_told_with_what_to_do(
    method: str, command: str, told: str, start: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "data.txt").write_text("x", encoding="utf-8")

    with pytest.raises(PlanError, match=told):
        start(method, command)


def test_a_missing_folder_to_start_in_is_told(start: Callable[..., Run]) -> None:
    with pytest.raises(PlanError, match=r"The folder .*/gone to start in does not exist"):
        start("exe", "true", working_directory="gone")


def test_a_file_that_is_no_program_after_all_is_told(
    start: Callable[..., Run], tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\0\0\0\0")
    broken.chmod(0o755)

    with pytest.raises(PlanError, match="did not start"):
        start("exe", "./broken")


def test_a_program_beside_the_menu_cannot_stand_in_for_one_of_the_system(
    start: Callable[..., Run], tmp_path: Path
) -> None:
    false_friend = tmp_path / "true"
    false_friend.write_text("#!/bin/sh\nexit 9\n", encoding="utf-8")
    false_friend.chmod(0o755)

    assert ended(start("exe", "true")).exit_code == 0


def test_a_script_beside_the_menu_is_found_by_its_bare_name(
    start: Callable[..., Run], tmp_path: Path
) -> None:
    own = tmp_path / "only-here"
    own.write_text("#!/bin/sh\necho here\n", encoding="utf-8")
    own.chmod(0o755)

    assert all_text(start("cmd", "only-here")) == "here\n"


def test_documents_and_addresses_are_opened_by_the_desktop(
    start: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    folder = tmp_path / "bin"
    folder.mkdir()
    opener = folder / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" >> {opened}\n', encoding="utf-8")
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    (tmp_path / "a b.txt").touch()

    for name, method, command in (
        ("1", "cmd", "a b.txt"),
        ("2", "url", "https://example.org/?a=b"),
        ("3", "folder", str(tmp_path)),
        ("4", "cmd", "mailto:kim@example.org"),
    ):
        ended(start(method, command, name=name))

    assert opened.read_text("utf-8").splitlines() == [
        str(tmp_path / "a b.txt"),
        "https://example.org/?a=b",
        str(tmp_path),
        "mailto:kim@example.org",
    ]


def test_a_path_with_a_drive_letter_is_no_address() -> None:
    found = LaunchPlan(platform="linux", mode="open", argv=("C:\\x.txt",), cwd="/")

    with pytest.raises(PlanError, match="neither as a program"):
        as_program(found, os.environ)


def test_only_windows_opens_through_its_shell() -> None:
    found = LaunchPlan(platform="windows", mode="open", argv=("x.txt",), cwd="/")

    with pytest.raises(PlanError, match="Only Windows"):
        open_with_system(found)


def fake_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    folder.mkdir()
    terminal = folder / "my-terminal"
    terminal.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    terminal.chmod(0o755)
    monkeypatch.setenv("TERMINAL", str(terminal))


def test_a_window_is_opened_in_the_terminal_with_awkward_arguments_whole(
    start: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_terminal(tmp_path / "bin", monkeypatch, 'shift; "$@" </dev/null >../seen 2>&1')
    monkeypatch.chdir(tmp_path)
    code = "import sys, os; print(sys.argv[1:], os.environ['MENU_pw']); sys.exit(5)"

    run = start(
        "python_inline",
        code,
        "\"it's\" '$(id)'",
        output="window",
        working_directory="bin",
        values={"pw": "a'b"},
        prompts=(Prompt("pw", "password"),),
    )

    assert ended(run).exit_code == 5
    assert run.outcome == "failed"
    seen = (tmp_path / "seen").read_text("utf-8")
    assert """["it's", "'$(id)'"] a'b""" in seen
    assert "[ended with exit code 5]" in seen


def test_no_script_of_a_terminal_is_left_behind(
    start: Callable[..., Run], state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_terminal(tmp_path / "bin", monkeypatch, 'shift; "$@" </dev/null')

    ended(start("exe", "true", output="window"))

    assert list((state / "scripts").iterdir()) == []


def test_a_terminal_that_ends_at_once_has_only_been_handed_the_run(
    start: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_terminal(tmp_path / "bin", monkeypatch, "exit 0")

    assert ended(start("exe", "true", output="window")).outcome == "handed over"


def test_without_a_terminal_the_output_is_shown_here(
    start: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "echo").symlink_to("/bin/echo")
    monkeypatch.setenv("PATH", str(folder))

    run = start("exe", "echo", "hello", output="window")

    assert all_text(run) == "hello\n"
    assert run.plan.notes[-1] == "No terminal was found, so the output is shown here"


def test_detached_programs_have_no_output_and_live_on(start: Callable[..., Run]) -> None:
    run = start("exe", "true", output="none")

    assert ended(run).outcome == "done"
    assert run.log is None
    assert run.drain() == ""


@pytest.mark.parametrize("name", ["xterm", "gnome-terminal", "kitty", "konsole"])
def test_a_terminal_is_found_by_name(name: str) -> None:
    found = find_terminal({}, lambda wanted: f"/usr/bin/{wanted}" if wanted == name else None)

    assert found[0] == f"/usr/bin/{name}"
    assert find_terminal({}, lambda _: None) == ()


def test_a_terminals_script_can_be_read_by_its_user_alone(tmp_path: Path) -> None:
    found = LaunchPlan(platform="linux", mode="window", argv=("true",), cwd="/")

    script, _ = write_terminal_script(replace(found, env={"A": "1"}), tmp_path / "s", "x")

    assert script.stat().st_mode & 0o777 == 0o700
    assert json.dumps("export A=1")[1:-1] in script.read_text("utf-8")
