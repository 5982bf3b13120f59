"""The command `hotdish-search`: an explicit table of its sub-commands, no logic of its own."""

from typing import Annotated

import typer

from hotdish_search import __version__
from hotdish_search.cli.docsets import docsets
from hotdish_search.cli.doctor import doctor
from hotdish_search.cli.export import export
from hotdish_search.cli.find import find, open_hit
from hotdish_search.cli.import_ import import_file
from hotdish_search.cli.index import index
from hotdish_search.cli.mcp import mcp
from hotdish_search.cli.serve import serve
from hotdish_search.errors import HotdishSearchError

app = typer.Typer(
    name="hotdish-search",
    help="Search Python's official documentation: results as you type.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: hotdish-search serve",
)
app.command()(serve)
app.command()(index)
app.command()(find)
app.command("open")(open_hit)
app.command()(docsets)
app.command()(export)
app.command("import")(import_file)
app.command()(mcp)
app.command()(doctor)


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
    except HotdishSearchError as error:
        typer.echo(f"hotdish-search: {error}", err=True)
        return 1
    except SystemExit as stop:  # typer's own end: 0 done, 1 as a command says, 2 wrong use
        return stop.code if isinstance(stop.code, int) else 0
    return 0
