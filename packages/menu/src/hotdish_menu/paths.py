"""Reads the paths of a menu file as each system writes its own, without asking the disk."""

from __future__ import annotations

import ntpath
import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotdish_menu.model import Item, Platform


def working_directory(item: Item, platform: Platform, folder: str) -> str:
    """Say where an item starts; without a folder of its own in that of the menu file."""
    if not item.working_directory:
        return folder
    path = ntpath if platform == "windows" else posixpath
    wanted, _ = native_path(item.working_directory, platform)
    return str(path.normpath(path.join(folder, wanted)))


def native_path(command: str, platform: Platform) -> tuple[str, list[str]]:
    r"""Turn `.\script.ps1` into `./script.ps1` where backslashes part nothing."""
    if platform == "windows" or "\\" not in command or "://" in command:
        return command, []
    native = command.replace("\\", "/")
    return native, [f"{command} is written {native} on this system"]
