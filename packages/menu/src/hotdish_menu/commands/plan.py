"""`plan`: prints exactly what a button would start, and starts nothing."""

from __future__ import annotations

import json

from hotdish_menu.commands import options
from hotdish_menu.launch_plan import Options
from hotdish_menu.plan import plan
from hotdish_menu.reader import read_menu
from hotdish_menu.system import python_program, this_platform


def main(arguments: list[str]) -> int:
    """Print the plan of one item."""
    parser = options.parser(
        "plan", "Print what a button would start.", 'plan tools.csv "Backup" --platform windows'
    )
    options.add_file(parser)
    parser.add_argument("name", help="the button's text, or line:7")
    options.add_platform(parser)
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--no-exit", action="store_true", help="start PowerShell with -NoExit")
    parser.add_argument("--json", action="store_true", help="print an object for programs")
    wanted = parser.parse_args(arguments)
    path = options.absolute(wanted.file)
    item = options.find_item(read_menu(path, wanted.platform), wanted.name)
    is_here = wanted.platform == this_platform()
    planned = plan(
        item,
        wanted.platform,
        Options(
            folder=str(path.parent),
            no_exit=wanted.no_exit,
            python=python_program() if is_here else "python",
            values=options.parse_values(wanted.param),
        ),
    )
    if wanted.json:
        print(json.dumps(planned.as_json(), ensure_ascii=False, indent=2))
        return 0
    print(planned.shown())
    if planned.plain:
        print("says   " + planned.plain.replace("\n", "\n       "))
    print(f"in     {planned.cwd}")
    print(f"as     {planned.mode}{', administrator' if planned.is_elevated else ''}")
    for name, value in planned.as_json()["env"].items():
        print(f"with   {name}={value}")
    for note in planned.notes:
        print(f"note   {note}")
    return 0
