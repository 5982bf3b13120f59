"""Opens documents, folders and addresses with the desktop's own programs."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hotdish_menu.errors import PlanError
from hotdish_menu.programs import look_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotdish_menu.launch_plan import LaunchPlan

_OPENERS = {"linux": "xdg-open", "macos": "open"}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?!\\)")


def open_with_system(plan: LaunchPlan) -> None:
    """Let Windows start or open something (ShellExecute), as administrator if asked."""
    if sys.platform == "win32":  # pragma: no cover - runs on Windows only
        target = Path(plan.cwd, plan.argv[0])
        name = str(target) if target.exists() else plan.argv[0]
        try:
            os.startfile(name, "runas" if plan.is_elevated else "open", plan.tail, plan.cwd)  # noqa: S606
        except OSError as error:
            msg = f"Windows did not open {plan.argv[0]}: {error.strerror}"
            raise PlanError(msg) from None
        return
    msg = "Only Windows opens things this way"
    raise PlanError(msg)


def as_program(plan: LaunchPlan, environ: Mapping[str, str]) -> LaunchPlan:
    """Say what program opens the target on Linux and macOS.

    As on Windows, a program is run and anything else is opened in the program made for it.

    Raises:
        PlanError: there is nothing of that name.
    """
    target = plan.argv[0]
    opener = _OPENERS[plan.platform]
    if _ADDRESS.match(target):
        return replace(plan, mode="none", argv=(opener, target))
    if look_up(target, plan.cwd, environ):
        return replace(plan, mode="pane")
    path = Path(plan.cwd, target).expanduser()
    if path.exists():
        return replace(plan, mode="none", argv=(opener, str(path)))
    msg = (
        f"{target} was not found, neither as a program nor as a file or folder. Check its spelling"
    )
    raise PlanError(msg)
