"""The command line, called in process; a real window is tested elsewhere."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotdish_menu.cli import COMMANDS, main
from hotdish_menu.columns import COLUMNS
from hotdish_menu.history import Entry, History
from hotdish_menu.methods import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
GOOD = (
    "Section,Method,Command,Arguments,Name,Description\nA,sh_inline,echo hello; exit $1,3,Go on,d\n"
)


@pytest.fixture
def menu_file(tmp_path: Path) -> Path:
    path = tmp_path / "tools.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(f"  {name}" in printed for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_refuses_unknown_options(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as asked:
        main([name, "--help"])
    with pytest.raises(SystemExit) as wrong:
        main([name, "x", "--no-such-option"] if name != "shortcut" else [name])

    assert (asked.value.code, wrong.value.code) == (0, 2)
    assert f"example: {name}" in capsys.readouterr().out or name == "show"


def test_no_word_at_all_gives_the_help_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage: hotdish-menu" in capsys.readouterr().err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("hotdish-menu 0.")


def test_check_lists_problems_and_says_how_many_rows_can_be_used(
    menu_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    menu_file.write_text(GOOD + "A,pwsh_fil,x,,Bad,\n", encoding="utf-8")

    assert main(["check", str(menu_file)]) == 1

    out, err = capsys.readouterr()
    assert f"{menu_file}: line 3, column 2: error: Method 'pwsh_fil' is not known." in out
    assert "2 rows, 1 can be started on linux; utf-8, parted by ','" in err


def test_check_prints_json_and_ends_with_0_if_all_is_well(
    menu_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(menu_file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_check_warns_of_a_menu_that_everybody_may_change(
    menu_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    menu_file.chmod(0o666)

    assert main(["check", str(menu_file)]) == 0
    assert "may be changed by every user" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "gone.csv"]) == 2
    assert "hotdish-menu: Cannot read the menu" in capsys.readouterr().err


def test_plan_prints_what_the_contract_says(
    menu_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(menu_file), "go ON", "--platform", "windows", "--json"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert {"mode", "argv", "command_line", "cwd", "env", "notes"} <= printed.keys()
    assert printed["command_line"] == 'sh -c "echo hello; exit $1" sh 3'
    assert printed["cwd"] == str(menu_file.parent)


def test_plan_can_be_read_by_people(menu_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    menu_file.write_text(
        "Method,Command,Name,Prompt,RunAsAdmin\nexe,.\\tool,Go,user,yes\n", encoding="utf-8"
    )

    assert main(["plan", str(menu_file), "line:2", "--param", "user=Kim"]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("pkexec sh -c")
    assert "as     pane, administrator" in printed
    assert "with   MENU_user=Kim" in printed
    assert "note   .\\tool is written ./tool on this system" in printed


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Go onn", "Did you mean 'Go on'?"),
        ("zzz", "See: hotdish-menu check"),
        ("Same", "line:3, line:4"),
    ],
)
def test_a_wrong_name_is_told_with_what_there_is(
    name: str, told: str, menu_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    menu_file.write_text(GOOD + "A,exe,x,,Same,\nB,exe,y,,Same,\n", encoding="utf-8")

    assert main(["plan", str(menu_file), name]) == 2
    assert told in capsys.readouterr().err


def test_run_shows_the_output_and_ends_with_the_scripts_code(
    menu_file: Path, capfd: pytest.CaptureFixture[str], state: Path
) -> None:
    assert main(["run", str(menu_file), "Go on"]) == 3

    assert capfd.readouterr().out == "hello\n"
    assert History(state).newest(1)[0].exit_code == 3


def test_run_can_say_what_it_would_do(menu_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(menu_file), "Go on", "--dry-run"]) == 0
    assert capsys.readouterr().out == "sh -c 'echo hello; exit $1' sh 3\n"


ASKING = (
    "Method,Command,Name,Prompt,Confirm,Timeout\n"
    'sh_inline,"echo ""$MENU_user/$MENU_pw""",Ask,user; pw: password,,\n'
    "sh_inline,exit 0,Sure,,Really?,\n"
    "sh_inline,sleep 1000,Slow,,,0.2\n"
    "sh_inline,kill -9 $$,Killed,,,\n"
)


def test_run_takes_answers_from_options_and_passwords_from_the_environment(
    menu_file: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    menu_file.write_text(ASKING, encoding="utf-8")
    monkeypatch.setenv("HOTDISH_MENU_PARAM_pw", "s3cret")

    assert main(["run", str(menu_file), "Ask", "--param", "user=Kim"]) == 0
    assert capfd.readouterr().out == "Kim/s3cret\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["Ask"], "user is empty. Give --param user=..., or set HOTDISH_MENU_PARAM_user"),
        (["Ask", "--param", "user"], "Write --param NAME=VALUE"),
        (["Ask", "--param", "who=Kim"], "does not ask for 'who'. It asks for: pw, user"),
        (["Sure", "--param", "who=Kim"], "It asks for nothing"),
        (["Ask", "--param", "user=K", "--param", "pw=x"], "Set HOTDISH_MENU_PARAM_pw instead"),
        (["Sure"], "asks before it starts: Really? Add --yes"),
    ],
)
def test_run_says_what_it_lacks_and_ends_with_2(
    options: list[str],
    told: str,
    menu_file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    menu_file.write_text(ASKING, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert main(["run", str(menu_file), *options]) == 2
    assert told in capsys.readouterr().err


class Terminal(io.StringIO):
    """Typed lines that come from a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("no\n", 1)])
def test_run_asks_at_a_terminal(
    answer: str, code: int, menu_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu_file.write_text(ASKING, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", Terminal(answer))

    assert main(["run", str(menu_file), "Sure"]) == code


def test_run_needs_no_answer_with_yes(menu_file: Path) -> None:
    menu_file.write_text(ASKING, encoding="utf-8")

    assert main(["run", str(menu_file), "Sure", "--yes"]) == 0


def test_run_tells_of_a_timeout_and_of_a_signal(
    menu_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    menu_file.write_text(ASKING, encoding="utf-8")

    assert main(["run", str(menu_file), "Slow"]) == 1
    assert "Slow was stopped after 0.2 s" in capsys.readouterr().err
    assert main(["run", str(menu_file), "Killed"]) == 128 + 9


def test_run_opens_a_program_named_by_cmd(
    menu_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own = menu_file.parent / "own-program"
    own.write_text("#!/bin/sh\necho own\n", encoding="utf-8")
    own.chmod(0o755)
    menu_file.write_text("Method,Command,Name\ncmd,.\\own-program,Own\n", encoding="utf-8")

    assert main(["run", str(menu_file), "Own"]) == 0
    out, err = capfd.readouterr()
    assert out == "own\n"
    assert "note: .\\own-program is written ./own-program" in err


def test_the_example_is_made_checked_and_never_written_over(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"

    assert main(["example", str(folder)]) == 0
    assert main(["check", str(folder / "menu.csv")]) == 0
    assert main(["check", str(folder / "menu.csv"), "--platform", "windows"]) == 0
    assert main(["run", str(folder / "menu.csv"), "Say hello"]) == 0
    assert "Hello, World!" in capfd.readouterr().out
    assert main(["example", str(folder)]) == 2
    assert "is there already" in capfd.readouterr().err
    assert main(["example", str(folder), "--force"]) == 0
    (tmp_path / "file").touch()
    assert main(["example", str(tmp_path / "file" / "x")]) == 2


SCRIPTS = {
    "Get-UserReport.ps1": "<#\n.SYNOPSIS\n  Lists users.\n  All of them.\n.PARAMETER x\n y\n#>\n",
    "Remove-Logs.ps1": "# Clears logs.\nrm x\n",
    "odd.ps1": "rm x\n",
    "clean_up.py": '"""Clean up.\n\nMore."""\n',
    "broken.py": "# Broken but told.\nx = (\n",
    "backup.sh": "#!/bin/sh\n# Backs up.\ncp a b\n",
    "old.cmd": "@echo off\r\nREM Old things.\r\n",
    "older.bat": ":: Older things.\n",
    "plain.bat": "dir\n",
    "network/Test-Ping.ps1": "# Pings.\n",
    ".hidden/x.sh": "",
    "__pycache__/x.py": "",
    "notes.txt": "no script",
}


def test_a_folder_of_scripts_becomes_a_menu(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in SCRIPTS.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert main(["from-folder", str(tmp_path), "-o", str(tmp_path / "menu.csv")]) == 0

    made = (tmp_path / "menu.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(made)))
    told = {r["Command"]: (r["Section"], r["Method"], r["Name"], r["Description"]) for r in rows}
    assert told == {
        ".\\Get-UserReport.ps1": (
            "Look",
            "pwsh_file",
            "Get user report",
            "Lists users. All of them.",
        ),
        ".\\Remove-Logs.ps1": ("Remove", "pwsh_file", "Remove logs", "Clears logs."),
        ".\\odd.ps1": ("", "pwsh_file", "Odd", ""),
        ".\\clean_up.py": ("", "python_file", "Clean up", "Clean up."),
        ".\\broken.py": ("", "python_file", "Broken", "Broken but told."),
        ".\\backup.sh": ("", "bash_file", "Backup", "Backs up."),
        ".\\old.cmd": ("", "cmd", "Old", "Old things."),
        ".\\older.bat": ("", "cmd", "Older", "Older things."),
        ".\\plain.bat": ("", "cmd", "Plain", ""),
        ".\\network\\Test-Ping.ps1": ("Network", "pwsh_file", "Test ping", "Pings."),
    }
    assert main(["check", str(tmp_path / "menu.csv")]) == 0
    capsys.readouterr()
    assert main(["from-folder", str(tmp_path), "--powershell", "powershell"]) == 0
    assert "Look,powershell_file" in capsys.readouterr().out


def test_a_made_menu_is_never_written_over_and_wants_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    there = tmp_path / "menu.csv"

    assert main(["from-folder", str(scripts), "-o", str(there)]) == 0
    assert "keep the file there" in capsys.readouterr().err
    assert main(["from-folder", str(scripts), "-o", str(there)]) == 2
    assert main(["from-folder", str(scripts), "-o", str(there), "--force"]) == 0
    assert main(["from-folder", str(tmp_path / "gone")]) == 2


def test_history_is_printed_newest_first_in_three_forms(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = History(state)
    assert main(["history"]) == 0
    assert "Nothing has been started yet" in capsys.readouterr().err
    for n, name in enumerate(["First", "=Second()"]):
        history.append(
            Entry(f"2026-01-0{n + 1}T00:00:00+00:00", "kim", "/m.csv", name, "failed", n, 1.5)
        )
    history.append(
        Entry("2026-01-03T00:00:00+00:00", "kim", "/other.csv", "Third", "handed over", None, 0)
    )

    assert main(["history", "/m.csv"]) == 0
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == [
        "=Second()",
        "First",
    ]
    assert main(["history", "--json", "-n", "1"]) == 0
    assert [entry["item"] for entry in json.loads(capsys.readouterr().out)] == ["Third"]
    assert main(["history", "--csv"]) == 0
    cells = [row["item"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert cells == ["Third", "'=Second()", "First"]


def test_a_desktop_shortcut_starts_the_menu(
    menu_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desktop = tmp_path / "Desk top"
    desktop.mkdir()
    odd = menu_file.with_name('100 % "odd" $menu.csv')
    menu_file.rename(odd)

    code = main(
        ["shortcut", str(odd), "--to", str(desktop), "--name", "My: tools", "--theme", "dark"]
    )

    assert code == 0
    file = Path(capsys.readouterr().out.strip())
    assert file == desktop / "My- tools.desktop"
    lines = dict(line.split("=", 1) for line in file.read_text("utf-8").splitlines()[1:])
    assert lines["Name"] == "My: tools"
    command = shlex.split(lines["Exec"].replace("\\\\", "\\").replace("%%", "%"))
    command = [word.replace("\\$", "$") for word in command]
    assert command[-3:] == [str(odd), "--theme", "dark"]
    assert Path(command[0]).exists()
    assert file.stat().st_mode & stat.S_IXUSR


def test_a_shortcut_is_refused_where_it_could_not_work(
    menu_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))

    assert main(["shortcut", str(menu_file.with_name("gone.csv"))]) == 2
    assert main(["shortcut", str(menu_file)]) == 1
    assert "Name one with --to" in capsys.readouterr().err
    assert main(["shortcut", str(menu_file), "--button-background", "blu", "--to", "/"]) == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--columns", "0"], "--columns is 0"),
        (["--zoom", "5"], "--zoom is 5"),
        (["-buttonForegroundColor", "bluish"], "'bluish' is no colour"),
        (["--sha256", "00"], "is not the file that was approved"),
    ],
)
def test_wrong_options_of_the_window_are_told_before_it_opens(
    options: list[str], told: str, menu_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(menu_file), *options]) == 2
    assert told in capsys.readouterr().err


def test_a_pinned_file_is_shown_only_as_it_was_approved(
    menu_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pin = hashlib.sha256(menu_file.read_bytes()).hexdigest()
    monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))

    assert main(["-csvPath", str(menu_file), "--sha256", pin.upper(), "--terminal"]) == 0
    assert "Go on" in capsys.readouterr().out
    assert main(["show", "gone.csv", "--sha256", pin]) == 2


def test_without_a_display_the_menu_is_in_the_terminal(
    menu_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", ":no-such-display")
    monkeypatch.setattr("sys.stdin", Terminal("q\n"))

    assert main([str(menu_file)]) == 0

    out, err = capsys.readouterr()
    assert "Here is the menu in the terminal instead" in err
    assert "Go on" in out


def test_without_a_display_and_a_terminal_it_is_told_what_to_do(
    menu_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert main([str(menu_file)]) == 1
    assert f"hotdish-menu {menu_file} --terminal" in capsys.readouterr().err


def test_a_python_without_tk_is_told_what_to_install(menu_file: Path, tmp_path: Path) -> None:
    # Stands in for Debian's python3, whose Tk is the package python3-tk.
    (tmp_path / "tkinter.py").write_text("raise ModuleNotFoundError('tkinter')\n", encoding="utf-8")
    source = str(ROOT / "packages" / "menu" / "src")

    done = subprocess.run(
        [sys.executable, "-m", "hotdish_menu", str(menu_file)],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{source}"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert done.returncode == 1
    assert "apt install python3-tk" in done.stderr
    assert "Traceback" not in done.stderr


HEAVY = {
    *("argparse", "dataclasses", "json", "locale", "pathlib", "shutil", "subprocess", "threading"),
    *("hotdish_menu.plan", "hotdish_menu.runner", "hotdish_menu.ui.dialog", "hotdish_menu.ui.pane"),
}


def test_the_window_imports_little_before_it_is_painted() -> None:
    code = "import sys, hotdish_menu.commands.show, hotdish_menu.ui.show; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "packages" / "menu" / "src")},
    )

    assert HEAVY & set(done.stdout.split()) == set(), done.stderr
    assert "tkinter" in done.stdout


def test_only_the_folder_ui_imports_tkinter() -> None:
    source = ROOT / "packages" / "menu" / "src" / "hotdish_menu"

    importing = {
        path.relative_to(source).parts[0]
        for path in source.rglob("*.py")
        if "import tkinter" in path.read_text("utf-8") or "from tkinter" in path.read_text("utf-8")
    }

    assert importing == {"ui"}


def test_the_guide_names_every_command_column_and_method() -> None:
    guide = (ROOT / "docs" / "menu.md").read_text("utf-8")

    missing = [word for word in (*COMMANDS, *COLUMNS, *METHODS) if f"`{word}`" not in guide]
    assert missing == []


def test_the_options_of_show_are_all_in_the_guide(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["show", "--help"])
    options = {
        word.strip(",[]")
        for word in capsys.readouterr().out.split()
        if word.startswith(("--", "[--"))
    }
    guide = (ROOT / "docs" / "menu.md").read_text("utf-8")

    assert {option for option in options if f"`{option}" not in guide} - {"--help"} == set()


def test_the_repositorys_own_menu_has_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    for platform in ("windows", "linux", "macos"):
        code = main(["check", str(ROOT / "examples" / "hotdish.csv"), "--platform", platform])
        assert code == 0, capsys.readouterr().out


def answers(*lines: str) -> Callable[[str], str]:
    waiting = list(lines)

    def answer(_question: str = "") -> str:
        if not waiting:
            raise EOFError
        return waiting.pop(0)

    return answer


def test_the_terminal_menu_shows_searches_asks_and_starts(
    menu_file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], state: Path
) -> None:
    menu_file.write_text(
        "Section,Method,Command,Name,Description,Prompt,Confirm\n"
        'Ask,sh_inline,"echo ""got $MENU_n $MENU_c $MENU_p""; exit 2",Numbers,Wants one,'
        "n [How many]: number(1..3) = 2; c: choice(a|b); p: password,\n"
        "Sure,exe,true,Sure,Wants to be sure,,yes\n"
        ",cmd,old.cmd,Grey,,,\n"
        ",nonsense,x,Broken,,,\n",
        encoding="utf-8",
    )
    lines = ["", "numb", "1", "9", "", "x", "b", "", "2", "no", "2", "y", "3", "99", "zzz"]
    monkeypatch.setattr("builtins.input", answers(*lines))
    monkeypatch.setattr("getpass.getpass", answers("s3cret"))

    assert main([str(menu_file), "--terminal"]) == 0

    out, _ = capfd.readouterr()
    assert "How many is 9. The most is 3." in out
    assert "c is 'x'. Choose one of: a, b." in out
    assert "got 2 b s3cret" in out
    assert "[Numbers: failed, exit code 2" in out
    assert "Not started." in out
    assert "[Sure: done, exit code 0" in out
    assert "'Grey' cannot be started: old.cmd is a Windows command script" in out
    assert "There is no number 99. The last one is 4." in out
    assert "Nothing here is called 'zzz'." in out
    assert "line 5, column 2: error: Method 'nonsense'" in out
    assert "s3cret" not in (state / "history.jsonl").read_text("utf-8")


def test_the_terminal_menu_ends_by_its_letter(
    menu_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", answers("Q"))

    assert main([str(menu_file), "--terminal"]) == 0


def test_ctrl_c_ends_quietly(menu_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupt)

    assert main([str(menu_file), "--terminal"]) == 130
