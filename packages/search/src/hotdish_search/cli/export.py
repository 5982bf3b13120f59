"""`hotdish-search export`: a built index as one file."""

import os
from pathlib import Path
from typing import Annotated

import anyio
import typer

from hotdish_search.cli.options import Database, DataDir, Quiet
from hotdish_search.cli.progress import reporter
from hotdish_search.errors import HotdishSearchError
from hotdish_search.meaning import Embedder, find_embedder
from hotdish_search.settings import load_settings


def export(  # noqa: PLR0913  one parameter an option
    file: Annotated[Path, typer.Argument(help="File to write, such as index.zip.")],
    *,
    docset: Annotated[
        str | None, typer.Option(help="Docset to export.", show_default="all")
    ] = None,
    pages: Annotated[
        bool, typer.Option("--pages/--no-pages", help="Put the documentation itself in too.")
    ] = True,
    meaning: Annotated[
        bool,
        typer.Option("--meaning", help="Learn first what entries mean; it takes some minutes."),
    ] = False,
    database: Database = None,
    data_dir: DataDir = None,
    quiet: Quiet = False,
) -> None:
    """Write a built index into one file, for servers that shall not compute it again."""
    from hotdish_search.transfer import Parts, export_index  # noqa: PLC0415  few need it

    settings = load_settings(data_dir=data_dir, database=database)
    parts = Parts(docset, pages, _embedder() if meaning else None)
    with reporter(quiet=quiet) as report:
        docsets = anyio.run(export_index, file, settings, parts, report)
        for one in docsets:
            report.say(
                f"{one.name}: {one.n_entries:,} entries, "
                f"{'with' if one.has_pages else 'without'} pages, "
                f"{'with' if one.models else 'without'} meaning"
            )
        n_bytes = file.stat().st_size
        report.say(f"{file}: {n_bytes / 1e6:.1f} MB. Elsewhere: hotdish-search import {file.name}")


def _embedder() -> Embedder:
    embedder = find_embedder(n_threads=os.cpu_count() or 1)
    if embedder is None:
        msg = "--meaning needs an extra: pip install 'hotdish-search[meaning]'"
        raise HotdishSearchError(msg)
    return embedder
