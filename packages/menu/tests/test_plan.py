"""What is started, for every method on every system."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotdish_menu.errors import PlanError
from hotdish_menu.launch_plan import LONGEST_COMMAND_LINE, MASK, SCRIPT_PLACE, Options
from hotdish_menu.methods import METHODS
from hotdish_menu.model import PLATFORMS, Item, Prompt
from hotdish_menu.plan import plan
from hotdish_menu.quoting import split_windows
from hotdish_menu.reader import parse_menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Platform

HERE = Path(__file__).parent
FOLDERS: dict[Platform, str] = {"windows": r"C:\menus", "linux": "/menus", "macos": "/menus"}

# One command for each method; the same on all systems, as one file is.
COMMANDS = {
    "cmd": ("notepad.exe", 'notes_file /x "a b"'),
    "powershell_file": (r".\report.ps1", "-NoExit -WindowStyle Maximized"),
    "powershell_inline": ('"Ünï → 😀";$PSVersionTable', "-STA"),
    "pwsh_file": (r".\a b\report.ps1", ""),
    "pwsh_inline": (r'& .\report.ps1 -Message "by parameter"', "-NoProfile"),
    "python_file": ("clean.py", "--days 7"),
    "python_inline": ("print('hello')", ""),
    "uv_file": ("tool.py", '"one argument"'),
    "bash_file": ("clean.sh", "-n"),
    "bash_inline": ('echo "$1"', "first"),
    "sh_file": ("clean.sh", ""),
    "sh_inline": ("date", ""),
    "exe": ("backup", '--to "D:\\My Files"'),
    "url": ("https://example.org/?q=a b", ""),
    "folder": ("reports", ""),
    "file": (r"reports\latest.pdf", ""),
}


def encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-le")).decode()


def plan_for(item: Item, platform: Platform, **options: object) -> LaunchPlan:
    return plan(item, platform, Options(FOLDERS[platform], **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_method_is_started_as_the_golden_file_says(platform: Platform) -> None:
    golden = HERE / "golden" / f"plans-{platform}.json"

    plans = {
        method: plan_for(Item(2, "Go", method, *COMMANDS[method]), platform).as_json()
        for method in METHODS
    }

    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(plans, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert plans == json.loads(golden.read_text("utf-8"))


# Taken from the source of PSScriptMenuGui 1.0.1, row by row.
INLINE = '"In one line";$PSVersionTable;Read-Host "Enter ends"'
PARAMETER = r'& .\report.ps1 -Message "by parameter"'
ORIGINAL_LINES = {
    "Clean up: cmd": r".\clean.cmd",
    "Task Manager": "taskmgr.exe",
    "Notes": "notepad.exe notes_file",
    "Report: powershell_file": (
        r'powershell.exe -ExecutionPolicy Bypass -NoLogo -File ".\report.ps1"'
    ),
    "Version: powershell_inline": (
        f'powershell.exe -ExecutionPolicy Bypass -NoLogo -EncodedCommand "{encoded(INLINE)}"'
    ),
    "Stay open": (
        "powershell.exe -ExecutionPolicy Bypass -NoLogo -NoExit -WindowStyle Maximized "
        f'-EncodedCommand "{encoded("$PSVersionTable")}"'
    ),
    "Report: pwsh_file": r'pwsh.exe -ExecutionPolicy Bypass -NoLogo -File ".\report.ps1"',
    "Version: pwsh_inline": (
        f'pwsh.exe -ExecutionPolicy Bypass -NoLogo -EncodedCommand "{encoded(INLINE)}"'
    ),
    "Report with parameter": (
        f'pwsh.exe -ExecutionPolicy Bypass -NoLogo -EncodedCommand "{encoded(PARAMETER)}"'
    ),
}


def test_the_original_methods_start_as_the_original_starts_them() -> None:
    path = HERE / "menus" / "original.csv"
    menu = parse_menu(path.read_bytes(), path, "windows")

    plans = {item.label: plan_for(item, "windows") for item in menu.items()}

    assert menu.problems == ()
    assert {label: found.command_line for label, found in plans.items()} == ORIGINAL_LINES
    assert {found.cwd for found in plans.values()} == {r"C:\menus"}
    modes = [found.mode for found in plans.values()]
    assert modes == ["open", "open", *["window"] * 7]


def test_no_exit_for_the_whole_menu_comes_before_the_rows_own_options(
    make_item: Callable[..., Item],
) -> None:
    item = make_item("pwsh_file", "a.ps1", "-NoProfile")

    on_windows = plan_for(item, "windows", no_exit=True)
    on_linux = plan_for(item, "linux", no_exit=True)

    assert on_windows.command_line == (
        'pwsh.exe -ExecutionPolicy Bypass -NoLogo -NoExit -NoProfile -File "a.ps1"'
    )
    assert on_linux.argv[3:6] == ("-NoLogo", "-NoExit", "-NoProfile")
    assert on_linux.mode == "window"


def test_no_exit_for_the_whole_menu_leaves_cmd_alone(make_item: Callable[..., Item]) -> None:
    found = plan_for(make_item("cmd", "notepad.exe", "a"), "windows", no_exit=True)

    assert found.command_line == "notepad.exe a"


@pytest.mark.parametrize("method", METHODS)
def test_on_windows_the_arguments_are_what_a_program_sees_of_the_line(method: str) -> None:
    found = plan_for(Item(2, "Go", method, *COMMANDS[method]), "windows")

    assert split_windows(found.command_line or "") == list(found.argv)


@pytest.mark.parametrize("option", ["-WindowStyle Hidden", "-w hidden", "-STA", "/mta"])
def test_options_that_only_windows_has_are_left_out_elsewhere(
    option: str, make_item: Callable[..., Item]
) -> None:
    found = plan_for(make_item("pwsh_file", "a.ps1", f"{option} -NoProfile"), "linux")

    assert found.argv == (
        "pwsh",
        "-ExecutionPolicy",
        "Bypass",
        "-NoLogo",
        "-NoProfile",
        "-File",
        "a.ps1",
    )
    assert found.notes == (f"{option} works on Windows only and is left out",)


def test_script_arguments_follow_the_file(make_item: Callable[..., Item]) -> None:
    item = make_item("pwsh_file", "a.ps1", "-NoExit", script_arguments='-Name "A B" -Force')

    assert plan_for(item, "windows").command_line == (
        'pwsh.exe -ExecutionPolicy Bypass -NoLogo -NoExit -File "a.ps1" -Name "A B" -Force'
    )
    assert plan_for(item, "linux").argv[-4:] == ("a.ps1", "-Name", "A B", "-Force")


def test_an_answer_is_one_argument_whatever_it_holds(make_item: Callable[..., Item]) -> None:
    item = make_item(
        "pwsh_file",
        "a.ps1",
        script_arguments="-Name {user} -At={site}",
        prompts=(Prompt("user"), Prompt("site")),
    )
    values = {"user": '" -Force; rm x "', "site": "a b"}

    on_linux = plan_for(item, "linux", values=values)
    on_windows = plan_for(item, "windows", values=values)

    assert on_linux.argv[-3:] == ("-Name", '" -Force; rm x "', "-At=a b")
    assert on_windows.argv[-3:] == ("-Name", '" -Force; rm x "', "-At=a b")
    assert on_linux.env["MENU_user"] == '" -Force; rm x "'


def test_answers_are_never_put_into_a_script(make_item: Callable[..., Item]) -> None:
    item = make_item("bash_inline", "echo {user} $MENU_user", prompts=(Prompt("user"),))

    found = plan_for(item, "linux", values={"user": "$(id)"})

    assert found.argv == ("bash", "-c", "echo {user} $MENU_user", "bash")
    assert found.env["MENU_user"] == "$(id)"


def test_an_answer_that_looks_like_an_option_is_refused(make_item: Callable[..., Item]) -> None:
    item = make_item("exe", "tool", "{user} {n}", prompts=(Prompt("user"), Prompt("n", "number")))

    assert plan_for(item, "linux", values={"user": "x", "n": "-3"}).argv == ("tool", "x", "-3")
    with pytest.raises(PlanError, match="would be read as an option"):
        plan_for(item, "linux", values={"user": "--force", "n": "1"})


@pytest.mark.parametrize("command", ["clean.cmd", r"C:\x\clean.BAT", "cmd.exe"])
@pytest.mark.parametrize("answer", ['a"b', "%PATH%", "a & b", "a\nb", "a|b", "!x!"])
def test_answers_that_a_command_script_would_run_are_refused(
    command: str, answer: str, make_item: Callable[..., Item]
) -> None:
    item = make_item("exe", command, "{user}", prompts=(Prompt("user"),))

    with pytest.raises(PlanError, match="would run as a command"):
        plan_for(item, "windows", values={"user": answer})
    assert plan_for(item, "windows", values={"user": "plain"}).argv[-1] == "plain"


def test_passwords_go_through_the_environment_alone(make_item: Callable[..., Item]) -> None:
    item = make_item("exe", "tool", "{pw}", prompts=(Prompt("pw", "password"),))

    found = plan_for(item, "linux", values={"pw": "s3cret"})

    assert found.argv == ("tool", "{pw}")
    assert found.env["MENU_pw"] == "s3cret"
    assert found.as_json()["env"]["MENU_pw"] == MASK
    assert "s3cret" not in found.shown() + json.dumps(found.as_json())


def test_answers_that_are_still_to_come_are_named(make_item: Callable[..., Item]) -> None:
    item = make_item("exe", "tool", "{user}", prompts=(Prompt("user"), Prompt("site")))

    found = plan_for(item, "linux")

    assert found.argv == ("tool", "{user}")
    assert found.notes == ("Asked for before the start: user, site",)


def test_answers_in_an_address_are_encoded(make_item: Callable[..., Item]) -> None:
    item = make_item("url", "https://example.org/?q={word}", prompts=(Prompt("word"),))

    found = plan_for(item, "linux", values={"word": "a b&c=d"})

    assert found.argv == ("https://example.org/?q=a%20b%26c%3Dd",)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("method", [name for name in METHODS if name.endswith("_inline")])
def test_commands_too_long_for_a_line_go_through_a_file(method: str, platform: Platform) -> None:
    text = "# é\n" + "x" * 140_000

    found = plan_for(Item(2, "Go", method, text, "first"), platform)

    assert found.script is not None
    assert found.script.text == text
    assert SCRIPT_PLACE in found.argv
    assert len(found.command_line or "") < 200
    placed = found.with_script_at("/scripts/a b.ps1")
    assert "/scripts/a b.ps1" in placed.argv
    if platform == "windows":
        assert split_windows(placed.command_line or "") == list(placed.argv)


def test_a_powershell_file_made_for_a_long_script_carries_a_byte_order_mark(
    make_item: Callable[..., Item],
) -> None:
    found = plan_for(make_item("powershell_inline", "x" * 50_000), "windows")

    assert found.script is not None
    assert (found.script.suffix, found.script.encoding) == (".ps1", "utf-8-sig")


def test_the_limit_is_used_to_the_last_character(make_item: Callable[..., Item]) -> None:
    lengths = range(12_100, 12_300)

    fitting = [
        n for n in lengths if not plan_for(make_item("pwsh_inline", "x" * n), "windows").script
    ]

    longest = plan_for(make_item("pwsh_inline", "x" * fitting[-1]), "windows")
    assert 0 < len(fitting) < len(lengths)
    assert LONGEST_COMMAND_LINE - 8 <= len(longest.command_line or "") <= LONGEST_COMMAND_LINE


@pytest.mark.parametrize(
    ("platform", "wanted", "cwd"),
    [
        ("windows", "", r"C:\menus"),
        ("windows", "sub", r"C:\menus\sub"),
        ("windows", r"..\other", r"C:\other"),
        ("windows", r"D:\x", r"D:\x"),
        ("windows", r"\\srv\share", r"\\srv\share" + "\\"),
        ("linux", r"sub\deep", "/menus/sub/deep"),
        ("macos", "/else", "/else"),
    ],
)
def test_an_item_starts_in_the_folder_of_the_file_or_its_own(
    platform: Platform, wanted: str, cwd: str, make_item: Callable[..., Item]
) -> None:
    found = plan_for(make_item("exe", "tool", working_directory=wanted), platform)

    assert found.cwd.rstrip("\\") == cwd.rstrip("\\")


def test_output_can_be_sent_elsewhere_by_the_row(make_item: Callable[..., Item]) -> None:
    assert plan_for(make_item("powershell_file", "a.ps1", output="pane"), "windows").mode == "pane"
    assert plan_for(make_item("exe", "tool", output="window"), "linux").mode == "window"
    assert plan_for(make_item("cmd", "tool", output="none"), "windows").mode == "none"


def test_output_in_the_pane_is_asked_for_at_once(make_item: Callable[..., Item]) -> None:
    found = plan_for(make_item("python_file", "a.py", env=(("A", "1"),)), "linux")

    assert found.env == {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "A": "1"}


def test_administrator_rights_are_asked_for_in_each_systems_way(
    make_item: Callable[..., Item],
) -> None:
    item = make_item("exe", "tool", "-x", is_admin=True)

    windows, linux, macos = (plan_for(item, platform) for platform in PLATFORMS)

    assert (windows.mode, windows.is_elevated, windows.command_line) == ("window", True, "tool -x")
    assert linux.argv[:2] == ("pkexec", "sh")
    assert linux.argv[-3:] == ("/menus", "tool", "-x")
    assert (macos.mode, macos.argv) == ("window", ("sudo", "--", "tool", "-x"))


def test_answers_for_an_administrator_are_handed_over_or_refused(
    make_item: Callable[..., Item],
) -> None:
    asking = make_item("exe", "tool", is_admin=True, prompts=(Prompt("user"),))
    secret = asking._replace(prompts=(Prompt("pw", "password"),))

    assert "MENU_user=Kim" in plan_for(asking, "linux", values={"user": "Kim"}).argv
    with pytest.raises(PlanError, match="passes on no environment"):
        plan_for(asking, "windows", values={"user": "Kim"})
    with pytest.raises(PlanError, match="asks for a password"):
        plan_for(secret, "linux", values={"pw": "x"})


def test_a_grey_item_is_never_planned(make_item: Callable[..., Item]) -> None:
    with pytest.raises(PlanError, match="'Go' cannot be started: it is broken"):
        plan_for(make_item("exe", "tool", trouble="it is broken"), "linux")


@pytest.mark.parametrize("platform", ["windows", "linux", "macos"])
def test_who_has_to_agree_reads_encoded_commands_in_plain_words(
    make_item: Callable[..., Item], platform: Platform
) -> None:
    planned = plan_for(make_item("pwsh_inline", "Remove-Item 'C:\\x'"), platform)

    told = planned.explained()

    assert told.startswith("Remove-Item 'C:\\x'\n\nhanded over as\npwsh")
    assert planned.shown() in told
    assert told.endswith(f"in {planned.cwd}")


def test_who_has_to_agree_reads_the_answers_but_no_password(make_item: Callable[..., Item]) -> None:
    prompts = (Prompt("days"), Prompt("pw", "password"))
    item = make_item("sh_inline", "clean", prompts=prompts, env=(("LANG", "C"),))

    told = plan_for(item, "linux", values={"days": "30", "pw": "s3cret"}).explained()

    assert told.splitlines()[2:] == ["with LANG=C", "with MENU_days=30", f"with MENU_pw={MASK}"]


def test_plain_commands_are_told_once(make_item: Callable[..., Item]) -> None:
    planned = plan_for(make_item("sh_inline", "rm x"), "linux")

    assert planned.explained() == f"sh -c 'rm x' sh\nin {planned.cwd}"
