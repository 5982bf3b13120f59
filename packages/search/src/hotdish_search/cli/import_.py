"""`hotdish-search import`: take over an index that was built elsewhere."""

from pathlib import Path
from typing import Annotated

import anyio
import typer

from hotdish_search.cli.options import Database, DataDir, Quiet
from hotdish_search.cli.progress import reporter
from hotdish_search.settings import load_settings


def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            help="File that `hotdish-search export` wrote.", exists=True, dir_okay=False
        ),
    ],
    *,
    database: Database = None,
    data_dir: DataDir = None,
    quiet: Quiet = False,
) -> None:
    """Take over an index that was built elsewhere; a server that runs follows by itself."""
    from hotdish_search.transfer import import_index  # noqa: PLC0415  few need it

    settings = load_settings(data_dir=data_dir, database=database)
    with reporter(quiet=quiet) as report:
        for docset in anyio.run(import_index, file, settings, report):
            report.say(f"{docset.name} is imported: {docset.n_entries:,} entries")
            if not docset.folder:
                report.say("Its pages are not in the file: hits are found, and cannot be read here")
