"""What system this is, and where this program may keep its own files."""

from __future__ import annotations

import os.path
import re
import sys
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


def state_folder(platform: Platform, environ: Mapping[str, str] = os.environ) -> str:
    """Say where history, logs and remembered answers are kept; it need not exist yet."""
    if own := environ.get(STATE_VARIABLE):
        return own
    home = os.path.expanduser("~")
    if platform == "windows":
        base = environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif platform == "macos":
        base = os.path.join(home, "Library", "Application Support")
    else:
        base = environ.get("XDG_STATE_HOME") or os.path.join(home, ".local", "state")
    return os.path.join(base, "hotdish-menu")


def python_program() -> str:
    """Give the Python that runs this, with a console where it was started without one."""
    return re.sub(r"pythonw(?=(\.exe)?$)", "python", sys.executable, flags=re.IGNORECASE)
