"""The options of `show`, which a shortcut takes too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hotdish_menu.colors import parse_color
from hotdish_menu.commands import options
from hotdish_menu.errors import UsageError
from hotdish_menu.powershell_names import translate
from hotdish_menu.settings import (
    DEFAULT_BACKGROUND,
    DEFAULT_FOREGROUND,
    DEFAULT_TITLE,
    THEMES,
    Settings,
)

if TYPE_CHECKING:
    import argparse


class Wanted(NamedTuple):
    """What the person asked for: a file, how it is shown, and where."""

    path: str
    settings: Settings
    place: str
    """window, terminal or tui"""


def read_options(arguments: list[str]) -> Wanted:
    """Read the options of `show`.

    Raises:
        UsageError: one of them cannot be used, or the file is not the one that was approved.
    """
    wanted = _parser().parse_args(translate(arguments))
    path = options.absolute(wanted.file)
    settings = _settings(wanted)
    if wanted.sha256:
        _check_pin(path, wanted.sha256)
    place = "tui" if wanted.tui else "terminal" if wanted.terminal else "window"
    return Wanted(str(path), settings, place)


def _parser() -> argparse.ArgumentParser:
    parser = options.parser(
        "show", "Show a CSV file as a window of buttons.", "tools.csv --theme dark"
    )
    options.add_file(parser)
    add = parser.add_argument
    add("--title", default=DEFAULT_TITLE, help="the window's title")
    add("--button-foreground", default=DEFAULT_FOREGROUND, metavar="COLOR", help="text of buttons")
    add("--button-background", default=DEFAULT_BACKGROUND, metavar="COLOR", help="face of buttons")
    add("--icon", type=Path, metavar="FILE", help="the window's icon: .ico or .png")
    add("--no-exit", action="store_true", help="start every PowerShell with -NoExit")
    add("--columns", type=int, default=1, metavar="N", help="this many buttons side by side")
    add("--theme", choices=THEMES, default="system", help="default: as the system is set")
    add("--zoom", type=int, default=100, metavar="PERCENT", help="size of everything, 50 to 400")
    add("--fullscreen", action="store_true", help="fill the screen")
    add("--terminal", action="store_true", help="a menu in the terminal instead of a window")
    add("--tui", action="store_true", help="the same as a full screen; needs hotdish-menu[tui]")
    add("--sha256", metavar="HEX", help="show the file only if it has this checksum")
    add("--verbose", action="store_true", help="tell on the console what is read and started")
    return parser


def _settings(wanted: argparse.Namespace) -> Settings:
    for color in (wanted.button_foreground, wanted.button_background):
        parse_color(color)
    if not 1 <= wanted.columns <= 12:  # noqa: PLR2004
        msg = f"--columns is {wanted.columns}. Choose 1 to 12"
        raise UsageError(msg)
    if not 50 <= wanted.zoom <= 400:  # noqa: PLR2004
        msg = f"--zoom is {wanted.zoom}. Choose 50 to 400 percent"
        raise UsageError(msg)
    return Settings(
        title=wanted.title,
        foreground=wanted.button_foreground,
        background=wanted.button_background,
        icon=wanted.icon and options.absolute(wanted.icon),
        no_exit=wanted.no_exit,
        theme=wanted.theme,
        n_columns=wanted.columns,
        is_fullscreen=wanted.fullscreen,
        is_verbose=wanted.verbose,
        zoom=wanted.zoom / 100,
    )


def _check_pin(path: Path, expected: str) -> None:
    import hashlib  # noqa: PLC0415 - only a pinned file needs it

    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        msg = f"Cannot read the menu {str(path)!r}: {error.strerror}"
        raise UsageError(msg) from None
    if found != expected.casefold():
        msg = (
            f"{path.name} is not the file that was approved: its SHA-256 is {found}. "
            "Ask whoever looks after this menu"
        )
        raise UsageError(msg)
