"""`check`: lists all problems of a menu file."""

from __future__ import annotations

import json
import sys

from hotdish_menu.commands import options
from hotdish_menu.permissions import find_risks
from hotdish_menu.reader import read_menu


def main(arguments: list[str]) -> int:
    """Print every problem; 0 if there is none, 1 if a row cannot be used."""
    parser = options.parser("check", "List all problems of a menu file.", "check tools.csv")
    options.add_file(parser)
    options.add_platform(parser)
    parser.add_argument("--json", action="store_true", help="print a list for programs")
    wanted = parser.parse_args(arguments)
    path = options.absolute(wanted.file)
    menu = read_menu(path, wanted.platform)
    problems = sorted((*menu.problems, *find_risks(path)), key=lambda p: (p.line, p.column))
    if wanted.json:
        print(json.dumps([problem._asdict() for problem in problems], ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            print(f"{wanted.file}: {problem}")
    n_items = sum(len(section.items) for section in menu.sections)
    n_usable = sum(not item.trouble for item in menu.items())
    print(
        f"{n_items} rows, {n_usable} can be started on {wanted.platform}; "
        f"{menu.encoding}, parted by {menu.delimiter!r}",
        file=sys.stderr,
    )
    return 1 if menu.errors else 0
