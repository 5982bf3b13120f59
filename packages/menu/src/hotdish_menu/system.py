"""What system this is, and where this program may keep its own files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotdish_menu.model import Platform

# Overrides the folder for history, logs and remembered answers.
STATE_VARIABLE = "HOTDISH_MENU_STATE"


def this_platform(name: str = sys.platform) -> Platform:
    """Name the system this runs on.

    >>> this_platform("darwin"), this_platform("win32"), this_platform("linux")
    ('macos', 'windows', 'linux')
    """
    if name == "win32":
        return "windows"
    return "macos" if name == "darwin" else "linux"


def state_folder(platform: Platform, environ: Mapping[str, str] = os.environ) -> Path:
    """Say where history, logs and remembered answers are kept; it need not exist yet."""
    if own := environ.get(STATE_VARIABLE):
        return Path(own)
    home = Path.home()
    if platform == "windows":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "hotdish-menu"
    if platform == "macos":
        return home / "Library" / "Application Support" / "hotdish-menu"
    return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "hotdish-menu"


def python_program() -> str:
    """Give the Python that runs this, with a console where it was started without one."""
    path = Path(sys.executable)
    if path.stem.casefold() == "pythonw":
        return str(path.with_name("python" + path.suffix))
    return sys.executable
