"""Things the tests of the menu share: files, a stand-in for PowerShell, a screen, a window."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from tools import virtual_screen

from hotdish_menu.model import Item
from hotdish_menu.reader import parse_menu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hotdish_menu.model import Menu, Platform

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ARTEFACTS = ROOT / "test-artefacts" / "menu"

settings.register_profile("menu", derandomize=True, max_examples=200, deadline=None)
settings.load_profile("menu")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep history, logs and answers of each test in a folder of its own."""
    folder = tmp_path / "state"
    monkeypatch.setenv("HOTDISH_MENU_STATE", str(folder))
    monkeypatch.setenv("GTK_THEME", "Adwaita")
    monkeypatch.delenv("TERMINAL", raising=False)
    return folder


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object], str], None]:
    """Give the function that asks again until something is so."""
    return virtual_screen.wait_until


@pytest.fixture
def read() -> Callable[..., Menu]:
    """Read a menu from text or bytes."""

    def read_text(
        text: str | bytes, platform: Platform = "linux", n_first: int | None = None
    ) -> Menu:
        data = text.encode() if isinstance(text, str) else text
        return parse_menu(data, Path("/menus/tools.csv"), platform, n_first=n_first)

    return read_text


@pytest.fixture
def make_item() -> Callable[..., Item]:
    """Make an item of which only what matters is said."""

    def make(method: str, command: str, arguments: str = "", **more: Any) -> Item:
        return Item(2, more.pop("name", "Go"), method, command, arguments, **more)

    return make


@dataclass
class FakePowerShell:
    """Where the stand-in is, and what it was told."""

    log: Path
    folder: Path

    def calls(self) -> list[dict[str, Any]]:
        """Give what it recorded, oldest first."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


@pytest.fixture
def powershell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePowerShell:
    """Put the stand-ins for pwsh and powershell.exe on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("pwsh", "powershell.exe", "pwsh.exe"):
        program = folder / name
        body = (HERE / "fakes" / "pwsh.py").read_text("utf-8")
        program.write_text(f"#!{sys.executable}\n{body}", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_PWSH_LOG", str(tmp_path / "calls.jsonl"))
    return FakePowerShell(tmp_path / "calls.jsonl", folder)


@pytest.fixture(scope="session")
def screen() -> Iterator[virtual_screen.VirtualScreen]:
    """Give a screen of 96 dpi for the whole run."""
    for program in ("Xvfb", "xdotool"):
        if not shutil.which(program):
            reason = f"{program} is not installed; tools/install_system_packages.sh installs it"
            if Path("/etc/debian_version").exists():
                pytest.fail(reason)
            pytest.skip(reason)
    with virtual_screen.VirtualScreen(900, 820) as running:
        yield running


def child_environment(extra: dict[str, str]) -> dict[str, str]:
    """Give the environment of a child whose lines count for coverage too."""
    env = {**os.environ, **extra}
    if "COVERAGE_RUN" in os.environ:
        env["COVERAGE_PROCESS_START"] = str(ROOT / "pyproject.toml")
        env["COVERAGE_FILE"] = str(ROOT / ".coverage")
    return env


@dataclass
class ShownMenu:
    """A window that a test drives with keys and mouse."""

    screen: virtual_screen.VirtualScreen
    process: subprocess.Popen[str]
    log: Path
    wait: Callable[[Callable[[], object], str], None]
    name: str
    pictures: list[str] = field(default_factory=list)

    def said(self) -> str:
        """Give what --verbose told."""
        return self.log.read_text("utf-8")

    def wait_for(self, text: str) -> None:
        """Wait until --verbose has told something."""
        self.wait(lambda: text in self.said(), f"{text!r} in:\n{self.said()}")

    def photograph(self, what: str) -> Path:
        """Keep a picture of the screen among the test artefacts."""
        path = ARTEFACTS / f"{self.name}-{what}.png"
        self.screen.picture().save(path)
        return path

    def has_color(self, color: str) -> bool:
        """Tell whether a colour (`#rrggbb`) is anywhere on the screen."""
        wanted = bytes.fromhex(color[1:])
        rows = self.screen.picture().rows
        return any(
            row[at : at + 3] == wanted
            for row in rows
            for at in range(0, len(row), 3)
            if row[at] == wanted[0]
        )


@pytest.fixture
def show(
    screen: virtual_screen.VirtualScreen,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    wait_until: Callable[[Callable[[], object], str], None],
) -> Iterator[Callable[..., ShownMenu]]:
    """Show a file in a real window; it is closed after the test."""
    if not importlib.util.find_spec("_tkinter"):
        pytest.skip("this Python has no Tk; on Debian: apt-get install python3-tk")
    shown: list[ShownMenu] = []

    def start(file: Path, *options: str, **env: str) -> ShownMenu:
        log = tmp_path / f"window-{len(shown)}.log"
        command = [sys.executable, "-m", "hotdish_menu", str(file), "--verbose", *options]
        with log.open("w", encoding="utf-8") as errors:
            process = subprocess.Popen(
                command,
                env=child_environment({"DISPLAY": screen.display, **env}),
                stderr=errors,
                text=True,
            )
        name = request.node.name.removeprefix("test_")
        menu = ShownMenu(screen, process, log, wait_until, name)
        shown.append(menu)
        menu.wait_for("ready")
        screen.wait_for_window(env.get("TITLE", "PowerShell Script Menu"))
        return menu

    yield start
    for menu in shown:
        if menu.process.poll() is None:
            menu.process.terminate()
        menu.process.wait()
    for menu in shown:
        assert "Traceback" not in menu.said(), menu.said()
