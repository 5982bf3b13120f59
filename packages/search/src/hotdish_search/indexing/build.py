"""Build an index: get the documentation, cut it into entries, store them."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import anyio.to_thread

from hotdish_search.engines import Engine, Progress
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing import phrasebook
from hotdish_search.indexing.content import Content, Docset, Lore, make_content
from hotdish_search.model import ParsedDocs
from hotdish_search.parsing import parse_docs
from hotdish_search.ranking import popularity

if TYPE_CHECKING:
    from hotdish_search.sources import Docs

_Report = ParamSpec("_Report")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documentation to index.

    Attributes:
        source: "auto", a folder, an archive or a URL.
        name: Name of the docset; by default it follows from the project and its version.
        python: Version of Python's documentation, such as "3.13"; by default the best available.
    """

    source: str = "auto"
    name: str | None = None
    python: str | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """How a build tells what it does: sentences, and how far a step is (done, of all)."""

    say: Callable[[str], None]
    step: Callable[[str], Progress]


async def build_index(
    wanted: Wanted, engine: Engine, *, cache_folder: Path, reporter: Reporter
) -> tuple[Docset, ParsedDocs]:
    """Build one docset and swap it in; searches go on with the old one until then.

    Raises:
        HotdishSearchError: No documentation was found, it is none, or it cannot be stored.
    """
    # The HTTP client in it takes 0.1 s, which every command would wait for.
    from hotdish_search.sources import get_docs  # noqa: PLC0415

    stopped = threading.Event()

    def prepare() -> tuple[Content, ParsedDocs]:
        downloading = reporter.step("Getting the documentation")
        docs = get_docs(
            wanted.source,
            python=wanted.python,
            cache_folder=cache_folder,
            say=_until(stopped, reporter.say),
            progress=_until(stopped, _known_total(downloading)),
        )
        reporter.say(f"Reading {docs.folder} ({docs.origin})")
        reading = _until(stopped, reporter.step("Reading pages"))
        parsed = parse_docs(docs.folder, progress=reading)
        return _content(parsed, docs, wanted), parsed

    try:
        content, parsed = await anyio.to_thread.run_sync(prepare)
    finally:
        stopped.set()  # Ctrl+C ends this task at once, but a thread only when it is told
    await engine.replace(content, reporter.step("Writing the index"))
    return content.docset, parsed


def docset_name(project: str, version: str) -> str:
    """Give a docset's name: the project and the first two parts of its version.

    >>> docset_name("Python", "3.11.2")
    'python-3.11'
    """
    short = ".".join(version.split(".")[:2])
    return re.sub(r"[^a-z0-9.]+", "-", f"{project} {short}".lower()).strip("-") or "docs"


def _content(parsed: ParsedDocs, docs: "Docs", wanted: Wanted) -> Content:
    return make_content(
        parsed,
        name=wanted.name or docset_name(parsed.project, parsed.version),
        folder=str(docs.folder),
        origin=docs.origin,
        lore=Lore(popularity.load(), phrasebook.load(), phrasebook.load_topics()),
    )


def _until(stopped: threading.Event, report: Callable[_Report, None]) -> Callable[_Report, None]:
    def checked(*args: _Report.args, **kwargs: _Report.kwargs) -> None:
        if stopped.is_set():
            msg = "Stopped before the index was built; the old one, if any, is still there"
            raise HotdishSearchError(msg)
        report(*args, **kwargs)

    return checked


def _known_total(progress: Progress) -> Callable[[int, int | None], None]:
    def report(done: int, total: int | None) -> None:
        if total:
            progress(done, total)

    return report
