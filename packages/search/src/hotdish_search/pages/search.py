"""The home page and the results, as a whole page or as the fragment that the script asks for."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from hotdish_search.errors import HotdishSearchError
from hotdish_search.model import SearchRequest
from hotdish_search.pages.caching import READING, REVALIDATE, answer_cached, is_known
from hotdish_search.pages.results import ALL, FIRST_PAGE, Results, make_results
from hotdish_search.pages.security import PAGE_HEADERS
from hotdish_search.pages.views import Views
from hotdish_search.service_protocol import BadRequestError, Docset, IndexNotReadyError, Search

FRAGMENT_HEADER = "Hotdish-Fragment"

# A minute is long enough for going back and forth, and short enough after a new index.
_KEEP_RESULTS = "public, max-age=60"


class Choices(BaseModel):
    """What the address of a results page may say; an empty choice is none."""

    q: str = ""
    part: str = ""
    kind: str = ""
    docset: str = ""
    limit: str = ""

    def request(self) -> SearchRequest:
        """Give the search that is meant."""
        return SearchRequest(
            query=self.q.strip(),
            limit=ALL if self.limit == str(ALL) else FIRST_PAGE,
            part=self.part or None,
            kind=self.kind or None,
            docset=self.docset or None,
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to say instead of results, and what to do about it."""

    sentence: str
    advice: str = ""
    retry_s: int | None = None


def search_routes(search: Search, views: Views) -> APIRouter:
    """Serve `/` and `/search`."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=READING)
    def home(request: Request) -> Response:
        body = views.render("search.html", **_home(search.docsets())).encode()
        return answer_cached(
            request,
            lambda: body,
            tag=_digest(body),
            media_type="text/html; charset=utf-8",
            cache_control=REVALIDATE,
            headers=PAGE_HEADERS,
        )

    @router.api_route("/search", methods=READING)
    async def results(request: Request, choices: Annotated[Choices, Query()]) -> Response:
        wanted = choices.request()
        is_fragment = FRAGMENT_HEADER in request.headers
        headers = _cache_headers(wanted, search.docsets(), views, is_fragment=is_fragment)
        if "ETag" in headers and is_known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        status, shown = await _answer(search, wanted)
        if status != 200:  # noqa: PLR2004
            headers = {"Vary": FRAGMENT_HEADER, "Cache-Control": "no-store", **_again(shown)}
        template = "results.html" if is_fragment else "search.html"
        context = {**_home(search.docsets(), wanted.docset), **_context(wanted, shown)}
        return views.page(template, status_code=status, headers=headers, **context)

    return router


async def _answer(search: Search, wanted: SearchRequest) -> tuple[int, Results | Notice | None]:
    if not wanted.query:
        return 200, None
    try:
        return 200, make_results(wanted, await search.search(wanted))
    except BadRequestError as error:
        return 422, Notice(str(error))
    except IndexNotReadyError as error:
        return 503, Notice(str(error), "This page looks again by itself.", retry_s=2)
    except HotdishSearchError as error:
        return 500, Notice("The search failed.", str(error))


def _again(shown: Results | Notice | None) -> dict[str, str]:
    """Tell programs, and browsers without a script, when to look again."""
    retry_s = shown.retry_s if isinstance(shown, Notice) else None
    return {"Retry-After": str(retry_s), "Refresh": str(retry_s)} if retry_s else {}


def _home(docsets: Sequence[Docset], chosen: str | None = None) -> dict[str, object]:
    return {
        "docsets": docsets,
        "docset": next((each for each in docsets if each.name == chosen), None)
        or next(iter(docsets), None),
        "query": "",
        "results": None,
        "notice": None,
    }


def _context(wanted: SearchRequest, shown: Results | Notice | None) -> dict[str, object]:
    if not wanted.query:
        return {}
    return {
        "query": wanted.query,
        "wanted": wanted,
        "results": shown if isinstance(shown, Results) else None,
        "notice": shown if isinstance(shown, Notice) else None,
    }


def _cache_headers(
    wanted: SearchRequest, docsets: Sequence[Docset], views: Views, *, is_fragment: bool
) -> Mapping[str, str]:
    """Make the headers for results; without a build's name there is nothing to hold them by."""
    headers = {"Vary": FRAGMENT_HEADER, "Cache-Control": REVALIDATE}
    builds = "".join(f"{docset.name} {docset.build} {docset.title};" for docset in docsets)
    if not all(docset.build for docset in docsets):
        return headers
    version = f"{builds}|{views.digest}|{is_fragment}|{wanted!r}"
    return {
        **headers,
        "ETag": f'W/"{_digest(version.encode())}"',
        "Cache-Control": _KEEP_RESULTS,
    }


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=8).hexdigest()
