"""One start of one item: its output, its end, and how to stop it."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hotdish_menu.output import OutputText
from hotdish_menu.processes import stop_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Item
    from hotdish_menu.processes import Process

Outcome = Literal["running", "done", "failed", "stopped", "timed out", "handed over"]

# Output that nobody has drained yet; older bytes give way, and it is said how many.
RING_BYTES = 2 * 2**20
LOG_BYTES = 50 * 2**20
# How long after the end of a process its last output may take; a program left behind by it may
# hold the pipe open for hours.
LAST_OUTPUT_S = 0.5
_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Traces:
    """What a run leaves behind."""

    on_end: Callable[[Run], None]
    log: Path | None = None
    status: Path | None = None
    """Where a terminal's script writes the exit code."""


class Run:
    """A process that was started from the menu, watched by one thread until it ends."""

    def __init__(
        self,
        item: Item,
        plan: LaunchPlan,
        process: Process | None,
        traces: Traces,
    ) -> None:
        self.item = item
        self.plan = plan
        self.log = traces.log
        self.outcome: Outcome = "running"
        self.exit_code: int | None = None
        self.started_at = time.time()
        self._process = process
        self._traces = traces
        self._begin = time.monotonic()
        self._seconds: float | None = None
        self._chunks: deque[bytes] = deque()
        self._n_kept = self._n_lost = 0
        self._lock = threading.Lock()
        self._text = OutputText(plan.encoding)
        self._asked: Outcome | None = None
        self._ended = threading.Event()
        self._reader: threading.Thread | None = None
        self._stopper: threading.Thread | None = None

    def watch(self) -> Run:
        """Begin to read the output and to wait for the end."""
        if self._process is None:
            self._finish("handed over", None)
            return self
        if self._process.stdout is not None:
            self._reader = threading.Thread(target=self._read, daemon=True)
            self._reader.start()
        threading.Thread(target=self._wait, daemon=True).start()
        return self

    @property
    def is_over(self) -> bool:
        """Tell whether the process has ended, or was handed to another program."""
        return self._ended.is_set()

    @property
    def seconds(self) -> float:
        """Give how long it has run."""
        return time.monotonic() - self._begin if self._seconds is None else self._seconds

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end, and for that of all it started if it is being stopped.

        False if it has not come in time.
        """
        if not self._ended.wait(timeout_s):
            return False
        if self._stopper:
            self._stopper.join(timeout_s)
        return True

    def stop(self, outcome: Outcome = "stopped") -> None:
        """Stop the whole process tree, without waiting for its end."""
        if self._process is None or self.is_over or self._asked:
            return
        self._asked = outcome
        self._stopper = threading.Thread(target=stop_tree, args=(self._process,), daemon=True)
        self._stopper.start()

    def send(self, line: str) -> bool:
        """Hand one line to the program's input; False if it no longer listens."""
        stdin = self._process.stdin if self._process else None
        if stdin is None or self.is_over:
            return False
        try:
            stdin.write((line + "\n").encode(self.plan.encoding or "utf-8", "replace"))
            stdin.flush()
        except (OSError, ValueError):
            return False
        return True

    def drain(self) -> str:
        """Take the text that has come since the last call."""
        is_last = self.is_over
        with self._lock:
            data, n_lost = b"".join(self._chunks), self._n_lost
            self._chunks.clear()
            self._n_kept = self._n_lost = 0
        if not n_lost:
            return self._text.feed(data, is_last=is_last) if data or is_last else ""
        self._text.skip()
        # What is left starts within a line, so the rest of that line goes too.
        n_cut = data.find(b"\n") + 1
        note = f"\n[{n_lost + n_cut:,} bytes of output not shown here]\n"
        return note + self._text.feed(data[n_cut:], is_last=is_last)

    def _read(self) -> None:
        assert self._process is not None  # noqa: S101 - only watch() starts this
        assert self._process.stdout is not None  # noqa: S101
        stdout = self._process.stdout
        n_logged = 0
        log = self.log.open("wb", buffering=0) if self.log else None
        try:
            while data := stdout.read1(_CHUNK):  # type: ignore[attr-defined]
                self._keep(data)
                if log and n_logged < LOG_BYTES:
                    n_logged += log.write(data[: LOG_BYTES - n_logged])
                    if n_logged == LOG_BYTES:
                        log.write(b"\n[the log ends here: it holds no more than 50 MiB]\n")
        finally:
            stdout.close()
            if log:
                log.close()

    def _keep(self, data: bytes) -> None:
        with self._lock:
            self._chunks.append(data)
            self._n_kept += len(data)
            while self._n_kept > RING_BYTES:
                n_oldest = len(self._chunks.popleft())
                self._n_kept -= n_oldest
                self._n_lost += n_oldest

    def _wait(self) -> None:
        assert self._process is not None  # noqa: S101 - only watch() starts this
        try:
            code = self._process.wait(self.plan.timeout_s)
        except subprocess.TimeoutExpired:
            self.stop("timed out")
            code = self._process.wait()
        if self._reader:
            self._reader.join(LAST_OUTPUT_S)
        if self._process.stdin:
            _close_quietly(self._process)
        if self._traces.status:
            self._finish_in_terminal(self._traces.status)
        else:
            self._finish(self._asked or ("failed" if code else "done"), code)

    def _finish_in_terminal(self, status: Path) -> None:
        """Read the exit code a terminal's script has left; some terminals end at once."""
        try:
            code = int(status.read_text(encoding="ascii"))
        except (OSError, ValueError):
            self._finish(self._asked or "handed over", None)
            return
        status.unlink(missing_ok=True)
        self._finish(self._asked or ("failed" if code else "done"), code)

    def _finish(self, outcome: Outcome, code: int | None) -> None:
        self._seconds = time.monotonic() - self._begin
        self.exit_code, self.outcome = code, outcome
        try:
            self._traces.on_end(self)
        finally:
            self._ended.set()


def _close_quietly(process: Process) -> None:
    try:
        assert process.stdin is not None  # noqa: S101
        process.stdin.close()
    except OSError:
        # What was typed last could not be delivered any more.
        return
