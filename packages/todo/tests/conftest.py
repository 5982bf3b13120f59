"""Profiles that real browsers wrote, made once for all tests."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from todo_testing.browsers import SQLITE_STORE, Browser, open_chromium, open_firefox
from todo_testing.pages import serve_pages

from hotdish_todo.cli import main

BROWSERS = ("chromium-leveldb", "chromium-sqlite", "firefox")
N_TASKS, N_STEPS = 2000, 1500


@dataclass(frozen=True)
class SeededProfile:
    """What one browser left behind, and what its own page said that it holds."""

    profile: Path
    dump: Path
    copied_while_open: Path


@pytest.fixture(scope="session")
def page_url() -> Iterator[str]:
    with serve_pages() as base:
        yield f"{base}/todo.html"


@pytest.fixture(scope="session")
def open_browser(page_url: str) -> Callable[[str, Path], Any]:
    """Open the test page in one of the browsers, with a profile in a folder."""

    def open_it(name: str, profile: Path) -> Any:
        if name == "firefox":
            return open_firefox(profile, page_url)
        flags = [SQLITE_STORE] if name == "chromium-sqlite" else []
        return open_chromium(profile, page_url, *flags)

    return open_it


@pytest.fixture(scope="session", params=BROWSERS)
def seeded(
    request: pytest.FixtureRequest,
    open_browser: Callable[[str, Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> SeededProfile:
    """A closed profile with thousands of awkward records, and its in-page dump."""
    folder = tmp_path_factory.mktemp(request.param)
    browser: Browser
    with open_browser(request.param, folder / "profile") as browser:
        browser.run(f"seed({{tasks: {N_TASKS}, steps: {N_STEPS}, awkward: true}})")
        browser.dump(folder / "dump.json")
        shutil.copytree(browser.storage, folder / "open")
    return SeededProfile(folder / "profile", folder / "dump.json", folder / "open")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process and give exit code, stdout and stderr."""

    def run_it(*arguments: str | Path) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        streams = capsys.readouterr()
        return code, streams.out, streams.err

    return run_it


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with no browser in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


@pytest.fixture
def blog_dump(tmp_path: Path) -> Path:
    """A dump in the shape of the blog's converter, with everything awkward in few records."""
    path = tmp_path / "blog.json"
    path.write_text(json.dumps(_BLOG), encoding="utf-8")
    return path


_BLOG = {
    "lists": [
        {"id": "L1", "title": "Home", "position": "2024-01-02T00:00:00Z"},
        {"id": "L2", "title": "home", "position": 5},
        {"id": "L3", "title": "XML Data Link list"},
    ],
    "tasks": [
        {
            "id": "T1",
            "list_id": "L1",
            "title": "Bake \ud83d hotdish",
            "note": "<div>one<br>two <a href='https://example.invalid'>page</a></div>",
            "completed": False,
            "created_at": {"date_time": "2024-01-01T10:00:00.1234567", "time_zone": "UTC"},
            "due_date": {"date_time": "2024-05-05T22:00:00", "time_zone": "UTC"},
            "position": "2024-02-01T00:00:00Z",
        },
        {
            "id": "T2",
            "list_id": "L1",
            "title": "Bake \ud83d hotdish",
            "completed": True,
            "completed_at": {"date_time": "2024-01-03T10:00:00"},
            "position": "2024-03-01T00:00:00Z",
        },
        {"id": "T3", "list_id": "gone", "title": "=1+1", "completed": False},
    ],
    "steps": [
        {"id": "S1", "task_id": "T1", "title": "second", "completed": False, "position": 1},
        {"id": "S2", "task_id": "T1", "title": "first", "completed": True, "position": 2},
        {"id": "S3", "task_id": "gone", "title": "lonely", "completed": False, "position": 2},
    ],
}
