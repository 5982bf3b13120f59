"""`hotdish-search index`: build or rebuild one docset."""

from typing import Annotated

import anyio
import typer

from hotdish_search.cli.options import Database, DataDir, Quiet
from hotdish_search.cli.progress import reporter
from hotdish_search.engines import make_engine
from hotdish_search.indexing.build import Wanted, build_index
from hotdish_search.settings import Settings, load_settings


def index(  # noqa: PLR0913  one parameter an option
    *,
    source: Annotated[
        str,
        typer.Option(
            help="Documentation to index: auto, a folder, an archive or a URL.", envvar=()
        ),
    ] = "auto",
    docset: Annotated[
        str | None, typer.Option(help="Its name.", show_default="project and version")
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(help="Version of Python's documentation, such as 3.13.", show_default="best"),
    ] = None,
    database: Database = None,
    data_dir: DataDir = None,
    quiet: Quiet = False,
) -> None:
    """Build or rebuild one docset; searches go on with the old one until the new one is whole."""
    settings = load_settings(data_dir=data_dir, database=database)
    build(Wanted(source=source, name=docset, python=python), settings, quiet=quiet)


def build(wanted: Wanted, settings: Settings, *, quiet: bool = False) -> None:
    """Build an index and say what became of it."""
    engine = make_engine(settings.database)
    with reporter(quiet=quiet) as report:
        docset, parsed = anyio.run(
            lambda: build_index(wanted, engine, cache_folder=settings.cache_dir, reporter=report)
        )
        report.say(
            f"{docset.name} is indexed: {docset.n_entries:,} entries of {parsed.report.pages:,} "
            f"pages. {_lost(len(parsed.report.lost))}"
        )


def _lost(n_lost: int) -> str:
    return f"{n_lost} places became no entry." if n_lost else "Nothing was lost."
