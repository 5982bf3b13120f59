"""What tests of hotdish-search share: Python's real documentation, a real server and browser."""

import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import platformdirs
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, expect, sync_playwright

from hotdish_search.errors import HotdishSearchError
from hotdish_search.sources import get_docs
from hotdish_search.sources.debian import fetch_debian_package
from hotdish_search.sources.job import Job
from hotdish_search.sources.shelf import find_on_shelf

# No server of a test learns what 17,000 entries mean: it costs minutes, and answers would change
# while tests look. tests/meaning has its own.
os.environ["HOTDISH_SEARCH_MEANING"] = "false"


@pytest.fixture(scope="session")
def python_docs() -> Path:
    """The HTML folder of Debian's Python 3.11 documentation, fetched once per machine.

    It stays in the user's cache folder, so only the first run needs apt. Its own copy comes before
    an installed one, so that every machine tests on the same pages.
    """
    cache_folder = Path(platformdirs.user_cache_dir("hotdish-search")) / "tests"
    job = Job("3.11", cache_folder, say=_say, progress=lambda _done, _total: None)
    for take in (find_on_shelf, fetch_debian_package):
        try:
            return take(job).folder
        except HotdishSearchError as error:
            _say(str(error))
    return get_docs("auto", python="3.11", cache_folder=cache_folder, say=_say).folder


class Server(uvicorn.Server):
    """A server on a free port of this machine that says when it is ready."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(uvicorn.Config(app, port=0, log_level="warning"))
        self.is_ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_ready.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    server = Server(app)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.is_ready.wait(60), "the server did not start"
    yield server.address
    server.should_exit = True
    thread.join(timeout=60)


@pytest.fixture(scope="session")
def serve() -> Callable[[FastAPI], AbstractContextManager[str]]:
    """Serves an application in a thread for as long as a `with` block lasts; gives its address."""
    return serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The distribution's own Chromium, without a window.

    One for each module and not for the whole run, because Playwright's loop would be in the way of
    asynchronous tests elsewhere.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        reason = "Chromium is not installed; on Debian and Ubuntu `make system` installs it."
        (pytest.fail if shutil.which("apt-get") else pytest.skip)(reason)
    expect.set_options(timeout=20_000)  # a busy machine is no failure
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
