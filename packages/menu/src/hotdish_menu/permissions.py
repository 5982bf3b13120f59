"""Finds who else could change a menu, for its rows are programs that the user runs."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from hotdish_menu.model import Problem

if TYPE_CHECKING:
    from pathlib import Path


def find_risks(path: Path) -> list[Problem]:
    """Warn if the file, or the folder it lies in, may be written by everybody.

    Windows keeps such rights in lists that Python does not read, so nothing is found there.
    """
    if os.name == "nt":  # pragma: no cover - not run on Windows
        return []
    found = []
    for what, place in (("the file", path), ("its folder", path.parent)):
        mode = place.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            text = (
                f"{what} {place} may be changed by every user of this computer: chmod o-w {place}"
            )
            found.append(Problem(0, 0, "warning", text))
    return found
