"""Drive the distribution's Chromium and Firefox ESR, headless, with profiles that stay on disk."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

from hotdish_todo.snippet import console_script

SQLITE_STORE = "--enable-features=IdbSqliteBackingStore,IdbSqliteOnDiskRollout"
_CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_FIREFOX_PREFERENCES = {
    "app.update.enabled": False,
    "browser.download.alwaysOpenPanel": False,
    "browser.download.folderList": 2,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:9",
    "toolkit.telemetry.enabled": False,
}
_TIMEOUT_S = 180


class Browser(Protocol):
    """One open page of a running browser."""

    storage: Path  # the folder of all origins' IndexedDB

    def run(self, script: str) -> Any:
        """Evaluate JavaScript (its promise too) and give the result."""

    def dump(self, target: Path) -> None:
        """Run the console snippet as it is, and keep the file that it downloads."""


@dataclass(slots=True)
class Chromium:
    """Chromium behind playwright."""

    page: Page
    storage: Path

    def run(self, script: str) -> Any:
        """Evaluate JavaScript (its promise too) and give the result."""
        return self.page.evaluate(script)

    def dump(self, target: Path) -> None:
        """Run the console snippet as it is, and keep the file that it downloads."""
        with self.page.expect_download(timeout=_TIMEOUT_S * 1000) as download:
            self.page.evaluate(console_script())
        download.value.save_as(target)


@dataclass(slots=True)
class Firefox:
    """Firefox behind WebDriver BiDi, without geckodriver."""

    socket: ClientConnection
    storage: Path
    downloads: Path
    context: str = ""
    n_commands: int = 0

    def run(self, script: str) -> Any:
        """Evaluate JavaScript (its promise too) and give the result."""
        expression = f"(async () => JSON.stringify(await ({script})) ?? 'null')()"
        answer = self.command(
            "script.evaluate",
            expression=expression,
            target={"context": self.context},
            awaitPromise=True,
        )
        if answer["type"] != "success":
            raise AssertionError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def dump(self, target: Path) -> None:
        """Run the console snippet as it is, and keep the file that it downloads."""
        self.run(console_script())
        while (event := self.receive()).get("method") != "browsingContext.downloadEnd":
            pass
        assert event["params"]["status"] == "complete", event
        shutil.move(event["params"]["filepath"], target)

    def command(self, method: str, **parameters: Any) -> Any:
        """Send one command and wait for its answer."""
        self.n_commands += 1
        message = {"id": self.n_commands, "method": method, "params": parameters}
        self.socket.send(json.dumps(message))
        while (answer := self.receive()).get("id") != self.n_commands:
            pass
        if answer["type"] == "error":
            raise AssertionError(answer["message"])
        return answer["result"]

    def receive(self) -> Any:
        """Wait for the next message."""
        return json.loads(self.socket.recv(timeout=_TIMEOUT_S))


@contextmanager
def open_chromium(profile: Path, url: str, *flags: str) -> Iterator[Chromium]:
    """Open a page in Chromium; leaving the context closes the browser as a person would."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path="/usr/bin/chromium",
            headless=True,
            accept_downloads=True,
            args=[*_CHROMIUM_FLAGS, *flags],
        )
        context.set_default_timeout(_TIMEOUT_S * 1000)
        try:
            page = context.new_page()
            page.goto(url)
            yield Chromium(page, profile / "Default" / "IndexedDB")
        finally:
            context.close()


@contextmanager
def open_firefox(profile: Path, url: str) -> Iterator[Firefox]:
    """Open a page in Firefox; leaving the context closes the browser as a person would."""
    downloads = profile / "downloads"
    downloads.mkdir(parents=True)
    preferences = _FIREFOX_PREFERENCES | {"browser.download.dir": str(downloads)}
    (profile / "user.js").write_text(
        "".join(
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in preferences.items()
        ),
        encoding="utf-8",
    )
    process = subprocess.Popen(
        ["firefox-esr", "--headless", "--remote-debugging-port", "0", "--profile", profile],
        env=os.environ | {"MOZ_DISABLE_CONTENT_SANDBOX": "1", "HOME": str(profile)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with connect(f"{_bidi_address(process)}/session", max_size=None) as socket:
            firefox = Firefox(socket, profile / "storage" / "default", downloads)
            firefox.command("session.new", capabilities={})
            firefox.command("session.subscribe", events=["browsingContext.downloadEnd"])
            firefox.context = firefox.command("browsingContext.getTree")["contexts"][0]["context"]
            firefox.command(
                "browsingContext.navigate", context=firefox.context, url=url, wait="complete"
            )
            yield firefox
            firefox.command("browser.close")
        process.wait(timeout=_TIMEOUT_S)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=_TIMEOUT_S)


def _bidi_address(process: subprocess.Popen[str]) -> str:
    """Wait until Firefox names its address; its later messages are thrown away."""
    assert process.stderr is not None
    for line in process.stderr:
        if "WebDriver BiDi listening on " in line:
            threading.Thread(target=_drain, args=(process,), daemon=True).start()
            return line.split()[-1]
    msg = "Firefox ended before it listened"
    raise AssertionError(msg)


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    with process.stderr:
        for _ in process.stderr:
            pass
