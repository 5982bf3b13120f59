"""What the person who starts the menu can choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

ThemeName = Literal["system", "light", "dark", "contrast"]
THEMES: tuple[ThemeName, ...] = ("system", "light", "dark", "contrast")

DEFAULT_TITLE = "PowerShell Script Menu"
DEFAULT_FOREGROUND = "White"
DEFAULT_BACKGROUND = "#366EE8"


class Settings(NamedTuple):
    """The options of the window; title and colours are those of PSScriptMenuGui."""

    title: str = DEFAULT_TITLE
    foreground: str = DEFAULT_FOREGROUND
    background: str = DEFAULT_BACKGROUND
    icon: Path | None = None
    no_exit: bool = False
    theme: ThemeName = "system"
    n_columns: int = 1
    is_fullscreen: bool = False
    is_verbose: bool = False
    zoom: float = 1.0
