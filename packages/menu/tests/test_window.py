"""The real window, driven by keys and mouse on a screen in memory."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
Show = Callable[..., Any]

MENU = """\
Section,Method,Command,Arguments,Name,Description,Prompt,Confirm
First,bash_inline,echo alpha ran,,Alpha,The first,,
First,bash_inline,echo begun; sleep 1000,,Long,Runs until it is stopped,,
Second,bash_inline,"printf '%s' ""$MENU_user/$MENU_site/$MENU_pw"" > answers",,Ask,Asks first,\
user [Your name]: text = Kim; site: choice(Oslo|Bergen); pw: password,
Second,bash_inline,touch removed,,Remove,Wants to be sure,,Really remove it?
Second,bash_inline,echo question; read x; echo you said $x,,Talk,Reads a line,,
Third,pwsh_inline,$x = 'Ünï',-NoProfile,PowerShell,By the stand-in,,
Third,misspelt,x,,Broken,Cannot be started,,
"""


@pytest.fixture
def menu_file(tmp_path: Path) -> Path:
    path = tmp_path / "tools.csv"
    path.write_text(MENU, encoding="utf-8")
    return path


def history(state: Path) -> list[dict[str, Any]]:
    path = state / "history.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def logs(state: Path) -> list[str]:
    return [path.read_text("utf-8") for path in (state / "logs").glob("*.log")]


def has_hot_frame_below(menu: Any, y: int) -> bool:
    """Tell whether a field in the lower part of the window has the focus."""
    column = menu.screen.column(450)
    return any(column[at : at + 3] == b"\xc2\x41\x0c" for at in range(3 * y, len(column), 3))


def close(menu: Any) -> None:
    menu.screen.press("ctrl+q")
    menu.wait(lambda: menu.process.poll() is not None, "the end of the window")
    assert menu.process.returncode == 0


def test_typing_and_enter_start_the_first_item_found(
    show: Show, menu_file: Path, state: Path
) -> None:
    menu = show(menu_file)

    menu.screen.type("alph")
    menu.screen.press("Return")
    menu.wait(lambda: history(state), "an entry in the history")

    assert [(entry["item"], entry["outcome"]) for entry in history(state)] == [("Alpha", "done")]
    menu.photograph("done")
    close(menu)


def test_arrows_tab_and_space_move_and_start(show: Show, menu_file: Path, state: Path) -> None:
    menu = show(menu_file)

    menu.screen.press("Tab", "Down", "Down", "Down", "End", "Home", "Next", "Prior", "Up", "Down")
    menu.screen.press("shift+Tab", "Tab", "Up", "Up", "Up", "Down", "space")
    menu.wait(lambda: history(state), "an entry in the history")

    assert history(state)[0]["item"] == "Alpha"
    close(menu)


def test_a_click_starts_an_item(show: Show, menu_file: Path, state: Path) -> None:
    menu = show(menu_file)

    # In the middle of the window's first button.
    column = menu.screen.column(240)
    top = column.index(bytes.fromhex("366ee8")) // 3
    menu.screen.click(240, top + 20)
    menu.wait(lambda: history(state), "an entry in the history")

    assert history(state)[0]["item"] == "Alpha"
    close(menu)


def test_the_edges_are_smooth_once_the_window_is_there(show: Show, menu_file: Path) -> None:
    menu = show(menu_file)

    picture = menu.screen.picture()
    face, paper = bytes.fromhex("366ee8"), b"\xff\xff\xff"
    top = menu.screen.column(240).index(face) // 3
    corner = picture.crop(166, top, 6, 6)
    colors = {row[at : at + 3] for row in corner.rows for at in range(0, 18, 3)}

    assert {face, paper} < colors
    close(menu)


def test_powershell_is_started_from_the_window(
    show: Show, menu_file: Path, powershell: Any, state: Path
) -> None:
    menu = show(menu_file, "--no-exit", TERMINAL="none-here")

    menu.screen.type("stand-in")
    menu.screen.press("Return")
    menu.wait(powershell.calls, "a call of PowerShell")

    [call] = powershell.calls()
    assert call["script"] == "$x = 'Ünï'"
    assert call["options"][2:] == ["-noexit", "-noprofile"]
    assert call["cwd"] == str(menu_file.parent)
    menu.wait(lambda: history(state), "its end")
    close(menu)


def test_the_values_asked_for_reach_the_script_and_are_remembered(
    show: Show, menu_file: Path, state: Path
) -> None:
    menu = show(menu_file)
    answers = menu_file.parent / "answers"

    menu.screen.type("ask")
    menu.screen.press("Return")
    menu.screen.wait_for_window("^Ask$")
    menu.photograph("dialog")
    menu.screen.type("berly")
    menu.screen.press("Tab", "Tab", "space", "Tab")
    menu.screen.type("s3cret-word")
    menu.screen.press("Return")
    menu.wait(lambda: history(state), "an entry in the history")

    assert answers.read_text("utf-8") == "Kimberly/Bergen/s3cret-word"
    assert history(state)[0]["values"] == {"user": "Kimberly", "site": "Bergen"}
    kept = (state / "answers.json").read_text("utf-8")
    assert "Kimberly" in kept
    assert "s3cret-word" not in kept + (state / "history.jsonl").read_text("utf-8")
    close(menu)


def test_a_wrong_answer_is_told_and_asked_again(show: Show, menu_file: Path, state: Path) -> None:
    menu = show(menu_file)

    menu.screen.type("ask")
    menu.screen.press("Return")
    menu.screen.wait_for_window("^Ask$")
    menu.screen.press("Return")
    menu.wait(lambda: menu.has_color("#b91c1c"), "the reason in red")
    # The focus is where the answer is missing.
    menu.screen.type("pw")
    menu.screen.press("Return")
    menu.wait(lambda: history(state), "an entry in the history")
    assert (menu_file.parent / "answers").read_text("utf-8") == "Kim/Oslo/pw"
    menu.screen.wait_for_window("PowerShell Script Menu")

    close(menu)


def test_a_dangerous_item_shows_its_command_and_starts_only_when_confirmed(
    show: Show, menu_file: Path, state: Path
) -> None:
    menu = show(menu_file)
    removed = menu_file.parent / "removed"

    menu.screen.type("sure")
    menu.screen.press("Return")
    menu.screen.wait_for_window("^Remove$")
    menu.photograph("confirm")
    menu.screen.press("Escape")
    menu.screen.wait_for_window("PowerShell Script Menu")
    assert not removed.exists()
    menu.screen.press("Return")
    menu.screen.wait_for_window("^Remove$")
    menu.screen.press("shift+Tab", "Return")
    menu.wait(removed.exists, "the confirmed command")

    menu.wait(lambda: len(history(state)) == 1, "one entry in the history")
    close(menu)


def test_closing_asks_before_it_stops_a_running_script(
    show: Show, menu_file: Path, state: Path
) -> None:
    menu = show(menu_file)
    menu.screen.type("long")
    menu.screen.press("Return")
    menu.wait_for("started Long")

    menu.screen.press("ctrl+q")
    menu.screen.wait_for_window("1 script still running")
    menu.photograph("closing")
    menu.screen.press("Escape")
    menu.screen.wait_for_window("PowerShell Script Menu")
    assert menu.process.poll() is None
    menu.screen.press("ctrl+q")
    menu.screen.wait_for_window("1 script still running")
    menu.screen.press("shift+Tab", "Return")
    menu.wait(lambda: menu.process.poll() is not None, "the end of the window")

    assert [(entry["item"], entry["outcome"]) for entry in history(state)] == [("Long", "stopped")]


def test_a_running_script_is_stopped_by_its_button(
    show: Show, menu_file: Path, state: Path
) -> None:
    menu = show(menu_file)
    menu.screen.type("long")
    menu.screen.press("Return")
    menu.wait_for("started Long")

    # From the search box: the list's one item, then the output's buttons.
    menu.screen.press("ctrl+period")
    menu.wait(lambda: history(state), "an entry in the history")

    assert history(state)[0]["outcome"] == "stopped"
    menu.photograph("stopped")
    close(menu)


def test_a_script_that_asks_is_answered_below_its_output(
    show: Show, menu_file: Path, state: Path
) -> None:
    menu = show(menu_file)
    menu.screen.type("talk")
    menu.screen.press("Return")
    menu.wait(lambda: any("question" in text for text in logs(state)), "the question")

    menu.screen.press("ctrl+i")
    menu.wait(lambda: has_hot_frame_below(menu, 400), "the focus below the output")
    menu.screen.type("hello")
    menu.screen.press("Return")
    menu.wait(lambda: history(state), "an entry in the history")

    assert "you said hello" in Path(history(state)[0]["log"]).read_text("utf-8")
    close(menu)


def test_the_output_is_reached_and_left_by_keys(show: Show, menu_file: Path, state: Path) -> None:
    menu = show(menu_file)
    menu.screen.type("alph")
    menu.screen.press("Return")
    menu.wait(lambda: menu.said().count("Alpha: done") == 1, "the end of it")

    # From the last item of the list to the tab, past Stop, which is off, to Again.
    menu.screen.press("Escape", "Down", "End", "Tab", "Tab", "space")
    menu.wait(lambda: menu.said().count("Alpha: done") == 2, "the end of the second")
    # Back to the search box and to the same button another way.
    menu.screen.press("F6", "F6", "Tab", "Return")
    menu.wait(lambda: menu.said().count("Alpha: done") == 3, "the end of the third")

    assert [entry["item"] for entry in history(state)] == ["Alpha"] * 3
    close(menu)


def test_a_saved_file_is_shown_anew_and_a_bad_one_leaves_the_old(
    show: Show, menu_file: Path, state: Path
) -> None:
    menu = show(menu_file)

    menu_file.write_text("nothing that is a menu\n", encoding="utf-8")
    menu.wait_for("the old menu stays")
    menu.photograph("bad-save")
    # What was being searched for is still what Enter starts.
    menu.screen.type("the first")
    menu_file.write_text(MENU.replace("Alpha", "Omega"), encoding="utf-8")
    menu.wait_for("rows, utf-8")
    menu.screen.press("Return")
    menu.wait(lambda: history(state), "an entry in the history")

    assert history(state)[0]["item"] == "Omega"
    close(menu)


def test_a_row_that_cannot_be_used_is_grey_and_says_why(
    show: Show, menu_file: Path, state: Path
) -> None:
    menu = show(menu_file)

    menu.screen.type("broken")
    menu.screen.press("Return")
    menu.wait(lambda: menu.has_color("#b91c1c"), "the reason in red")

    menu.photograph("grey")
    assert history(state) == []
    close(menu)


def test_many_rows_are_scrolled_by_wheel_bar_and_keys(
    show: Show, tmp_path: Path, state: Path
) -> None:
    path = tmp_path / "many.csv"
    rows = [f"Section {n // 100},bash_inline,echo {n},Item {n:04},Text {n}" for n in range(10_000)]
    path.write_text("Section,Method,Command,Name,Description\n" + "\n".join(rows), encoding="utf-8")
    menu = show(path)
    menu.wait_for("10000 rows")

    menu.screen.xdotool("mousemove", "300", "300", "click", "--repeat", "5", "5", "click", "4")
    menu.screen.xdotool("mousemove", "740", "100", "mousedown", "1")
    menu.screen.xdotool("mousemove", "740", "400", "mouseup", "1")
    menu.photograph("scrolled")
    menu.screen.press("Tab", "End", "Next", "Return")
    menu.wait(lambda: history(state), "an entry in the history")

    assert history(state)[0]["item"] == "Item 9999"
    close(menu)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast", "system"])
def test_every_theme_has_its_paper(theme: str, show: Show, menu_file: Path) -> None:
    paper = {"light": "#ffffff", "dark": "#161513", "contrast": "#000000", "system": "#161513"}

    menu = show(menu_file, "--theme", theme, GTK_THEME="Adwaita:dark")

    wanted = tuple(bytes.fromhex(paper[theme][1:]))
    menu.wait(lambda: menu.screen.pixel(450, 120) == wanted, "the colour of the paper")
    menu.photograph(theme)
    close(menu)


def test_columns_colours_zoom_and_an_icon(show: Show, menu_file: Path, tmp_path: Path) -> None:
    menu = show(
        menu_file,
        *("--columns", "3"),
        *("-buttonBackgroundColor", "#C00077", "-buttonForegroundColor", "Azure"),
        *("-windowTitle", "Tools & more", "-iconPath", str(tmp_path / "gone.png"), "-hideConsole"),
        TITLE="Tools & more",
    )

    assert menu.has_color("#c00077")
    menu.wait(lambda: menu.has_color("#b91c1c"), "the missing icon told in red")
    menu.screen.press("ctrl+plus", "ctrl+plus", "ctrl+minus", "ctrl+0", "ctrl+minus", "F5")
    menu.screen.press("ctrl+f", "F11", "F11")
    menu.photograph("columns")
    close(menu)
