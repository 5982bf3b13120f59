"""Further ways in: the browser's address bar, the lucky redirect and addresses by name."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from hotdish_search.errors import HotdishSearchError
from hotdish_search.model import Hit, SearchAnswer, SearchRequest
from hotdish_search.pages.caching import SHORT
from hotdish_search.pages.views import Views
from hotdish_search.service_protocol import Search

_SUGGESTIONS = 8


def door_routes(search: Search, views: Views) -> APIRouter:
    """Serve `/opensearch.xml`, `/api/suggest`, `/lucky` and `/go/{name}`."""
    router = APIRouter(tags=["doors"])

    @router.get("/opensearch.xml", summary="Description for browsers")
    def opensearch(request: Request) -> Response:
        """Describe this search to browsers (OpenSearch 1.1)."""
        docsets = search.docsets()
        return Response(
            views.render(
                "opensearch.xml",
                base=str(request.base_url).rstrip("/"),
                title=docsets[0].title if docsets else "documentation",
            ),
            media_type="application/opensearchdescription+xml",
            headers={"Cache-Control": SHORT},
        )

    @router.get("/api/suggest", summary="Suggestions for browsers")
    async def suggest(request: Request, q: str = "", docset: str = "") -> Response:
        """Suggest hits in the format of OpenSearch suggestions: query, names, summaries, links."""
        answer = await _ask(search, q, docset, _SUGGESTIONS)
        hits = answer.results if answer else ()
        base = str(request.base_url).rstrip("/")
        return JSONResponse(
            [
                q,
                [hit.entry.title for hit in hits],
                [hit.entry.summary for hit in hits],
                [base + hit.url for hit in hits],
            ],
            media_type="application/x-suggestions+json",
            headers={"Cache-Control": SHORT if answer else "no-store"},
        )

    @router.get("/lucky", summary="Go to the best hit", status_code=302)
    async def lucky(q: str = "", docset: str = "") -> Response:
        """Redirect to the best hit, or to the page of results if there is none."""
        answer = await _ask(search, q, docset, 1)
        return _redirect(answer.results[0] if answer and answer.results else None, q)

    @router.get("/go/{name:path}", summary="Go to a name", status_code=302)
    async def go(name: str, docset: str = "") -> Response:
        """Redirect to what has just this name, or to the page of results."""
        answer = await _ask(search, name, docset, 10)
        return _redirect(answer.named(name) if answer else None, name)

    return router


async def _ask(search: Search, query: str, docset: str, limit: int) -> SearchAnswer | None:
    """Search, or give None where there is nothing to search for or the search cannot be made."""
    if not query.strip():
        return None
    try:
        return await search.search(SearchRequest(query.strip(), limit, docset=docset or None))
    except HotdishSearchError:
        return None


def _redirect(hit: Hit | None, query: str) -> Response:
    """Go to a hit, or to the results; never to another site, whatever an index may say."""
    if hit and hit.url.startswith("/docs/"):
        return RedirectResponse(hit.url, status_code=302)
    return RedirectResponse("/search?" + urlencode({"q": query}) if query else "/", status_code=302)
