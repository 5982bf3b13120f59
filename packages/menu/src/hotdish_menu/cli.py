"""The command `hotdish-menu`: finds the sub-command, and says what went wrong in one place.

Only what the sub-command needs is imported: a window of buttons shall be there at once.
"""

from __future__ import annotations

import importlib
import sys

from hotdish_menu.errors import MenuError, UsageError

# Sub-command -> what it does. Each is a module of `commands/` with `main(arguments) -> int`.
COMMANDS = {
    "show": "show a CSV file as a window of buttons (the default)",
    "check": "list all problems of a file, with line and column",
    "plan": "print exactly what a button would start, without starting it",
    "run": "start one button's script without a window, for schedulers",
    "example": "make a folder with an example to play with",
    "from-folder": "make a CSV file out of a folder of scripts",
    "shortcut": "put a shortcut to a menu on the desktop",
    "history": "list what was started, when, and how it ended",
}
_WIDTH = max(map(len, COMMANDS))

HELP = f"""\
usage: hotdish-menu [COMMAND] FILE.csv [OPTIONS]

A CSV file becomes a window of buttons that run scripts.

  hotdish-menu tools.csv                 show the window
  hotdish-menu check tools.csv           what is wrong with the file?
  hotdish-menu plan tools.csv "Backup"   what would this button start?
  hotdish-menu example demo              make an example to play with

commands:
{chr(10).join(f"  {name:{_WIDTH}}  {summary}" for name, summary in COMMANDS.items())}

`hotdish-menu COMMAND --help` lists the options of one. `--version` prints the version.
Option names of PSScriptMenuGui (-csvPath, -windowTitle, ...) are understood too.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 failed or findings, 2 wrong use."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in {"-h", "--help", "help"}:
        print(HELP, end="", file=sys.stdout if words else sys.stderr)
        return 0 if words else 2
    if words[0] == "--version":
        from hotdish_menu import __version__  # noqa: PLC0415

        print(f"hotdish-menu {__version__}")
        return 0
    name = words[0] if words[0] in COMMANDS else "show"
    rest = words[1:] if words[0] in COMMANDS else words
    try:
        command = importlib.import_module(f"hotdish_menu.commands.{name.replace('-', '_')}")
        code: int = command.main(rest)
    except MenuError as error:
        _say(f"hotdish-menu: {error}")
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        return 130
    return code


def _say(text: str) -> None:
    """Tell the person; where there is no console (a Windows shortcut), in a window."""
    if sys.stderr is not None:
        print(text, file=sys.stderr)
        return
    from hotdish_menu.ui.alert import show_alert  # noqa: PLC0415 - needs Tk

    show_alert(text)
