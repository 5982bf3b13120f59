r"""Windows command lines, handed to real programs by CreateProcessW under Wine.

The program is compiled by mingw-w64 and split its arguments by the C run-time; Wine's own
`cmd.exe` runs the command scripts. Neither is Windows, but neither was written by us.

Wine takes 700 MB, so `make test` does not install it. To have these tests run, on Debian:
apt-get install --no-install-recommends wine wine64 gcc-mingw-w64-x86-64
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotdish_menu.answers import refuse_unsafe_for_batch
from hotdish_menu.errors import PlanError
from hotdish_menu.launch_plan import Options
from hotdish_menu.model import Item, Prompt
from hotdish_menu.plan import plan
from hotdish_menu.quoting import join_windows, split_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
COMPILER = "x86_64-w64-mingw32-gcc"
MISSING = [name for name in ("wine", COMPILER) if not shutil.which(name)]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING),
        reason=f"no {' and no '.join(MISSING)}: Windows command lines were NOT run under Wine; "
        "apt-get install --no-install-recommends wine wine64 gcc-mingw-w64-x86-64",
    ),
]

# Every kind of character that splitting, cmd.exe or an encoding could trip over.
CHARACTERS = 'aab  \t"""\\\\\\/-\'=,*?&é→😀'


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with a fresh Wine prefix, and a program that tells its arguments."""
    folder = tmp_path_factory.mktemp("wine")
    source = HERE / "windows" / "tell.c"
    command = [COMPILER, "-municode", "-O1", "-Wall", "-Werror", "-o", "tell.exe", str(source)]
    subprocess.run(command, check=True, cwd=folder)
    for name in ("powershell.exe", "pwsh.exe"):
        shutil.copy(folder / "tell.exe", folder / name)
    run_wine(folder, "wineboot", "--init")
    yield folder
    # Its server and services would stay.
    subprocess.run(["wineserver", "-k"], env=wine_environment(folder), check=False)


def run_wine(folder: Path, *command: str, **env: str) -> None:
    env = {**wine_environment(folder), **env}
    subprocess.run(["wine", *command], cwd=folder, check=True, timeout=300, env=env)


def wine_environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "WINEPREFIX": str(folder / "prefix"),
        "WINEDEBUG": "-all",
        # No dialog that asks to install .NET or a browser.
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
        "DISPLAY": "",
    }


@pytest.fixture
def start(wine: Path) -> Callable[[list[str]], list[list[str]]]:
    """Give the function that starts command lines and says what arguments each program saw."""

    def start_each(lines: list[str]) -> list[list[str]]:
        told, wanted = wine / "told", wine / "lines"
        told.unlink(missing_ok=True)
        wanted.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-16-le"))
        run_wine(wine, "tell.exe", TELL_FILE=windows_path(told), START_FILE=windows_path(wanted))
        return [read_arguments(line) for line in told.read_text("ascii").splitlines()]

    return start_each


def windows_path(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


def read_arguments(line: str) -> list[str]:
    return [
        bytes.fromhex(digits).decode("utf-16-be", "surrogatepass")
        for digits in line.split(",")[:-1]
    ]


def texts(n: int, longest: int, characters: str = CHARACTERS) -> list[str]:
    chance = random.Random(6)  # noqa: S311 - the same ones in every run
    return ["".join(chance.choices(characters, k=chance.randint(0, longest))) for _ in range(n)]


def test_raw_lines_are_split_as_we_say(start: Callable[[list[str]], list[list[str]]]) -> None:
    raw = texts(150, 24)

    seen = start([f"tell.exe {line}" for line in raw])

    assert dict(zip(raw, seen, strict=True)) == {line: split_windows(line) for line in raw}


def test_joined_arguments_arrive_whole(start: Callable[[list[str]], list[list[str]]]) -> None:
    words = texts(300, 12)
    given = [words[at : at + 4] for at in range(0, len(words), 4)]

    assert start([f"tell.exe {join_windows(arguments)}" for arguments in given]) == given


def test_planned_lines_arrive_as_planned(
    start: Callable[[list[str]], list[list[str]]], make_item: Callable[..., Item]
) -> None:
    asking: dict[str, Any] = {"prompts": (Prompt("who"),), "script_arguments": '-Who {who} "a b"'}
    items = [
        make_item("powershell_inline", "Write-Host \"Ünï → 😀\" 'x'", "-NoExit"),
        make_item("powershell_file", r".\a folder\it's.ps1", " -NoExit -WindowStyle Maximized"),
        make_item("pwsh_file", "C:\\ends in a backslash\\", "", **asking),
        make_item("pwsh_inline", "Get-Date", ""),
        make_item("cmd", "tell.exe", r'/c "C:\Program Files\x" say ""hi""'),
        make_item("exe", "tell.exe", "--for={who} {who}", prompts=(Prompt("who"),)),
    ]
    options = Options("C:\\menus", values={"who": 'O"Brien & Söhne\\'})
    plans = [plan(item, "windows", options) for item in items]

    seen = start([planned.command_line or "" for planned in plans])

    assert seen == [list(planned.argv[1:]) for planned in plans]


def test_no_answer_that_is_let_through_to_a_command_script_runs_there(
    start: Callable[[list[str]], list[list[str]]], wine: Path
) -> None:
    (wine / "script.cmd").write_text("@tell.exe %*\r\n", encoding="ascii")
    item = Item(2, "Go", "cmd", "script.cmd", "{who}", prompts=(Prompt("who"),))
    lines, answers = [], []
    for answer in texts(200, 8, "aab  \\/'=,;()é→\"%!^&|<>"):
        try:
            planned = plan(item, "windows", Options("C:\\", values={"who": answer}))
        except PlanError:
            continue
        lines.append(planned.command_line or "")
        answers.append([answer])

    assert len(answers) > 20
    assert start(lines) == answers
    with pytest.raises(PlanError, match="would run as a command"):
        refuse_unsafe_for_batch(item, {"who": "& calc"})
