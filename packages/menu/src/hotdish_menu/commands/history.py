"""`history`: lists what was started, when, by whom, and how it ended."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from pathlib import Path

from hotdish_menu.commands import options
from hotdish_menu.history import History
from hotdish_menu.system import state_folder, this_platform

_COLUMNS = ("time", "user", "menu", "item", "outcome", "exit_code", "seconds", "log")


def main(arguments: list[str]) -> int:
    """Print the newest entries first."""
    parser = options.parser("history", "List what was started.", "history -n 5")
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.csv", help="of this menu only")
    parser.add_argument("-n", type=int, default=20, metavar="N", help="this many (default: 20)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print a list for programs")
    form.add_argument("--csv", action="store_true", help="print a table for spreadsheets")
    wanted = parser.parse_args(arguments)
    menu = str(options.absolute(wanted.file)) if wanted.file else ""
    entries = History(state_folder(this_platform())).newest(max(0, wanted.n), menu)
    if wanted.json:
        print(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
    elif wanted.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for entry in entries:
            row = asdict(entry)
            writer.writerow([_defused(str(row[column] or "")) for column in _COLUMNS])
    else:
        for entry in entries:
            code = "" if entry.exit_code is None else f" ({entry.exit_code})"
            outcome = f"{entry.outcome}{code}"
            print(f"{entry.time[:19]}  {outcome:14} {entry.seconds:8.1f} s  {entry.item}")
        if not entries:
            print("Nothing has been started yet.", file=sys.stderr)
    return 0


def _defused(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell
