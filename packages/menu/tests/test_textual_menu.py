"""The full screen in the terminal, driven by Textual's own pilot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from hotdish_menu.cli import main
from hotdish_menu.history import History
from hotdish_menu.settings import Settings
from hotdish_menu.textual_menu import TextualMenu

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

MENU = (
    "Section,Method,Command,Name,Description,Prompt,Confirm\n"
    "First,sh_inline,echo alpha ran,Alpha,The first,,\n"
    'Second,sh_inline,"echo ""got $MENU_user""",Ask,Asks,user: text,Sure?\n'
    "Second,sh_inline,sleep 1000,Long,Takes long,,\n"
    "Second,exe,no-such-program,Missing,Is not there,,\n"
    "Third,misspelt,x,Broken,Cannot be started,,\n"
)


@pytest.fixture
def menu_file(tmp_path: Path) -> Path:
    path = tmp_path / "tools.csv"
    path.write_text(MENU, encoding="utf-8")
    return path


def drive(path: Path, act: Callable[[TextualMenu, Any], Awaitable[None]]) -> None:
    """Run the app without a terminal and act on it."""

    async def run() -> None:
        app = TextualMenu(str(path), Settings())
        async with app.run_test() as pilot:
            await act(app, pilot)

    asyncio.run(run())


async def until(pilot: Any, condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await pilot.pause(0.02)


def log_text(app: TextualMenu) -> str:
    return "\n".join(line.text for line in app._output.lines)


def test_typing_and_enter_start_the_first_item_found(menu_file: Path, state: Path) -> None:
    async def act(app: TextualMenu, pilot: Any) -> None:
        app.query_one(Input).focus()
        await pilot.press(*"alph", "enter")
        await until(pilot, lambda: "exit code 0" in log_text(app))
        assert "alpha ran" in log_text(app)

    drive(menu_file, act)

    assert [entry.item for entry in History(state).newest(5)] == ["Alpha"]


def test_values_are_asked_for_and_checked(menu_file: Path, state: Path) -> None:
    async def act(app: TextualMenu, pilot: Any) -> None:
        app.query_one(Input).focus()
        await pilot.press(*"takes", "enter")
        await until(pilot, app.runner.running)
        await pilot.press("escape", *"ask", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        # What runs ends while the dialog is on top.
        app.runner.running()[0].stop()
        await until(pilot, lambda: "Long: stopped" in log_text(app))
        await pilot.press("enter")
        assert len(app.screen_stack) == 2
        app.screen.query_one("#value-user", Input).value = "Kim"
        await pilot.click("#start")
        await until(pilot, lambda: "got Kim" in log_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.click("#cancel")
        await until(pilot, lambda: len(app.screen_stack) == 1)

    drive(menu_file, act)

    assert [entry.item for entry in History(state).newest(5)] == ["Ask", "Long"]


def test_a_script_is_stopped_and_what_is_missing_is_told(menu_file: Path, state: Path) -> None:
    async def act(app: TextualMenu, pilot: Any) -> None:
        app.query_one(Input).focus()
        await pilot.press(*"takes", "enter")
        await until(pilot, app.runner.running)
        await pilot.press("ctrl+s", "escape")
        await until(pilot, lambda: "Long: stopped" in log_text(app))
        await pilot.press(*"missing", "enter", "escape", "tab", "down", "enter")
        await pilot.pause()

    drive(menu_file, act)

    assert "Long" in {entry.item for entry in History(state).newest(5)}


def test_the_command_shows_it(menu_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_and_leave(app: TextualMenu) -> None:
        [item] = app._menu.named("Long")
        app.runner.start(item, app._plan(item, {}))

    monkeypatch.setattr(TextualMenu, "run", run_and_leave)

    assert main([str(menu_file), "--tui"]) == 0


def test_without_textual_it_is_told_what_to_install(
    menu_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hotdish_menu.textual_menu", None)

    assert main([str(menu_file), "--tui"]) == 2
    assert "pip install 'hotdish-menu[tui]'" in capsys.readouterr().err
