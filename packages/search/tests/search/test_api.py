"""The JSON API over the real documentation."""

from collections.abc import Callable

import httpx2
import pytest
from fastapi import APIRouter, Request, Response
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hotdish_search.answer_json import AnswerSchema
from hotdish_search.direct_route import DirectRoute
from hotdish_search.model import SearchRequest
from hotdish_search.service import SearchService

pytestmark = pytest.mark.anyio


async def test_a_hit_carries_what_the_contract_says(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/api/search", params={"q": "re.sub", "limit": 3})).json()

    hit = answer["results"][0]
    assert {key: hit[key] for key in ("id", "url", "title", "kind", "part", "module")} == {
        "id": "library/re.html#re.sub",
        "url": "/docs/python-3.11/library/re.html#re.sub",
        "title": "re.sub",
        "kind": "function",
        "part": "library",
        "module": "re",
    }
    assert hit["signature"].startswith("re.sub(pattern, repl, string")
    assert hit["page_title"].startswith("re")
    assert len(answer["results"]) == 3
    assert answer["answer"]["id"] == hit["id"]
    assert answer["docset"] == "python-3.11"


@pytest.mark.parametrize("query", ["re.sub", "open a file", "itertoools", ""])
async def test_an_answer_is_just_what_openapi_says(client: httpx2.AsyncClient, query: str) -> None:
    said = (await client.get("/api")).json()["components"]["schemas"]

    response = await client.get("/api/search", params={"q": query})

    answer = response.json()
    assert answer.keys() == said["AnswerSchema"]["properties"].keys()
    for hit in answer["results"]:
        assert hit.keys() == said["HitSchema"]["properties"].keys()
    AnswerSchema.model_validate_json(response.content, strict=True)


async def takes_nothing() -> Response:
    return Response()


async def takes_more(request: Request, q: str = "") -> Response:
    return Response(q, headers={"X-Path": request.url.path})


def waits(_: Request) -> Response:
    return Response()


@pytest.mark.parametrize("function", [takes_nothing, takes_more, waits])
def test_a_direct_route_wants_an_async_function_of_the_request_alone(
    function: Callable[..., object],
) -> None:
    router = APIRouter(route_class=DirectRoute)

    with pytest.raises(TypeError, match=f"{function.__name__} is no async function"):
        router.get("/")(function)


async def test_highlights_are_the_letters_that_match(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/api/search", params={"q": "open a file"})).json()

    marked = [
        hit["snippet"][begin:end].lower()
        for hit in answer["results"]
        for begin, end in hit["highlights"]
    ]
    assert {"open", "file"} <= set(marked)


@pytest.mark.parametrize(
    ("name", "badges"),
    [
        ("str.removeprefix", ["added 3.9"]),
        ("argparse.FileType", []),
        ("asyncore", ["deprecated 3.6", "removed 3.12"]),
    ],
)
async def test_badges_are_about_the_whole_and_not_about_a_parameter(
    client: httpx2.AsyncClient, name: str, badges: list[str]
) -> None:
    answer = (await client.get("/api/search", params={"q": name})).json()

    assert answer["results"][0]["title"] == name
    assert answer["results"][0]["badges"] == badges


async def test_a_typo_is_repaired_and_told(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/api/search", params={"q": "itertoools"})).json()

    assert answer["corrected_to"] == "itertools"
    assert answer["results"][0]["title"] == "itertools"


async def test_what_was_typed_is_searched_where_that_is_asked_for(
    client: httpx2.AsyncClient,
) -> None:
    await client.get("/api/search", params={"q": "itertoools"})  # kept answers differ too
    answer = (await client.get("/api/search?q=itertoools&verbatim=true")).json()

    assert answer["corrected_to"] is None
    assert "itertools" not in [hit["title"] for hit in answer["results"]]


@pytest.mark.parametrize(
    "query",
    [
        "itertools",  # a name
        "how",  # filler
        "spelling",  # a word of the documentation
        "chomp",  # a word that the thesaurus explains
        "lifo",  # a word that stands for something
    ],
)
async def test_what_exists_is_never_corrected(client: httpx2.AsyncClient, query: str) -> None:
    answer = (await client.get("/api/search", params={"q": query})).json()

    assert answer["corrected_to"] is None


@pytest.mark.parametrize(
    ("filters", "key"), [({"part": "tutorial"}, "part"), ({"kind": "method"}, "kind")]
)
async def test_a_filter_keeps_only_what_it_names(
    client: httpx2.AsyncClient, filters: dict[str, str], key: str
) -> None:
    answer = (await client.get("/api/search", params={"q": "read file", **filters})).json()

    assert {hit[key] for hit in answer["results"]} == set(filters.values())


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"q": "x" * 301}, "at most 300"),
        ({"q": "x", "part": "kitchen"}, "There is no part 'kitchen'"),
        ({"q": "x", "kind": "soup"}, "There is no kind 'soup'"),
        ({"q": "x", "docset": "perl"}, "There is no docset 'perl'"),
        ({"q": "x", "verbatim": "soup"}, "valid boolean"),
        ({"q": "x", "limit": "51"}, "less than or equal to 50"),
        ({"q": "x", "limit": "0"}, "greater than or equal to 1"),
    ],
)
async def test_a_wrong_request_is_told_what_is_wrong(
    client: httpx2.AsyncClient, params: dict[str, str], told: str
) -> None:
    answer = await client.get("/api/search", params=params)

    assert answer.status_code == 422
    assert told in answer.text


@pytest.mark.parametrize("query", ["", "   ", "\0"])
async def test_an_empty_query_gives_an_empty_list(client: httpx2.AsyncClient, query: str) -> None:
    answer = await client.get("/api/search", params={"q": query})

    assert answer.status_code == 200
    assert answer.json()["results"] == []


AWKWARD = st.text(
    alphabet=st.one_of(
        st.sampled_from("\"*-^:()[]{}+~&|!<>=%@#$\\/'`.,;_ \0\n"), st.characters(codec="utf-8")
    ),
    max_size=300,
)
OPERATORS = st.lists(
    st.sampled_from(["NEAR(", "AND", "OR", "NOT", '"', "*", "str", "terms:", "^", "x", "🍲", "\0"]),
    max_size=20,
).map(" ".join)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.one_of(AWKWARD, OPERATORS))
async def test_no_query_is_an_error(query: str, service: SearchService) -> None:
    answer = await service.search(SearchRequest(query))

    assert answer.query == query


async def test_supervisors_are_answered(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ok", "docsets": ["python-3.11"]}


async def test_the_openapi_schema_says_what_highlights_are(client: httpx2.AsyncClient) -> None:
    schema = (await client.get("/api")).json()

    searching = schema["paths"]["/api/search"]["get"]
    assert "highlights" in searching["description"]
    assert "corrected_to" in searching["description"]
    assert "verbatim" in [parameter["name"] for parameter in searching["parameters"]]
    assert (await client.get("/api/docsets")).json()[0]["title"] == "Python 3.11"
