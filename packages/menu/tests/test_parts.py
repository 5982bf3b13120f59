"""Small parts: colours, prompts, history, answers, shortcuts, the system's look, icons."""

from __future__ import annotations

import os
import plistlib
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotdish_menu.colors import NAMES, contrast, parse_color
from hotdish_menu.commands.shortcut import WRITERS
from hotdish_menu.errors import MenuError, UsageError
from hotdish_menu.history import Entry, History, user_name
from hotdish_menu.memory import Memory
from hotdish_menu.model import Item, Prompt
from hotdish_menu.prompts import check_answer, check_answers, parse_prompts
from hotdish_menu.quoting import split_windows
from hotdish_menu.settings import Settings
from hotdish_menu.shortcut import Shortcut, macos_application, windows_command, windows_script
from hotdish_menu.system import python_program, state_folder
from hotdish_menu.ui.followed_theme import FollowedTheme
from hotdish_menu.ui.freshness import FileWatch
from hotdish_menu.ui.palette import PALETTES, choose_palette
from hotdish_menu.ui.rough import draw_rough
from hotdish_menu.ui.shapes import Shape, draw
from hotdish_menu.ui.system_theme import system_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotdish_menu.settings import ThemeName


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("White", "#ffffff"),
        ("azure", "#f0ffff"),
        (" RebeccaPurple ", ""),
        ("#366EE8", "#366ee8"),
        ("#C07", "#cc0077"),
        ("#8C07", "#e377b6"),
        ("#FF0000FF", "#0000ff"),
        ("#000000FF", "#ffffff"),
        ("Transparent", "#ffffff"),
        ("366EE8", ""),
        ("#12345", ""),
        ("", ""),
    ],
)
def test_colours_are_read_as_dotnet_reads_them(text: str, color: str) -> None:
    if color:
        assert parse_color(text) == color
    else:
        with pytest.raises(UsageError, match="is no colour"):
            parse_color(text)


def test_all_names_of_dotnet_are_known() -> None:
    assert len(NAMES) == 141
    assert all(parse_color(name) for name in NAMES)


@pytest.mark.parametrize("name", PALETTES)
def test_every_text_can_be_read_on_its_ground(name: ThemeName) -> None:
    palette = choose_palette(name, Settings())

    for ground in (palette.paper, palette.card):
        for ink in ("ink", "quiet", "off", "hot", "good", "bad"):
            assert contrast(getattr(palette, ink), ground) >= 4.5, (ink, ground)
    for ground in (palette.mark, palette.hover):
        assert contrast(palette.ink, ground) >= 4.5
    assert contrast(palette.button_ink, palette.button) >= 4.5
    assert contrast(palette.button_ink, palette.button_hover) >= 4.5


def test_the_authors_colours_give_way_only_to_high_contrast() -> None:
    settings = Settings(foreground="Black", background="Gold")

    assert choose_palette("dark", settings).button == "#ffd700"
    assert choose_palette("contrast", settings).button == "#000000"


def test_prompts_are_read() -> None:
    text = (
        "user [Your name]: text; n: int(1..30)=7; site: choice(Oslo|Bergen) = Bergen;"
        "pw: secret; f: file?; d: dir; code: text(/[A-Z]{2}(;|-)\\d/) = AB-1"
    )

    prompts = parse_prompts(text)

    assert prompts == (
        Prompt("user", "text", "Your name"),
        Prompt("n", "number", default="7", minimum=1, maximum=30),
        Prompt("site", "choice", default="Bergen", choices=("Oslo", "Bergen")),
        Prompt("pw", "password"),
        Prompt("f", "file", is_optional=True),
        Prompt("d", "folder"),
        Prompt("code", "text", default="AB-1", pattern=r"[A-Z]{2}(;|-)\d"),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("9lives", "cannot be read at '9lives'"),
        ("a: choice", "A choice needs its values"),
        ("a: number(x)", "The range 'x' of a number cannot be read"),
        ("a: text(/[/)", "cannot be read"),
        ("a; A", "asks for 'A' twice"),
        ("a: number(1..3) = 9", "The default of prompt 'a' will not do: a is 9. The most is 3."),
        ("a: colour", "Use one of: text, number"),
    ],
)
def test_what_is_wrong_with_a_prompt_is_told(text: str, told: str) -> None:
    with pytest.raises(UsageError) as wrong:
        parse_prompts(text)

    assert told in str(wrong.value)


@pytest.mark.parametrize(
    ("prompt", "answer", "told"),
    [
        (Prompt("a"), "x", ""),
        (Prompt("a"), "", "a is empty."),
        (Prompt("a", is_optional=True), "", ""),
        (Prompt("a", label="Name"), "\0", "Name holds a NUL character."),
        (Prompt("a", "number", minimum=2), "1.5", "a is 1.5. The least is 2."),
        (Prompt("a", "number"), "many", "a is 'many', which is not a number."),
        (Prompt("a", "number"), "-3.5", ""),
        (Prompt("a", "choice", choices=("x", "y")), "z", "a is 'z'. Choose one of: x, y."),
        (Prompt("a", pattern="[a-z]+"), "A1", "a does not have the form asked for: [a-z]+"),
    ],
)
def test_answers_are_checked(prompt: Prompt, answer: str, told: str) -> None:
    assert check_answer(prompt, answer) == told
    assert check_answers((prompt,), {"a": answer}) == ({"a": told} if told else {})


@given(st.text(max_size=40))
def test_any_prompt_cell_is_read_or_told(text: str) -> None:
    try:
        prompts = parse_prompts(text)
    except UsageError:
        prompts = ()
    assert len({prompt.name for prompt in prompts}) == len(prompts)


def entry(name: str) -> Entry:
    return Entry("2026-01-01T00:00:00+00:00", "kim", "/m.csv", name, "done", 0, 1.0)


def test_history_survives_a_line_that_was_cut_off(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.append(entry("1"))
    with history.path.open("a", encoding="utf-8") as file:
        file.write('{"time": "20\n{"new": "format"}\n[]\n')
    history.append(entry("2"))

    assert [e.item for e in history.newest(10)] == ["2", "1"]
    assert asdict(history.newest(1)[0]) == asdict(entry("2"))


def test_history_is_turned_over_when_it_is_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotdish_menu.history.LARGEST_FILE", 300)
    history = History(tmp_path)

    for n in range(12):
        history.append(entry(str(n)))

    kept = [e.item for e in history.newest(100)]
    assert kept == [str(n) for n in range(11, 11 - len(kept), -1)]
    assert 2 <= len(kept) < 12


def test_answers_that_no_longer_fit_are_forgotten(tmp_path: Path) -> None:
    memory = Memory(tmp_path, Path("/m.csv"))
    item = Item(
        2, "Go", "exe", "x", prompts=(Prompt("a"), Prompt("c", "choice", choices=("x", "y")))
    )
    memory.keep(item, {"a": "1", "c": "x"})
    changed = item._replace(prompts=(Prompt("c", "choice", choices=("y",)),))

    assert memory.recall(item) == {"a": "1", "c": "x"}
    assert memory.recall(changed) == {}
    memory.path.write_text("[]", encoding="utf-8")
    assert memory.recall(item) == {}
    memory.path.write_text("{", encoding="utf-8")
    memory.keep(item._replace(prompts=(Prompt("p", "password"),)), {"p": "x"})
    assert memory.path.read_text("utf-8") == "{"


def test_the_windows_shortcut_holds_its_texts_unexpanded() -> None:
    shortcut = Shortcut(
        "It's", ("C:\\x\\menu.exe", "C:\\my $file.csv", "--title", 'a "b"'), "C:\\x", "i.ico"
    )

    script = windows_script(shortcut, "C:\\Desk\\It's.lnk")
    command = windows_command(shortcut, "C:\\Desk\\It's.lnk")

    assert "CreateShortcut('C:\\Desk\\It''s.lnk')" in script
    arguments = script.split("$link.Arguments = '")[1].split("'\n")[0]
    assert split_windows(arguments) == ["C:\\my $file.csv", "--title", 'a "b"']
    assert command[:2] == ["powershell.exe", "-NoLogo"]


def test_the_macos_application_starts_the_menu(tmp_path: Path) -> None:
    shortcut = Shortcut("Kim's <tools>", ("/bin/echo", "it's", "a b"), str(tmp_path))

    files = macos_application(shortcut)

    plist = plistlib.loads(files["Contents/Info.plist"].encode())
    assert plist["CFBundleName"] == "Kim's <tools>"
    assert plist["CFBundleExecutable"] == "start"
    script = tmp_path / "start"
    script.write_text(files["Contents/MacOS/start"], encoding="utf-8")
    done = subprocess.run(["sh", str(script)], capture_output=True, text=True, check=True)
    assert done.stdout == "it's a b\n"


def test_the_shortcut_files_of_each_system_are_written(tmp_path: Path, powershell: Any) -> None:
    shortcut = Shortcut("Tools", ("/bin/true", "a b"), "/")

    link = WRITERS["windows"](shortcut, tmp_path)
    application = WRITERS["macos"](shortcut, tmp_path)

    [call] = powershell.calls()
    assert call["options"] == ["-nologo", "-noprofile", "-noninteractive"]
    assert str(link) in call["script"]
    assert link.name == "Tools.lnk"
    start = application / "Contents" / "MacOS" / "start"
    assert os.access(start, os.X_OK)


def test_a_shortcut_that_windows_refuses_is_told(
    tmp_path: Path, powershell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shortcut = Shortcut("Tools", ("/bin/true",), "/")
    monkeypatch.setenv("FAKE_PWSH_EXIT", "1")

    with pytest.raises(MenuError, match="Windows made no shortcut"):
        WRITERS["windows"](shortcut, tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MenuError, match="was not found"):
        WRITERS["windows"](shortcut, tmp_path)


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("answers", "look"),
    [
        ({"color-scheme": "'prefer-dark'"}, "dark"),
        ({"color-scheme": "'default'", "gtk-theme": "'Adwaita-dark'"}, "dark"),
        ({"gtk-theme": "'HighContrast'"}, "contrast"),
        ({"high-contrast": "true"}, "contrast"),
        ({}, "light"),
    ],
)
def test_the_linux_desktop_says_how_it_looks(
    answers: dict[str, str], look: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = "\n".join(f'{key}) echo "{value}";;' for key, value in answers.items())
    program(tmp_path / "bin", "gsettings", f'case "$3" in\n{cases}\nesac')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("GTK_THEME")

    assert system_theme("linux") == look


@pytest.mark.parametrize(
    ("settings", "look"),
    [
        ("[Settings]\ngtk-application-prefer-dark-theme=1\n", "dark"),
        ("[Settings]\ngtk-theme-name=Breeze-Dark\n", "dark"),
        ("nonsense", "light"),
    ],
)
def test_gtks_own_file_is_asked_too(
    settings: str, look: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config" / "gtk-3.0" / "settings.ini"
    file.parent.mkdir(parents=True)
    file.write_text(settings, encoding="utf-8")
    program(tmp_path / "bin", "gsettings", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("GTK_THEME")

    assert system_theme("linux") == look


@pytest.mark.parametrize(
    ("script", "look"),
    [
        ('[ "$3" = AppleInterfaceStyle ] && echo Dark', "dark"),
        ('[ "$3" = increaseContrast ] && echo 1', "contrast"),
        ("exit 1", "light"),
    ],
)
def test_macos_says_how_it_looks(
    script: str, look: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "defaults", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    assert system_theme("macos") == look


def test_a_system_that_does_not_say_is_light(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "defaults").write_bytes(b"\0")
    (tmp_path / "defaults").chmod(0o755)

    assert system_theme("macos") == "light"
    assert system_theme("windows") == "light"


def test_the_systems_look_is_asked_for_told_once_and_remembered(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wait_until: Callable[[Callable[[], object], str], None],
) -> None:
    monkeypatch.setenv("GTK_THEME", "Adwaita:dark")
    look = FollowedTheme()
    assert look.remembered() == "light"
    told: list[str | None] = []

    def is_told() -> bool:
        told[:] = [look.news("light")]
        return told != [None]

    look.ask()
    wait_until(is_told, "an answer")

    assert told == ["dark"]
    assert look.news("light") is None
    assert FollowedTheme().remembered() == "dark"


def test_files_are_kept_where_each_system_keeps_them(tmp_path: Path) -> None:
    home = Path.home()

    assert (
        Path(state_folder("windows", {"LOCALAPPDATA": str(tmp_path)})) == tmp_path / "hotdish-menu"
    )
    assert Path(state_folder("windows", {})) == home / "AppData" / "Local" / "hotdish-menu"
    assert (
        Path(state_folder("macos", {})) == home / "Library" / "Application Support" / "hotdish-menu"
    )
    assert (
        Path(state_folder("linux", {"XDG_STATE_HOME": str(tmp_path)})) == tmp_path / "hotdish-menu"
    )
    assert Path(state_folder("linux", {})) == home / ".local" / "state" / "hotdish-menu"


def test_a_start_without_a_console_still_gives_scripts_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/opt/python/pythonw.exe")

    assert python_program() == "/opt/python/python.exe"


def test_a_user_without_a_name_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000)

    assert user_name() == ""


def test_a_file_is_fresh_only_once_it_is_saved_whole(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("1", encoding="utf-8")
    watch = FileWatch(path)
    assert not watch.has_settled_change()
    path.unlink()
    assert not watch.has_settled_change()
    path.write_text("half", encoding="utf-8")
    assert not watch.has_settled_change()
    path.write_text("the whole", encoding="utf-8")
    assert not watch.has_settled_change()

    assert watch.has_settled_change()
    assert not watch.has_settled_change()


@given(
    st.integers(1, 40), st.integers(1, 40), st.integers(0, 12), st.integers(0, 3), st.integers(0, 4)
)
def test_a_shape_of_any_size_is_a_picture_of_that_size(
    width: int, height: int, radius: int, border: int, margin: int
) -> None:
    data = draw(Shape(width, height, radius, "#112233", "#445566", border, "#778899", 2, margin))

    header = f"P6 {width} {height} 255\n".encode()
    assert data.startswith(header)
    assert len(data) == len(header) + 3 * width * height


@given(
    st.integers(16, 50),
    st.integers(16, 50),
    st.integers(0, 12),
    st.integers(0, 3),
    st.integers(0, 4),
)
def test_a_rough_shape_is_the_smooth_one_but_for_its_edges(
    width: int, height: int, radius: int, border: int, margin: int
) -> None:
    radius = min(radius, width // 2 - margin, height // 2 - margin)
    shape = Shape(width, height, radius, "#112233", "#445566", border, margin=margin)
    smooth = draw(shape)[-3 * width * height :]

    rough = draw_rough(shape)

    assert rough
    assert (rough.foreground, rough.background) == ("#445566", "#112233")
    front, seen = bits(rough.data, width, height), bits(rough.maskdata, width, height)
    for n in range(width * height):
        color = f"#{smooth[3 * n : 3 * n + 3].hex()}"
        if color in {"#112233", "#445566"}:
            assert (seen[n], front[n]) == (True, color == "#445566")
        if color == "#ffffff":
            assert not seen[n]


def bits(bitmap: str, width: int, height: int) -> list[bool]:
    data = [int(word, 16) for word in bitmap.split("{")[1].strip("}; ").split(",")]
    n_bytes = (width + 7) // 8
    assert len(data) == n_bytes * height
    return [
        bool(data[y * n_bytes + x // 8] >> x % 8 & 1) for y in range(height) for x in range(width)
    ]


def test_a_shape_of_more_than_two_colours_is_never_rough() -> None:
    shape = Shape(20, 20, 5, "#112233", "#445566", 1, "#778899", 2, 3)

    assert draw_rough(shape) is None
    assert draw_rough(shape._replace(border="")) is not None


def test_a_shape_is_alike_on_all_sides_and_smooth_at_its_corners() -> None:
    data = draw(Shape(20, 20, 6, "#000000", "#ff0000", 1, margin=2))
    pixels = [data[at : at + 3] for at in range(len(data) - 3 * 400, len(data), 3)]
    rows = [pixels[20 * y : 20 * (y + 1)] for y in range(20)]

    assert (
        rows
        == rows[::-1]
        == [row[::-1] for row in rows]
        == [list(column) for column in zip(*rows, strict=True)]
    )
    assert rows[0][0] == rows[10][1] == b"\xff\xff\xff"
    assert rows[10][2] == b"\xff\0\0"
    assert rows[10][3] == rows[10][10] == b"\0\0\0"
    # In a corner the colours go over into each other.
    assert len(set(rows[3])) > 3
