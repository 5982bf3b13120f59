"""A search made by hand and the page over it."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from hotdish_search.caching import INDEX_TAG
from hotdish_search.model import Entry, Hit, SearchAnswer, SearchRequest, VersionNote
from hotdish_search.pages import page_routes
from hotdish_search.service_protocol import BadRequestError, Docset, Search
from hotdish_web import ResponseCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    Serve = Callable[[FastAPI], AbstractContextManager[str]]

DOCSET = "python-3.11"


def make_hit(
    place: str, title: str, kind: str, summary: str, module: str = "", **more: object
) -> Hit:
    """Make a hit; its page's title is the module or the file's name."""
    part, _, rest = place.partition("/")
    page = rest.partition(".html")[0]
    entry = Entry(
        id=place,
        title=title,
        kind=kind,  # type: ignore[arg-type]  # one of `Kind`
        part=part if rest else "glossary",  # type: ignore[arg-type]  # one of `Part`
        page=place.partition("#")[0],
        module=module,
        summary=summary,
        page_title=page,
    )
    entry = replace(entry, **more)  # type: ignore[arg-type]  # fields of Entry by name
    return Hit(entry=entry, url=f"/docs/{DOCSET}/{place}", snippet=summary, score=1.0)


HITS = (
    make_hit(
        "library/json.html#json.dumps",
        "json.dumps",
        "function",
        "Serialize obj to a JSON formatted str using this conversion table.",
        "json",
        signature="json.dumps(obj, *, skipkeys=False, ensure_ascii=True, check_circular=True, "
        "allow_nan=True, cls=None, indent=None, separators=None, default=None, "
        "sort_keys=False, **kw)",
        example=">>> import json\n>>> json.dumps(['foo', {'bar': ('baz', None)}])\n"
        '\'["foo", {"bar": ["baz", null]}]\'',
        notes=(VersionNote("added", "3.6"),),
    ),
    make_hit(
        "library/json.html#json.dump",
        "json.dump",
        "function",
        "Serialize obj as a JSON formatted stream to fp, a file-like object that can be written.",
        "json",
    ),
    make_hit(
        "library/json.html#json.JSONEncoder",
        "json.JSONEncoder",
        "class",
        "Extensible JSON encoder for Python data structures.",
        "json",
    ),
    make_hit(
        "library/pickle.html#pickle.dumps",
        "pickle.dumps",
        "function",
        "Return the pickled representation of the object obj as a bytes object.",
        "pickle",
    ),
    make_hit(
        "library/json.html",
        "json — JSON encoder and decoder",
        "page",
        "JSON (JavaScript Object Notation) is a lightweight data interchange format.",
        page_title="json — JSON encoder and decoder",
    ),
    make_hit(
        "library/marshal.html#marshal.dumps",
        "marshal.dumps",
        "function",
        "Return the bytes object that would be written to a file by dump(value, file).",
        "marshal",
        notes=(VersionNote("deprecated", "3.10"),),
    ),
    make_hit(
        "tutorial/inputoutput.html#saving-structured-data-with-json",
        "Saving structured data with json",
        "section",
        "Strings can easily be written to and read from a file; json saves structured data.",
        page_title="Input and Output",
    ),
    make_hit(
        "library/stdtypes.html#str",
        "str",
        "class",
        "Return a string version of object. <b>Not bold</b> & json nowhere.",
        signature="class str(object='')\nclass str(object=b'', encoding='utf-8', errors='strict')",
        page_title="Built-in Types",
    ),
    make_hit(
        "whatsnew/3.6.html#json",
        "json",
        "section",
        "json.load() and json.loads() now support binary input.",
        page_title="News: New In Python 3.6",
    ),
    make_hit(
        "whatsnew/3.5.html#json",
        "json",
        "section",
        "The json.tool command line tool now preserves the order of keys.",
        page_title="News: New In Python 3.5",
    ),
)


@dataclass(slots=True)
class FakeSearch:
    """A search through ten hits; every hit whose title or summary holds the query is found.

    Attributes:
        held: Queries whose answer waits until `release` is called for them.
        asked: Every request, in the order of arrival.
        failing: Raised instead of an answer.
    """

    folder: Path | None = None
    hits: Sequence[Hit] = HITS
    held: dict[str, threading.Event] = field(default_factory=dict)
    asked: list[SearchRequest] = field(default_factory=list)
    failing: Exception | None = None
    corrections: Mapping[str, str] = field(default_factory=lambda: {"jsno": "json"})
    all_docsets: tuple[Docset, ...] = (Docset(DOCSET, "Python 3.11", build="1"),)

    async def search(self, request: SearchRequest) -> SearchAnswer:
        self.asked.append(request)
        if self.failing:
            raise self.failing
        if len(request.query) > 300:
            msg = f"The query has {len(request.query)} characters; 300 are the most."
            raise BadRequestError(msg)
        if waiting := self.held.get(request.query):
            await asyncio.to_thread(waiting.wait, 30)
        return self._answer(request)

    def docsets(self) -> Sequence[Docset]:
        return self.all_docsets

    def docs_folder(self, docset: str) -> Path | None:
        return self.folder if docset == DOCSET else None

    def hold(self, query: str) -> threading.Event:
        self.held[query] = threading.Event()
        return self.held[query]

    def _answer(self, request: SearchRequest) -> SearchAnswer:
        corrected_to = None if request.verbatim else self.corrections.get(request.query)
        word = (corrected_to or request.query).lower()
        found = [
            hit for hit in self.hits if word in f"{hit.entry.title} {hit.entry.summary}".lower()
        ]
        counts = Counter[str](hit.entry.part for hit in found)
        shown = [
            _marked(hit, word)
            for hit in found
            if request.part in (None, hit.entry.part) and request.kind in (None, hit.entry.kind)
        ]
        best = shown[0] if shown and shown[0].entry.signature else None
        return SearchAnswer(
            query=request.query,
            docset=DOCSET,
            took_ms=2.6,
            total=len(shown),
            results=tuple(shown[: request.limit]),
            corrected_to=corrected_to,
            answer=best,
            part_counts=counts,
        )


def _marked(hit: Hit, word: str) -> Hit:
    def places(text: str) -> tuple[tuple[int, int], ...]:
        at = text.lower().find(word)
        return ((at, at + len(word)),) if at >= 0 else ()

    return replace(hit, highlights=places(hit.snippet), title_highlights=places(hit.entry.title))


class ChangingSearch:
    """Passes everything on to the search of the test that runs."""

    now: FakeSearch

    async def search(self, request: SearchRequest) -> SearchAnswer:
        return await self.now.search(request)

    def docsets(self) -> Sequence[Docset]:
        return self.now.docsets()

    def docs_folder(self, docset: str) -> Path | None:
        return self.now.docs_folder(docset)


def make_app(search: Search) -> FastAPI:
    app = FastAPI()
    app.include_router(page_routes(search))
    cache = ResponseCache()
    cache.install(app)

    @app.post("/forget")
    async def forget() -> None:
        """Forget the answers of the test before, as after a new index."""
        await cache.invalidate(INDEX_TAG)

    return app


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A documentation of two pages with a style sheet."""
    folder = tmp_path / "docs"
    (folder / "library").mkdir(parents=True)
    (folder / "_static").mkdir()
    (folder / "_static" / "theme.css").write_text("body { background: white }")
    (folder / "index.html").write_text("<html><head><title>Index</title></head><body>Hello</body>")
    (folder / "library" / "json.html").write_text(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>json</title>'
        '<link rel="stylesheet" href="../_static/theme.css"></head>\n<body class="x">'
        '<div role="main" class="body"><section id="module-json"><h1>json</h1><p>'
        + "JSON is a data interchange format. "
        * 200
        + '</p><dl class="py function"><dt id="json.dump">json.dump(obj, fp)</dt><dd>Writes.</dd>'
        '<dt id="json.dumps">json.dumps(obj)</dt><dd>Gives a text. <a href="#json.dump">dump</a>'
        "</dd></dl><p>" + "More about it. " * 500 + "</p></section></div></body></html>"
    )
    return folder


@pytest.fixture
def search(docs: Path) -> FakeSearch:
    return FakeSearch(docs)


@pytest.fixture
def client(search: FakeSearch) -> Iterator[TestClient]:
    with TestClient(make_app(search), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def changing_search() -> ChangingSearch:
    return ChangingSearch()


@pytest.fixture(scope="module")
def address(serve: Serve, changing_search: ChangingSearch) -> Iterator[str]:
    with serve(make_app(changing_search)) as address:
        yield address


@pytest.fixture
def site(address: str, changing_search: ChangingSearch, search: FakeSearch) -> Iterator[str]:
    """The address of the page over this test's search."""
    changing_search.now = search
    httpx2.post(f"{address}/forget").raise_for_status()
    yield address
    for waiting in search.held.values():
        waiting.set()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of 1000 x 720; a complaint in its console or an uncaught error fails the test."""
    complaints: list[str] = []
    context = browser.new_context(base_url=site, viewport={"width": 1000, "height": 720})
    page = context.new_page()
    context.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield page
    context.close()
    assert complaints == []
