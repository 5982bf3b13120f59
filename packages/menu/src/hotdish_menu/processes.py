"""Starts processes and stops whole process trees, in each system's own way."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from hotdish_menu.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotdish_menu.launch_plan import LaunchPlan

# How long a process tree may take to end by itself before it is ended by force.
STOP_GRACE_S = 5.0
_LOOK_AGAIN_S = 0.02

Process = subprocess.Popen[bytes]


def start_piped(plan: LaunchPlan, program: str, environ: Mapping[str, str]) -> Process:
    """Start a plan without a window, its output and errors in one pipe."""
    return _start(plan, program, environ, is_piped=True, windows_flags="CREATE_NO_WINDOW")


def start_apart(plan: LaunchPlan, program: str, environ: Mapping[str, str]) -> Process:
    """Start a plan on its own: in a console window on Windows, without any elsewhere."""
    flags = "CREATE_NEW_CONSOLE" if plan.mode == "window" else "CREATE_NO_WINDOW"
    return _start(plan, program, environ, is_piped=False, windows_flags=flags)


def start_attached(plan: LaunchPlan, program: str, environ: Mapping[str, str]) -> Process:
    """Start a plan that shares this program's input, output and errors.

    At a terminal it stays in the terminal's own group of processes, or it could not be typed to.
    """
    is_at_terminal = sys.stdin is not None and sys.stdin.isatty()
    return _popen(plan, program, environ, start_new_session=not is_at_terminal)


def stop_tree(process: Process, grace_s: float = STOP_GRACE_S) -> None:
    """End a process and all it has started: ask first, force after the grace.

    One that shares the terminal's group with this program is ended alone.
    """
    if sys.platform == "win32":  # pragma: no cover - runs on Windows only
        command = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603
        return
    if not _leads_group(process.pid):
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace_s)
        process.kill()
        return
    end = time.monotonic() + grace_s
    _signal_group(process.pid, signal.SIGTERM)
    # What it has started gets the same grace, also where the first process ends at once.
    while _has_members(process.pid) and time.monotonic() < end:
        time.sleep(_LOOK_AGAIN_S)
    _signal_group(process.pid, signal.SIGKILL)


def _start(
    plan: LaunchPlan,
    program: str,
    environ: Mapping[str, str],
    *,
    is_piped: bool,
    windows_flags: str,
) -> Process:
    nowhere = subprocess.DEVNULL
    is_own_console = windows_flags == "CREATE_NEW_CONSOLE" and sys.platform == "win32"
    streams = {
        "stdin": subprocess.PIPE if is_piped else nowhere,
        "stdout": subprocess.PIPE if is_piped else nowhere,
        "stderr": subprocess.STDOUT if is_piped else nowhere,
    }
    return _popen(
        plan,
        program,
        environ,
        **({} if is_own_console else streams),
        start_new_session=True,
        creationflags=getattr(subprocess, windows_flags, 0),
    )


def _popen(
    plan: LaunchPlan, program: str, environ: Mapping[str, str], **how: int | bool
) -> Process:
    arguments: str | list[str] = [program, *plan.argv[1:]]
    if plan.platform == "windows":
        arguments = f"{subprocess.list2cmdline([program])} {plan.tail}".rstrip(" ")
    env = {**environ, **plan.env}
    try:
        return subprocess.Popen(arguments, cwd=plan.cwd, env=env, **how)  # type: ignore[call-overload,no-any-return] # noqa: S603
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if isinstance(error, OSError) and not os.path.isdir(plan.cwd):  # noqa: PTH112
            msg = f"The folder {plan.cwd} to start in does not exist. Correct WorkingDirectory"
        else:
            msg = f"{program} did not start: {reason}"
        raise PlanError(msg) from None


def _leads_group(pid: int) -> bool:
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        # It has just ended; what it started may live on in its group.
        return True


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        # What belongs to the administrator is out of reach of our signals.
        return False
    return True


def _signal_group(group: int, which: signal.Signals) -> None:
    try:
        os.killpg(group, which)
    except (ProcessLookupError, PermissionError):
        # Nothing of the group is left, or what is left belongs to the administrator.
        return
