"""The command `hotdish-search`: an explicit table of its sub-commands, no logic of its own."""

from importlib import import_module
from typing import Annotated, cast

import typer
from typer.core import TyperCommand, TyperGroup

from hotdish_search import __version__
from hotdish_search.errors import HotdishSearchError
from hotdish_web.errors import SettingsError

# Name -> module of this package and function in it.
COMMANDS = {
    "serve": "serve:serve",
    "index": "index:index",
    "find": "find:find",
    "open": "find:open_hit",
    "docsets": "docsets:docsets",
    "export": "export:export",
    "import": "import_:import_file",
    "mcp": "mcp:mcp",
    "doctor": "doctor:doctor",
}
_HELP = {"help_option_names": ["-h", "--help"]}


class _Commands(TyperGroup):
    """Imports a command when it is asked for: who searches does not wait for the web server."""

    def list_commands(self, ctx: object) -> list[str]:
        """Give the names, in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | None:
        """Give one command, or None if there is none of this name."""
        del ctx
        if cmd_name in COMMANDS:
            return _import_command(cmd_name)
        # Of all that are here Typer suggests one that is called alike.
        self.commands.update({name: _import_command(name) for name in COMMANDS})
        return None


def _import_command(name: str) -> TyperCommand:
    module, _, function = COMMANDS[name].partition(":")
    one = typer.Typer(add_completion=False, context_settings=_HELP)
    one.command(name)(getattr(import_module(f"{__name__}.{module}"), function))
    return cast("TyperCommand", typer.main.get_command(one))


app = typer.Typer(
    cls=_Commands,
    name="hotdish-search",
    help="Search Python's official documentation: results as you type.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=_HELP,
    epilog="Start with: hotdish-search serve",
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  typer hands over the flag
    if wanted:
        typer.echo(f"hotdish-search {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    del version


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 failed, 2 wrong use."""
    try:
        app(arguments, prog_name="hotdish-search")
    except (HotdishSearchError, SettingsError) as error:
        typer.echo(f"hotdish-search: {error}", err=True)
        return 1
    except SystemExit as stop:  # typer's own end: 0 done, 1 as a command says, 2 wrong use
        return stop.code if isinstance(stop.code, int) else 0
    return 0
