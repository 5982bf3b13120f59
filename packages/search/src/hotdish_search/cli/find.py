"""`hotdish-search find` and `open`: search from the terminal."""

import webbrowser
from pathlib import Path
from typing import Annotated

import anyio
import orjson
import typer
from rich.console import Console
from rich.text import Text

from hotdish_search.answer_json import write_answer
from hotdish_search.cli.options import Database, DataDir, Docset, Json
from hotdish_search.engines import make_engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.meaning import VectorShelf
from hotdish_search.model import Hit, SearchAnswer, SearchRequest
from hotdish_search.query.understand import understand
from hotdish_search.service import SearchService
from hotdish_search.settings import Settings, load_settings

Words = Annotated[list[str], typer.Argument(help="What to search.", metavar="QUERY")]


def find(  # noqa: PLR0913  one parameter an option
    query: Words,
    *,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=50, help="How many hits.")] = 10,
    docset: Docset = None,
    verbatim: Annotated[
        bool, typer.Option("--verbatim", help="Search what was typed, without repair of slips.")
    ] = False,
    json: Json = False,
    database: Database = None,
    data_dir: DataDir = None,
) -> None:
    """Search from the terminal. Exit code 1 if nothing is found."""
    settings = load_settings(data_dir=data_dir, database=database)
    request = SearchRequest(" ".join(query), limit, docset, verbatim=verbatim)
    answer, folder = anyio.run(_search, settings, request)
    if json:
        written = orjson.loads(write_answer(answer))
        typer.echo(orjson.dumps(written, option=orjson.OPT_INDENT_2).decode())
    else:
        _print(answer, folder)
    if not answer.results:
        raise typer.Exit(1)


def open_hit(
    query: Words, *, docset: Docset = None, database: Database = None, data_dir: DataDir = None
) -> None:
    """Open the best hit in the browser."""
    settings = load_settings(data_dir=data_dir, database=database)
    answer, folder = anyio.run(_search, settings, SearchRequest(" ".join(query), 1, docset))
    if not answer.results:
        msg = f"Nothing is found for {answer.query!r}"
        raise HotdishSearchError(msg)
    link = _link(answer.results[0], folder)
    typer.echo(link)
    webbrowser.open(link)


async def _search(settings: Settings, request: SearchRequest) -> tuple[SearchAnswer, Path | None]:
    engine = make_engine(settings.database)
    # A model and a docset's vectors take half a second to read; a name needs none.
    has_meaning = settings.meaning and not understand(request.query).is_name
    shelf = VectorShelf.find(settings.meaning_dir, is_wanted=has_meaning)
    async with SearchService(engine, shelf, data_dir=settings.data_dir) as service:
        await service.recall()
        answer = await service.search(request)
        return answer, service.docs_folder(answer.docset)


def _print(answer: SearchAnswer, folder: Path | None) -> None:
    console = Console(highlight=False)
    if answer.corrected_to:
        told = f"Showing results for {answer.corrected_to}. Search for {answer.query} instead: "
        console.print(Text(f"{told}--verbatim\n", "dim"))
    for hit in answer.results:
        entry = hit.entry
        about = " · ".join(word for word in (entry.kind, entry.module or entry.page_title) if word)
        line = Text.assemble((entry.title, "bold"), "  ", (about, "dim"))
        for badge in entry.badges:
            line.append(f"  {badge}", "dim")
        console.print(line)
        if hit.snippet:
            console.print(Text(f"  {hit.snippet}"))
        console.print(Text(f"  {_link(hit, folder)}", "dim"), soft_wrap=True)
    if not answer.results:
        Console(stderr=True).print(f"Nothing is found for {answer.query!r}.", markup=False)


def _link(hit: Hit, folder: Path | None) -> str:
    """Give where a hit can be read: the file here, else its place in the documentation."""
    if folder is None:
        return hit.entry.id
    page, _, anchor = hit.entry.id.partition("#")
    return f"{(folder / page).as_uri()}{'#' if anchor else ''}{anchor}"
