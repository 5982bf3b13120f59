"""The server and its three tools. Nothing is built here: without an index they say what to run."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, get_args

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

from hotdish_search import __version__
from hotdish_search.assistant.answers import (
    DocsetName,
    Docsets,
    Found,
    found_of,
    reading,
    text_of,
)
from hotdish_search.assistant.library import Library
from hotdish_search.assistant.place import read_place
from hotdish_search.errors import HotdishSearchError
from hotdish_search.model import Hit, Kind, Part, SearchRequest
from hotdish_search.service import SearchService
from hotdish_search.settings import Settings

INSTRUCTIONS = """\
Official documentation (Python's, unless list_docsets says otherwise), kept on this computer.
Look here before you answer from memory: signatures, defaults and versions are those of the docset.
search_docs finds names (json.dumps, path.join), operators, error messages and plain questions.
read_docs gives the text of an id that was found, or of an exact name.
Ids such as library/json.html#json.dumps are addresses in the documentation; cite them."""
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def _one_of(what: str, literal: object) -> str:
    return f"Only of this {what}: {', '.join(get_args(literal))}."


Limit = Annotated[int, Field(ge=1, le=20, description="How many hits.")]
DocsetField = Annotated[str | None, Field(description="Name of a docset; the first if left out.")]


def make_server(settings: Settings) -> MCPServer[None]:
    """Give the server over an index; it is opened by the first call."""
    library = Library(settings)

    @asynccontextmanager
    async def lifespan(_: MCPServer[None]) -> AsyncIterator[None]:
        async with library.running():
            yield

    server = MCPServer(
        "hotdish-search",
        instructions=INSTRUCTIONS,
        version=__version__,
        lifespan=lifespan,
        log_level="WARNING",
    )
    tool = partial(server.tool, annotations=_READS)

    @tool(title="Search the documentation")
    async def search_docs(  # noqa: PLR0913  one parameter a choice of the tool
        query: Annotated[str, Field(description="A name, an operator, an error, a question.")],
        *,
        limit: Limit = 5,
        part: Annotated[str | None, Field(description=_one_of("part", Part))] = None,
        kind: Annotated[str | None, Field(description=_one_of("kind", Kind))] = None,
        docset: DocsetField = None,
        verbatim: Annotated[bool, Field(description="Do not repair slips.")] = False,
    ) -> Annotated[CallToolResult, Found]:
        """Find places by name or by what they are about; gives id, signature, first sentence."""
        if not query.strip():
            msg = "The query is empty. Give a name, an operator, an error message or a question"
            raise ToolError(msg)
        request = SearchRequest(query, limit, docset or None, part or None, kind or None, verbatim)
        async with _told(library) as service:
            found = found_of(await service.search(request))
        return _result(found, text_of(found, query))

    @tool(title="Read the documentation", structured_output=False)
    async def read_docs(
        place: Annotated[str, Field(description="An id (library/re.html#re.sub) or exact name.")],
        *,
        start: Annotated[int, Field(ge=0, description="Character to go on from.")] = 0,
        max_chars: Annotated[int, Field(ge=200, le=50_000, description="How much at most.")] = 6000,
        docset: DocsetField = None,
    ) -> str:
        """Give the text of a symbol, section or page as Markdown, in stretches if it is long."""
        async with _told(library) as service:
            chosen = _docset(service, docset)
            id_ = place if ".html" in place else await _id_of(service, place, chosen)
            text = await anyio.to_thread.run_sync(read_place, _folder(service, chosen), id_)
        if start and start >= len(text.text):
            msg = f"The text of {id_} has {len(text.text)} characters. Give a smaller start"
            raise ToolError(msg)
        return reading(text, f"{id_} in {chosen}", start, max_chars)

    @tool(title="List documentations")
    async def list_docsets() -> Annotated[CallToolResult, Docsets]:
        """List the documentations that can be searched."""
        async with _told(library) as service:
            docsets = [DocsetName(name=one.name, title=one.title) for one in service.docsets()]
        return _result(
            Docsets(docsets=docsets), "\n".join(f"{one.name}: {one.title}" for one in docsets)
        )

    return server


async def serve_stdio(settings: Settings) -> None:
    """Serve a client at standard input and output until it goes."""
    logging.basicConfig(level=logging.WARNING)  # on standard error; else the SDK would draw boxes
    await make_server(settings).run_stdio_async()


@asynccontextmanager
async def _told(library: Library) -> AsyncIterator[SearchService]:
    """Give the search, and what goes wrong with it as the answer of a tool."""
    try:
        yield await library.service()
    except HotdishSearchError as error:
        raise ToolError(str(error)) from error


def _result(structured: BaseModel, text: str) -> CallToolResult:
    content: Mapping[str, object] = structured.model_dump(exclude_defaults=True)
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=dict(content)
    )


def _docset(service: SearchService, name: str | None) -> str:
    names = [docset.name for docset in service.docsets()]
    if not names:
        msg = "The index is empty. Build it: hotdish-search index"
        raise ToolError(msg)
    if name and name not in names:
        msg = f"There is no docset {name!r}. Use one of: {', '.join(names)}"
        raise ToolError(msg)
    return name or names[0]


def _folder(service: SearchService, docset: str) -> Path:
    folder = service.docs_folder(docset)
    if folder is None:
        msg = (
            f"The pages of {docset} are not on this computer, so it can be searched and not read. "
            "Get them: hotdish-search index"
        )
        raise ToolError(msg)
    return folder


async def _id_of(service: SearchService, name: str, docset: str) -> str:
    """Find a place by its exact name; another name is offered, not taken."""
    answer = await service.search(SearchRequest(name, 10, docset))
    hit = answer.named(name)
    if hit is not None:
        return hit.entry.id
    near = "; ".join(map(_named, answer.results[:3]))
    msg = f"Nothing is named {name!r}. " + (f"Near: {near}" if near else "Search for it instead")
    raise ToolError(msg)


def _named(hit: Hit) -> str:
    return f"{hit.entry.title} id={hit.entry.id}"
