"""Options that several sub-commands share, and what they mean."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hotdish_menu.errors import UsageError
from hotdish_menu.system import this_platform

if TYPE_CHECKING:
    from hotdish_menu.model import Item, Menu, Platform


def parser(name: str, description: str, example: str) -> argparse.ArgumentParser:
    """Make the parser of one sub-command; its help leads with an example."""
    return argparse.ArgumentParser(
        prog=f"hotdish-menu {name}",
        description=description,
        epilog=f"example: {example}",
        allow_abbrev=False,
    )


def add_file(options: argparse.ArgumentParser) -> None:
    """Add the argument that names the menu's CSV file."""
    options.add_argument("file", type=Path, metavar="FILE.csv", help="the menu's CSV file")


def add_platform(options: argparse.ArgumentParser) -> None:
    """Add the choice of another system than this one."""
    options.add_argument(
        "--platform",
        choices=("windows", "linux", "macos"),
        default=this_platform(),
        help="plan for this system (default: the one this runs on)",
    )


def find_item(menu: Menu, name: str) -> Item:
    """Find the item of that name, or of that line (`line:7`).

    Raises:
        UsageError: none or several have it.
    """
    if name.startswith("line:") and name[5:].isdigit():
        found = [item for item in menu.items() if item.line == int(name[5:])]
    else:
        found = menu.named(name)
    if len(found) == 1:
        return found[0]
    if found:
        lines = ", ".join(f"line:{item.line}" for item in found)
        msg = f"{len(found)} buttons are named {name!r}. Say which: {lines}"
        raise UsageError(msg)
    from difflib import get_close_matches  # noqa: PLC0415 - only a wrong name needs it

    labels = [item.label for item in menu.items()]
    close = get_close_matches(name, labels, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(map(repr, close))}?" if close else "See: hotdish-menu check"
    msg = f"No button is named {name!r} in {menu.file_name}. {hint}"
    raise UsageError(msg)


def parse_values(pairs: list[str]) -> dict[str, str]:
    """Read `--param NAME=VALUE` options.

    Raises:
        UsageError: one has no equals sign.
    """
    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            msg = f"--param is {pair!r}. Write --param NAME=VALUE"
            raise UsageError(msg)
        values[name.strip()] = value
    return values


def absolute(path: Path) -> Path:
    """Give an absolute path without asking the disk more than needed."""
    return path if path.is_absolute() else Path.cwd() / path


def current_platform() -> Platform:
    """Name the system this runs on."""
    return this_platform()
