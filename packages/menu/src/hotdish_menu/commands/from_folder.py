"""`from-folder`: makes a CSV file out of a folder of scripts."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from hotdish_menu.columns import ORIGINAL
from hotdish_menu.commands import options
from hotdish_menu.errors import UsageError
from hotdish_menu.folder_menu import find_rows
from hotdish_menu.system import this_platform


def main(arguments: list[str]) -> int:
    """Write the menu to a file, or print it."""
    parser = options.parser(
        "from-folder",
        "Make a menu out of a folder of scripts.",
        "from-folder scripts -o scripts/menu.csv",
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE.csv", help="write here")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    default = "powershell" if this_platform() == "windows" else "pwsh"
    parser.add_argument("--powershell", choices=("powershell", "pwsh"), default=default)
    wanted = parser.parse_args(arguments)
    if not wanted.folder.is_dir():
        msg = f"{wanted.folder} is no folder. Name the one your scripts are in"
        raise UsageError(msg)
    rows = find_rows(wanted.folder, powershell=f"{wanted.powershell}_file")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(ORIGINAL)
    for row in rows:
        writer.writerow([row.section, row.method, row.command, "", row.name, row.description])
    print(f"{len(rows)} scripts found in {wanted.folder}", file=sys.stderr)
    if wanted.output is None:
        print(text.getvalue().replace("\r\n", "\n"), end="")
        return 0
    if wanted.output.exists() and not wanted.force:
        msg = f"{wanted.output} is there already. Choose another name, or add --force"
        raise UsageError(msg)
    # With the mark by which Excel knows UTF-8.
    wanted.output.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    if wanted.output.parent.resolve() != wanted.folder.resolve():
        print(
            "The commands are relative to the folder of the scripts: keep the file there",
            file=sys.stderr,
        )
    return 0
