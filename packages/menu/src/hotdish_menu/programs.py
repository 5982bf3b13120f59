"""Finds the program that a plan names, never in the current folder before the path."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hotdish_menu.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Program -> how to get it.
_ADVICE = {
    "pwsh": "Install PowerShell 7 (https://aka.ms/powershell)",
    "powershell": "Windows PowerShell is a part of Windows; in this menu use a pwsh method instead",
    "uv": "Install uv (https://docs.astral.sh/uv)",
    "bash": "Install bash; on Windows it comes with Git",
    "sh": "Install a shell; on Windows it comes with Git",
    "pkexec": "Install polkit, or take RunAsAdmin off this row",
    "python": "Install Python (https://www.python.org)",
}


def find_program(name: str, cwd: str, environ: Mapping[str, str] = os.environ) -> str:
    """Give the absolute path of a program.

    A bare name is looked for on the path first and in the item's folder after, so that a file
    laid beside the menu cannot stand in for a program of the system.

    Raises:
        PlanError: there is no such program, or it may not be run.
    """
    if found := look_up(name, cwd, environ):
        return found
    here = Path(cwd, name)
    if here.is_file():
        msg = f"{name} is a file, but may not be run. Make it a program: chmod +x {here}"
        raise PlanError(msg)
    advice = _ADVICE.get(Path(name).stem.casefold(), "Check its spelling, or install it")
    where = f"in {cwd}" if _has_folder(name) else "on PATH and in the menu's folder"
    msg = f"{name} was not found; looked {where}. {advice}."
    raise PlanError(msg)


def look_up(name: str, cwd: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """Give the absolute path of a program, or None if there is none."""
    if not _has_folder(name) and (found := shutil.which(name, path=_safe_path(environ))):
        return str(Path(found).absolute())
    here = Path(cwd, name)
    if found := here.name and shutil.which(str(here)):
        return found
    # A tool installed into the same environment, which need not be on the path.
    return None if _has_folder(name) else shutil.which(name, path=str(Path(sys.executable).parent))


def _has_folder(name: str) -> bool:
    return "/" in name or (os.sep == "\\" and "\\" in name)


def _safe_path(environ: Mapping[str, str]) -> str:
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if folder not in {"", "."})
