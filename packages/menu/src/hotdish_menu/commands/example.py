"""`example`: makes a folder with a menu and scripts to play with."""

from __future__ import annotations

import sys
from pathlib import Path

from hotdish_menu.commands import options
from hotdish_menu.errors import UsageError
from hotdish_menu.example import FILES


def main(arguments: list[str]) -> int:
    """Write the example; files that are there already stay as they are, unless forced."""
    parser = options.parser("example", "Make an example to play with.", "example demo")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("hotdish-menu-example"))
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    wanted = parser.parse_args(arguments)
    folder: Path = wanted.folder
    there = [name for name in FILES if (folder / name).exists()]
    if there and not wanted.force:
        msg = f"{folder / there[0]} is there already. Choose another folder, or add --force"
        raise UsageError(msg)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in FILES.items():
            # Windows PowerShell and Excel know UTF-8 only by its mark.
            encoding = "utf-8" if name.endswith(".py") else "utf-8-sig"
            (folder / name).write_text(text, encoding=encoding)
    except OSError as error:
        msg = f"Cannot write {folder}: {error.strerror}"
        raise UsageError(msg) from None
    print(folder / "menu.csv")
    print(f"Now: hotdish-menu {folder / 'menu.csv'}", file=sys.stderr)
    return 0
