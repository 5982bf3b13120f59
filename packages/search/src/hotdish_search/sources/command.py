"""Runs one of the system's programs: no shell, no questions, no endless waiting."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hotdish_search.sources.job import Limits, NoDocsError
from hotdish_search.sources.web import NoAnswerError

_LOOK_EVERY_S = 0.2


@dataclass(slots=True)
class Growth:
    """A folder into which a program downloads; it is stuck if the folder stops growing."""

    folder: Path
    report: Callable[[int], None]
    _n_bytes: int = -1
    _since: float = 0.0

    def silence_s(self) -> float:
        """Report the folder's size, and give how long it has not grown."""
        now = time.monotonic()
        n_bytes = _bytes_in(self.folder)
        self.report(n_bytes)
        if n_bytes != self._n_bytes:
            self._n_bytes, self._since = n_bytes, now
        return now - self._since


def run(
    command: list[str], limits: Limits, *, folder: Path | None = None, growth: Growth | None = None
) -> str:
    """Run a program and give its standard output.

    Raises:
        NoAnswerError: What it downloads has stopped coming.
        NoDocsError: It fails or takes too long; the message has its own last words.
    """
    with subprocess.Popen(  # noqa: S603 (fixed programs, and only names that apt itself gave)
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # so that the programs it starts end with it
    ) as process:
        try:
            output, errors = _watch(process, command[0], limits, growth)
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    if process.returncode != 0:
        msg = f"{command[0]} failed: {_last_words(errors)}"
        raise NoDocsError(msg)
    return output


def _watch(
    process: subprocess.Popen[str], name: str, limits: Limits, growth: Growth | None
) -> tuple[str, str]:
    deadline = time.monotonic() + limits.command_s
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=_LOOK_EVERY_S)
        if growth and growth.silence_s() > limits.apt_stall_s:
            msg = f"{name} got nothing for {limits.apt_stall_s:g} s"
            raise NoAnswerError(msg)
        if time.monotonic() > deadline:
            msg = f"{name} did not finish within {limits.command_s:g} s"
            raise NoDocsError(msg)


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # gone or renamed meanwhile
            total += path.lstat().st_size
    return total


def _last_words(errors: str) -> str:
    lines = errors.splitlines()
    apt_errors = [line for line in lines if line.startswith("E:")]
    words = (apt_errors or lines or ["no reason given"])[-1]
    return words.removeprefix("E:").strip()
