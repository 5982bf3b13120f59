"""The home page and the results, as a whole page or as the fragment that the script asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from hotdish_search.caching import INDEX_TAG, KEPT
from hotdish_search.errors import HotdishSearchError
from hotdish_search.model import SearchRequest
from hotdish_search.pages.caching import READING
from hotdish_search.pages.results import ALL, FIRST_PAGE, Results, make_results
from hotdish_search.pages.views import Views
from hotdish_search.service_protocol import BadRequestError, Docset, IndexNotReadyError, Search
from hotdish_web import cache_response

FRAGMENT_HEADER = "Hotdish-Fragment"

# A minute is long enough for going back and forth, and short enough after a new index.
_KEPT_BY_BROWSERS_S = 60

_SWITCH = {"": False, "0": False, "false": False, "1": True, "true": True}


class Choices(BaseModel):
    """What the address of a results page may say; an empty choice is none."""

    q: str = ""
    part: str = ""
    kind: str = ""
    docset: str = ""
    limit: str = ""
    verbatim: str = ""

    @property
    def query(self) -> str:
        """Give what is searched for."""
        return self.q.strip()

    def request(self) -> SearchRequest:
        """Give the search that is meant.

        Raises:
            BadRequestError: A choice has an unknown value.
        """
        if self.verbatim not in _SWITCH:
            msg = f"There is no verbatim {self.verbatim!r}. Use one of: 0, 1, false, true"
            raise BadRequestError(msg)
        return SearchRequest(
            query=self.query,
            limit=ALL if self.limit == str(ALL) else FIRST_PAGE,
            part=self.part or None,
            kind=self.kind or None,
            docset=self.docset or None,
            verbatim=_SWITCH[self.verbatim],
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
    @cache_response(ttl=KEPT, client_ttl=0, tags=(INDEX_TAG,), query=(), cookies="ignore")
    def home() -> Response:
        docsets = search.docsets()
        headers = {} if docsets else {"Cache-Control": "no-store"}
        return views.page("search.html", status_code=200, headers=headers, **_home(docsets))

    @router.api_route("/search", methods=READING)
    @cache_response(
        ttl=KEPT,
        client_ttl=_KEPT_BY_BROWSERS_S,
        tags=(INDEX_TAG,),
        query=tuple(Choices.model_fields),
        vary=(FRAGMENT_HEADER,),
        cookies="ignore",
    )
    async def results(request: Request, choices: Annotated[Choices, Query()]) -> Response:
        is_fragment = FRAGMENT_HEADER in request.headers
        status, shown = await _answer(search, choices)
        headers = {"Vary": FRAGMENT_HEADER}
        if status != 200:  # noqa: PLR2004
            headers |= {"Cache-Control": "no-store", **_again(shown)}
        template = "results.html" if is_fragment else "search.html"
        context = {**_home(search.docsets(), choices.docset), **_context(choices, shown)}
        return views.page(template, status_code=status, headers=headers, **context)

    return router


async def _answer(search: Search, choices: Choices) -> tuple[int, Results | Notice | None]:
    if not choices.query:
        return 200, None
    try:
        wanted = choices.request()
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


def _home(docsets: Sequence[Docset], chosen: str = "") -> dict[str, object]:
    return {
        "docsets": docsets,
        "docset": next((each for each in docsets if each.name == chosen), None)
        or next(iter(docsets), None),
        "query": "",
        "results": None,
        "notice": None,
    }


def _context(choices: Choices, shown: Results | Notice | None) -> dict[str, object]:
    if not choices.query:
        return {}
    return {
        "query": choices.query,
        "wanted": choices,
        "results": shown if isinstance(shown, Results) else None,
        "notice": shown if isinstance(shown, Notice) else None,
    }
