"""Parts of the window by themselves, on the screen in memory."""

from __future__ import annotations

import importlib.util
import struct
import sys
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from tools.virtual_screen import Picture

from hotdish_menu.errors import MenuError
from hotdish_menu.launch_plan import Options
from hotdish_menu.model import Item, Menu, Section
from hotdish_menu.plan import plan
from hotdish_menu.runner import Runner
from hotdish_menu.settings import Settings

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hotdish_menu.run import Run
    from hotdish_menu.ui.pane import OutputPane
    from hotdish_menu.ui.style import Style

pytestmark = pytest.mark.skipif(
    not importlib.util.find_spec("_tkinter"), reason="this Python has no Tk: install python3-tk"
)


@pytest.fixture
def root(screen: Any) -> Iterator[tk.Tk]:
    import tkinter as tk

    window = tk.Tk(screenName=screen.display)
    window.geometry("500x400+0+0")
    window.update()
    window.focus_force()
    window.update()
    yield window
    window.destroy()


@pytest.fixture
def style(root: tk.Tk) -> Style:
    from hotdish_menu.ui.style import Style

    return Style(root, Settings(), "light")


class Recorder:
    """Remembers what the pane's buttons asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def start_again(self, run: Run) -> None:
        self.asked.append(f"again {run.item.label}")

    def open_log(self, path: Path) -> None:
        self.asked.append(f"log {path.suffix}")

    def close(self) -> None:
        self.asked.append("close")


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def pane(root: tk.Tk, style: Style, recorder: Recorder) -> OutputPane:
    from hotdish_menu.ui.pane import Actions, OutputPane

    made = OutputPane(root, style, Actions(recorder.start_again, recorder.open_log, recorder.close))
    made.pack(fill="both", expand=True)
    root.update()
    return made


@pytest.fixture
def start(state: Path, tmp_path: Path) -> Callable[..., Run]:
    runner = Runner(state, tmp_path / "m.csv")

    def start_item(command: str, name: str = "Go", *, is_waited: bool = True) -> Run:
        item = Item(2, name, "bash_inline", command)
        run = runner.start(item, plan(item, "linux", Options(str(tmp_path))))
        if is_waited:
            assert run.wait(30)
        return run

    return start_item


def press(pane: OutputPane, name: str) -> None:
    button = pane._buttons[name].widget
    button.focus_force()
    pane.update()
    button.event_generate("<Return>")
    pane.update()


def test_the_pane_shows_copies_reopens_and_closes(
    pane: OutputPane, start: Callable[..., Run], recorder: Recorder
) -> None:
    first = start("printf 'one\\ntwo\\n10%%\\r20%%\\n'", "First")
    second = start("echo second", "Second")
    for run in (first, second):
        pane.add(run)
        assert pane.pump()
    pane.show(first)
    pane.update()

    for button in pane._buttons.values():
        button.widget.focus_force()
        pane.update()
        button.widget.event_generate("<Enter>")
        button.widget.event_generate("<Leave>")
    assert pane.shown_text() == "one\ntwo\n20%\n"
    press(pane, "Copy")
    assert pane.clipboard_get() == "one\ntwo\n20%\n"
    pane._shown.text.tag_add("sel", "1.0", "1.3")  # type: ignore[union-attr]
    press(pane, "Copy")
    assert pane.clipboard_get() == "one"
    for name in ("Log", "Again", "Stop"):
        press(pane, name)
    assert pane.shown_run is first
    press(pane, "Close")
    assert pane.shown_run is second
    press(pane, "Close")

    assert pane.is_empty
    assert recorder.asked == ["log .log", "again First", "close"]
    assert pane.shown_text() == ""


def test_a_second_start_takes_the_tab_of_the_first(
    pane: OutputPane, start: Callable[..., Run]
) -> None:
    for n in range(15):
        pane.add(start(f"echo {n}", f"Item {n % 14} with a name that is rather long"))
        pane.pump()

    assert len(pane._tabs) == 8
    assert "14" in pane.shown_text()


def test_a_running_script_keeps_its_tab_and_takes_answers(
    pane: OutputPane,
    start: Callable[..., Run],
    recorder: Recorder,
    wait_until: Callable[[Callable[[], object], str], None],
) -> None:
    run = start("read x; echo got $x; read y", is_waited=False)
    pane.add(run)
    pane.pump()
    pane.focus_input()
    pane._input.variable.set("answer")
    pane._input.entry.focus_force()
    pane.update()
    pane._input.entry.event_generate("<Return>")

    def is_answered() -> bool:
        pane.pump()
        return "got answer" in pane.shown_text()

    wait_until(is_answered, "the answer")
    press(pane, "Close")
    assert recorder.asked == ["close"]
    assert not pane.is_empty
    press(pane, "Stop")
    assert run.wait(30)
    assert pane.pump()
    assert not pane.pump()


def test_only_the_last_lines_are_kept_in_the_window(
    pane: OutputPane, start: Callable[..., Run]
) -> None:
    from hotdish_menu.ui.tab import LINES_KEPT

    pane.add(start("seq 1 20000"))
    pane.pump()

    lines = pane.shown_text().splitlines()
    assert len(lines) in {LINES_KEPT - 1, LINES_KEPT}
    assert lines[-1] == "20000"
    pane._move_to(0.5)
    pane._scrollbar.event_generate("<Configure>")
    pane.restyle()


def test_output_is_followed_unless_an_older_place_is_read(
    pane: OutputPane, start: Callable[..., Run]
) -> None:
    pane.add(start("seq 1 300"))
    pane.pump()
    pane.update()
    [tab] = pane._tabs
    assert tab.text.yview()[1] == 1

    pane._move_to(0.2)
    place = tab.text.yview()[0]
    tab.add("more\n")
    pane.update()
    assert tab.text.index("@0,0").split(".")[0] == str(round(place * 301) + 1)
    pane._move_to(1)
    tab.add("most\n" * 50)
    pane.update()
    assert tab.text.yview()[1] == 1


def test_a_ring_goes_with_the_focus_also_where_the_item_is_out_of_sight(
    root: tk.Tk, style: Style
) -> None:
    import tkinter as tk

    from hotdish_menu.ui.listing import Choices, Listing

    listing = Listing(
        root, style, Choices(lambda _i: None, lambda _i: None, lambda _t: None, lambda: None)
    )
    listing.pack(fill="both", expand=True)
    elsewhere = tk.Entry(root)
    elsewhere.pack()
    items = tuple(Item(n, f"Item {n}", "exe", "true") for n in range(50))
    listing.show((Section("", items),))
    root.update()
    listing.go_to(-1)
    root.update()
    assert [cell.item for cell in listing._cells.values() if cell._is_focused] == [items[-1]]

    listing.show((Section("", items[:2]),))
    elsewhere.focus_force()
    root.update()
    listing.show((Section("", items),))
    root.update()

    assert [cell.item for cell in listing._cells.values() if cell._is_focused] == []


def test_a_line_at_the_foot_that_is_too_long_ends_in_dots(root: tk.Tk, style: Style) -> None:
    from hotdish_menu.ui.status_line import StatusLine

    line = StatusLine(root, style)
    line.pack(fill="x")
    menu = Menu("/menus/tools.csv", (Section("", (Item(2, "Go", "exe", "true"),)),))
    line.tell(menu, 1, 0)
    root.update()
    assert line.cget("text") == "1 item · tools.csv"

    line.complain("It did not start, for " + "many reasons, " * 20)
    line.tell(menu, 1, 0)

    assert line.cget("text").endswith("…")
    assert style.font("small").measure(line.cget("text")) <= line.winfo_width()
    line.complain("")
    line.tell(menu, 0, 2)
    assert line.cget("text") == "0 of 1 item · tools.csv · 2 running"


def test_a_long_command_is_shown_whole_or_can_be_scrolled(root: tk.Tk, style: Style) -> None:
    from hotdish_menu.ui.command_text import CommandText

    text = CommandText(root, style, 460)
    text.pack()
    heights = []
    for command in ("short", "middling " * 50, "long " * 500):
        text.show(command)
        root.update()
        # Tk measures wrapped lines in its own time.
        root.tk.call(text._text, "sync")
        heights.append((text._text.cget("height"), text._text.yview()[1] == 1))

    assert heights[0] == (3, True)
    assert 3 < heights[1][0] < 12
    assert heights[1][1]
    assert heights[2] == (12, False)


def png(folder: Path, size: int) -> bytes:
    path = folder / "square.png"
    Picture(size, size, size * (b"\x12\x34\x56" * size,)).save(path)
    return path.read_bytes()


def icon(*images: bytes) -> bytes:
    header = struct.pack("<HHH", 0, 1, len(images))
    at = 6 + 16 * len(images)
    entries = b""
    for image in images:
        entries += struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(image), at)
        at += len(image)
    return header + entries + b"".join(images)


def test_icons_are_taken_from_png_and_ico_files(root: tk.Tk, tmp_path: Path) -> None:
    from hotdish_menu.ui.icon import largest_png, set_icon

    small, large = png(tmp_path, 16), png(tmp_path, 64)
    (tmp_path / "a.png").write_bytes(large)
    (tmp_path / "a.ico").write_bytes(icon(small, large))
    (tmp_path / "old.ico").write_bytes(icon(b"BM" + zlib.compress(b"x")))
    (tmp_path / "no.png").write_bytes(b"nothing")

    set_icon(root, None, "#c2410c")
    set_icon(root, tmp_path / "a.png", "")
    set_icon(root, tmp_path / "a.ico", "")
    assert largest_png(icon(small, large)) == large
    with pytest.raises(MenuError, match="only old bitmaps"):
        set_icon(root, tmp_path / "old.ico", "")
    with pytest.raises(MenuError, match=r"no\.png cannot be used"):
        set_icon(root, tmp_path / "no.png", "")


def test_the_list_moves_by_keys_and_share(root: tk.Tk, style: Style) -> None:
    from hotdish_menu.ui.listing import Choices, Listing

    started: list[str] = []
    left: list[str] = []
    choices = Choices(
        lambda item: started.append(item.label),
        lambda _item: None,
        left.append,
        lambda: left.append("below"),
    )
    listing = Listing(root, style, choices)
    listing.pack(fill="both", expand=True)
    items = tuple(Item(n, f"Item {n}", "exe", "true") for n in range(500))
    listing.show((Section("One", items[:250]), Section("Two", items[250:])))
    root.update()

    listing.enter()
    root.update()
    for key in ("End", "Home", "Next", "Next", "Prior", "Right", "Left", "Tab", "Up", "Return"):
        (listing.focus_get() or listing.canvas).event_generate(f"<{key}>")
        root.update()
    assert started == [items[listing._current or 0].label]
    listing.move_to(0.5)
    listing.scroll(-5000)
    listing.scroll(100_000_000)
    root.update()
    assert {cell.item for cell in listing._cells.values()} >= {items[-1]}
    (listing.focus_get() or listing.canvas).event_generate("x")
    assert left == ["x"]
    listing.move_to(0)
    listing.go_to(400)
    listing.show((Section("", items[:3]),), keep_place=True)
    listing.show((), empty="Nothing here")
    listing.enter()
    listing.scroll(10)
    root.update()
    assert listing._cells == {}
    assert isinstance(Menu("m.csv").errors, tuple)


def test_durations_are_said_as_people_say_them() -> None:
    from hotdish_menu.ui.results import duration

    assert [duration(s) for s in (0.04, 61, 7300)] == ["under 0.1 s", "1 min 1 s", "2 h 1 min"]


def test_an_error_without_a_console_is_shown_in_a_window(
    screen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    from hotdish_menu.cli import main

    monkeypatch.setenv("DISPLAY", screen.display)
    monkeypatch.setattr("tkinter.messagebox.showerror", lambda _t, text, **_: shown.append(text))
    monkeypatch.setattr(sys, "stderr", None)

    assert main(["check", "gone.csv"]) == 2
    assert "Cannot read the menu" in shown[0]
