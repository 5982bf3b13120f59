"""Where this user's files go: prices that were fetched, journals of repairs under way."""

import os
import sys
from pathlib import Path

_NAME = "hotdish-freevm"


def cache_folder() -> Path:
    """Files that can be made again."""
    return _folder("XDG_CACHE_HOME", ".cache", "Caches")


def state_folder() -> Path:
    """Files that must not be lost while a repair is under way."""
    return _folder("XDG_STATE_HOME", ".local/state", "Application Support")


def _folder(variable: str, below_home: str, on_mac: str) -> Path:
    told = os.environ.get(variable)
    if told:
        return Path(told) / _NAME
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / _NAME
    if sys.platform == "darwin":
        return Path.home() / "Library" / on_mac / _NAME
    return Path.home() / below_home / _NAME
