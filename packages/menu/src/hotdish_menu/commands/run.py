"""`run`: starts one button's script without a window, for schedulers and other scripts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from hotdish_menu.commands import options
from hotdish_menu.errors import MenuError, UsageError
from hotdish_menu.launch_plan import Options
from hotdish_menu.plan import plan
from hotdish_menu.prompts import check_answers
from hotdish_menu.reader import read_menu
from hotdish_menu.runner import Runner
from hotdish_menu.system import python_program, state_folder, this_platform

if TYPE_CHECKING:
    from hotdish_menu.model import Item

# Answers may come from the environment, and passwords only so: a command line is seen by all.
VARIABLE = "HOTDISH_MENU_PARAM_{name}"


def main(arguments: list[str]) -> int:
    """Start an item, show its output, and end with its own exit code."""
    parser = options.parser(
        "run",
        "Start one button's script here and end with its exit code.",
        'run tools.csv "Clean up" --param days=7',
    )
    options.add_file(parser)
    parser.add_argument("name", help="the button's text, or line:7")
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--no-exit", action="store_true", help="start PowerShell with -NoExit")
    parser.add_argument("--yes", action="store_true", help="answer yes where the row asks first")
    parser.add_argument("--dry-run", action="store_true", help="say what would be started only")
    wanted = parser.parse_args(arguments)
    path = options.absolute(wanted.file)
    platform = this_platform()
    item = options.find_item(read_menu(path, platform), wanted.name)
    values = _values(item, options.parse_values(wanted.param))
    planned = plan(
        item,
        platform,
        Options(str(path.parent), wanted.no_exit, python_program(), values),
    )
    if wanted.dry_run:
        print(planned.shown())
        return 0
    if item.confirm and not wanted.yes:
        _confirm(item, planned.explained())
    for note in planned.notes:
        print(f"note: {note}", file=sys.stderr)
    runner = Runner(state_folder(platform), path)
    run = runner.start_attached(item, planned, values)
    try:
        run.wait()
    except KeyboardInterrupt:
        # At a terminal the script has had the same Ctrl-C, and its own end counts.
        if not run.wait(5):
            run.stop()
            run.wait()
    if run.outcome == "timed out":
        msg = f"{item.label} was stopped after {item.timeout_s:g} s, as its Timeout says"
        raise MenuError(msg)
    return _exit_code(run.exit_code)


def _values(item: Item, given: dict[str, str]) -> dict[str, str]:
    """Gather the answers: options before the environment before the file's defaults."""
    names = {prompt.name for prompt in item.prompts}
    for name in given:
        if name not in names:
            asked = f"It asks for: {', '.join(sorted(names))}" if names else "It asks for nothing"
            msg = f"{item.label!r} does not ask for {name!r}. {asked}"
            raise UsageError(msg)
    values = {}
    for prompt in item.prompts:
        variable = VARIABLE.format(name=prompt.name)
        if prompt.is_secret and prompt.name in given:
            msg = (
                f"{prompt.name} is a password and others could see it here. Set {variable} instead"
            )
            raise UsageError(msg)
        values[prompt.name] = given.get(prompt.name) or os.environ.get(variable, prompt.default)
    if wrong := check_answers(item.prompts, values):
        hints = [
            f"{text} Give --param {name}=..., or set {VARIABLE.format(name=name)}"
            for name, text in wrong.items()
        ]
        raise UsageError("\n".join(hints))
    return values


def _confirm(item: Item, command: str) -> None:
    if not sys.stdin.isatty():
        msg = f"{item.label!r} asks before it starts: {item.confirm} Add --yes to start it anyway"
        raise UsageError(msg)
    print(f"{item.confirm}\n{command}", file=sys.stderr)
    if input("Start? [y/N] ").strip().casefold() not in {"y", "yes"}:
        msg = "Not started"
        raise MenuError(msg)


def _exit_code(code: int | None) -> int:
    """Give a code that a shell understands; one ended by a signal is 128 and its number."""
    if code is None:
        return 0
    return 128 - code if code < 0 else code
