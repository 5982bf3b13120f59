"""The JSON API."""

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from starlette.requests import Request

from hotdish_search.answer_json import AnswerSchema, write_answer
from hotdish_search.caching import INDEX_TAG, KEPT
from hotdish_search.direct_route import DirectRoute
from hotdish_search.model import SearchRequest
from hotdish_search.parameters import in_openapi, read_query
from hotdish_search.service_protocol import Docset, Search
from hotdish_web import cache_response

DEFAULT_LIMIT = 10


class SearchParameters(BaseModel):
    """What a search takes; an empty text is no choice."""

    q: str = Field("", description="What to search; at most 300 characters.")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=50, description="How many hits.")
    docset: str = Field("", description="Such as `python-3.11`; the first one if not given.")
    part: str = Field("", description="Such as `library`.")
    kind: str = Field("", description="Such as `function`.")
    verbatim: bool = Field(
        default=False, description="Search what was typed, without repair of slips."
    )


def api_routes(search: Search) -> APIRouter:
    """Give the routes of the API over a search."""
    router = APIRouter(tags=["search"], route_class=DirectRoute)

    @router.get(
        "/api/search",
        response_model=AnswerSchema,
        summary="Search the documentation",
        openapi_extra=in_openapi(SearchParameters),
        responses={422: {"description": "A parameter is wrong; `detail` tells which and why."}},
    )
    @cache_response(
        ttl=KEPT,
        client_ttl=60,
        tags=(INDEX_TAG,),
        query=tuple(SearchParameters.model_fields),
        cookies="ignore",
    )
    async def search_api(request: Request) -> Response:
        """Give the best places for a query.

        A query that names nothing is repaired, and `corrected_to` tells to what; with `verbatim`
        it is searched as it is.
        `snippet` and `title` are plain text; `highlights` and `title_highlights` are their matching
        ranges, `[start, end)` in characters.
        """
        asked = read_query(SearchParameters, request)
        wanted = SearchRequest(
            asked.q,
            asked.limit,
            asked.docset or None,
            asked.part or None,
            asked.kind or None,
            asked.verbatim,
        )
        return Response(write_answer(await search.search(wanted)), media_type="application/json")

    @router.get("/api/docsets", response_model=list[Docset], summary="What can be searched")
    @cache_response(ttl=KEPT, client_ttl=0, tags=(INDEX_TAG,), query=(), cookies="ignore")
    async def docsets() -> Response:
        return json_response(list(search.docsets()))

    return router


def health_routes(search: Search) -> APIRouter:
    """Give the routes that a supervisor asks."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="Is the process alive?")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="Can it answer searches?")
    async def readyz(response: Response) -> dict[str, str | list[str]]:
        names = [docset.name for docset in search.docsets()]
        if not names:
            response.status_code = 503
            return {"status": "no index"}
        await search.search(SearchRequest("str", limit=1))
        return {"status": "ok", "docsets": names}

    return router


def json_response(content: object, status_code: int = 200) -> Response:
    """Give an answer as JSON."""
    return Response(orjson.dumps(content), status_code, media_type="application/json")


async def bad_request(_: Request, error: Exception) -> Response:
    """Answer a search that cannot be made with a message that a person can read."""
    return json_response({"detail": str(error)}, 422)


async def not_ready(_: Request, error: Exception) -> Response:
    """Answer while there is no index."""
    return json_response({"detail": str(error)}, 503)
