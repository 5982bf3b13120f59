"""Whose answer is it? What strangers send must not decide what others get."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Cookie, Depends, FastAPI, Header, Query, Request, Security
from fastapi.security import APIKeyHeader
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AliasChoices, BaseModel, Field
from web_testing.probe import Probe

from hotdish_web import CachePolicy, CacheUsageError, ResponseCache, cache_response
from hotdish_web.cache.request import LONGEST_REMEMBERED, CacheRequest, Plan

Serve = Callable[[Any], AbstractContextManager[httpx2.Client]]


def test_an_encoded_question_mark_is_not_a_query(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/items/{name}")
    @cache_response
    async def item(name: str, page: str = "1") -> list[str]:
        return [name, page]

    with serve(probe.app) as client:
        answers = [client.get(path).json() for path in ("/items/a%3Fpage=2", "/items/a?page=2")]

    assert answers == [["a?page=2", "1"], ["a", "2"]]


def test_a_forged_host_is_in_nobody_elses_links(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/")
    @cache_response
    async def home(request: Request) -> str:
        return str(request.url_for("home"))

    with serve(probe.app) as client:
        forged = client.get("/", headers={"Host": "evil.example"}).json()
        honest = client.get("/", headers={"Host": "good.example"}).json()

    assert (forged, honest) == ("http://evil.example/", "http://good.example/")


def test_a_host_does_not_matter_to_a_route_that_cannot_see_it(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/")
    @cache_response
    async def home() -> int:
        return probe.next()

    with serve(probe.app) as client:
        answers = [client.get("/", headers={"Host": host}).json() for host in ("a", "b")]

    assert answers == [1, 1]


def test_two_applications_on_two_hosts_keep_their_answers_apart(serve: Serve) -> None:
    app = FastAPI()
    ResponseCache().install(app)
    for name in ("a", "b"):
        inner = FastAPI()

        @inner.get("/")
        @cache_response
        async def home(request: Request) -> str:
            return str(request.app.title)

        inner.title = name
        app.host(f"{name}.example", inner)

    with serve(app) as client:
        answers = [
            client.get("/", headers={"Host": f"{name}.example"}).json() for name in ("a", "b") * 2
        ]

    assert answers == ["a", "b", "a", "b"]


def test_a_route_beside_routes_by_host_is_not_answered_before_them(serve: Serve) -> None:
    app, inner = FastAPI(), FastAPI()
    ResponseCache().install(app)
    app.host("inner.example", inner)

    @inner.get("/")
    async def inner_home() -> str:
        return "inner"

    @app.get("/")
    @cache_response
    async def home() -> str:
        return "outer"

    with serve(app) as client:
        hosts = ("outer.example", "inner.example") * 2
        answers = [client.get("/", headers={"Host": host}).json() for host in hosts]

    assert answers == ["outer", "inner", "outer", "inner"]


def test_functions_of_two_applications_do_not_share_answers(serve: Serve) -> None:
    """A bare decorator has one cache for each application, as their tests expect it."""

    def make_app(name: str) -> FastAPI:
        app = FastAPI()

        @app.get("/")
        @cache_response
        async def home() -> str:
            return name

        return app

    answers = []
    for name in ("a", "b"):
        with serve(make_app(name)) as client:
            answers.append(client.get("/").json())

    assert answers == ["a", "b"]


def test_the_key_of_an_api_is_a_credential(probe: Probe, serve: Serve) -> None:
    scheme = APIKeyHeader(name="X-API-Key")

    def user(key: Annotated[str, Security(scheme)]) -> str:
        return f"user {key}"

    @probe.app.get("/me")
    @cache_response
    async def me(user: Annotated[str, Depends(user)]) -> str:
        return f"{user} {probe.next()}"

    with serve(probe.app) as client:
        answers = [client.get("/me", headers={"X-API-Key": key}) for key in "aba"]

    assert [answer.json() for answer in answers] == ["user a 1", "user b 2", "user a 1"]
    assert "x-api-key" in answers[0].headers["vary"]


class Tagged(BaseModel):
    """A model of headers."""

    x_tag: str = ""
    other: Annotated[str, Field(alias="X-Other")] = ""


@pytest.mark.parametrize(
    ("annotation", "query", "header"),
    [
        (Annotated[str, Query(validation_alias="page")], "page={}", ""),
        (Annotated[str, Query(validation_alias=AliasChoices("p", "page"))], "page={}", ""),
        (Annotated[str, Query(alias="page")], "page={}", ""),
        (Annotated[str, Header(validation_alias="x-page")], "", "x-page"),
        (Annotated[str, Header(convert_underscores=False)], "", "par_am"),
        (Annotated[str, Header()], "", "par-am"),
        (Annotated[Tagged, Header()], "", "x-tag"),
        (Annotated[Tagged | None, Header()], "", "x-other"),
    ],
)
def test_a_parameter_is_in_the_key_whatever_it_is_called(
    probe: Probe, serve: Serve, annotation: Any, query: str, header: str
) -> None:
    async def route(par_am: Any) -> str:
        return str(par_am)

    route.__annotations__["par_am"] = annotation
    probe.app.get("/q")(cache_response(route))

    with serve(probe.app) as client:
        answers = [
            client.get(f"/q?{query.format(value)}", headers={header: value} if header else {})
            for value in ("one", "two")
        ]

    assert ["one" in answers[0].text, "two" in answers[1].text] == [True, True]


def test_a_model_of_all_headers_is_refused() -> None:
    class Everything(BaseModel):
        model_config = {"extra": "allow"}

    app = FastAPI()

    @app.get("/")
    @cache_response
    async def route(headers: Annotated[Everything, Header()]) -> None: ...

    ResponseCache().install(app)

    async def ask() -> None:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.get("/")

    with pytest.raises(CacheUsageError, match="Everything takes all headers"):
        asyncio.run(ask())


def test_caches_in_front_are_told_what_answers_depend_on(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/header")
    @cache_response
    async def by_header(x_theme: Annotated[str, Header()] = "") -> str:
        return x_theme

    @probe.app.get("/cookie")
    @cache_response
    async def by_cookie(theme: Annotated[str, Cookie()] = "") -> str:
        return theme

    @probe.app.get("/nothing")
    @cache_response
    async def by_nothing() -> str:
        return ""

    with serve(probe.app) as client:
        vary = {
            path: [client.get(path).headers["vary"] for _ in range(2)]
            for path in ("/header", "/cookie", "/nothing")
        }

    assert vary == {
        "/header": ["x-theme, accept-encoding"] * 2,
        "/cookie": ["cookie, accept-encoding"] * 2,
        "/nothing": ["accept-encoding"] * 2,
    }


def test_an_answer_for_one_credential_is_private_to_caches_in_front(
    probe: Probe, serve: Serve
) -> None:
    @probe.app.get("/mine")
    @cache_response(authorization="key", client_ttl=60)
    async def mine(request: Request) -> str:
        return request.headers["authorization"]

    with serve(probe.app) as client:
        answer = client.get("/mine", headers={"Authorization": "a"})

    assert answer.headers["cache-control"] == "private, max-age=60"
    assert "authorization" in answer.headers["vary"]


def test_a_cookie_does_not_pass_for_a_credential(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/mine")
    @cache_response(authorization="key", cookies=["authorization"])
    async def mine(request: Request) -> str:
        return str(request.headers.get("authorization"))

    with serve(probe.app) as client:
        header = client.get("/mine", headers={"Authorization": "secret"}).json()
        cookie = client.get("/mine", headers={"Cookie": "authorization=secret"}).json()

    assert (header, cookie) == ("secret", "None")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a=1&a=2", [["1", "2"], None]),
        ("a=2&a=1", [["2", "1"], None]),
        ("a=", [[""], None]),
        ("", [[], None]),
        ("b=", [[], ""]),
        ("b=%26a%3D1", [[], "&a=1"]),
        ("b=%2B", [[], "+"]),
        ("b=+", [[], " "]),
    ],
)
def test_repeated_blank_and_encoded_values_are_told_apart(
    probe: Probe, serve: Serve, query: str, expected: Any
) -> None:
    @probe.app.get("/q")
    @cache_response
    async def route(
        a: Annotated[list[str] | None, Query()] = None, b: str | None = None
    ) -> tuple[list[str], str | None]:
        return a or [], b

    with serve(probe.app) as client:
        for other in ("a=1", "a=1&a=2", "a=", "", "b=", "b=&a=1", "b=%26a%3D1", "b=%2B", "b=+"):
            client.get(f"/q?{other}")
        answer = client.get(f"/q?{query}")

    assert answer.json() == expected


def plan(**values: Any) -> Plan:
    options = {"query": None, "vary": (), "told": (), "by_host": True, "fast": False}
    policy = CachePolicy(cookies=("sid",), authorization="key")
    return Plan(policy, "module.route", methods=frozenset({"GET"}), **{**options, **values})


HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"host", b"cookie", b"authorization", b"x-a"]),
        st.sampled_from([b"", b"a", b"a/b", b"sid=1", b"sid=1; sid=2", b"a b", b"~a "]),
    ),
    max_size=3,
    unique_by=lambda pair: pair[0],
)
REQUESTS = st.tuples(
    st.sampled_from(["/", "/b/", "/a?x=1", "/ ~a", "/a b", f"/{'x' * LONGEST_REMEMBERED}"]),
    st.sampled_from([b"", b"x=1", b"x=1&x=2", b"x=2&x=1", b"x=1%26x%3D2", b"x"]),
    HEADERS,
)


@given(REQUESTS, REQUESTS)
def test_only_equal_requests_have_equal_keys(one: Any, other: Any) -> None:
    def key(request: Any) -> str:
        path, query, headers = request
        scope = {"scheme": "http", "path": path, "query_string": query, "headers": headers}
        return CacheRequest.read(plan(), scope, _no_body).key_with((b"x-a",))

    def meaning(request: Any) -> Any:
        path, query, headers = request
        found = dict(headers)
        cookies = [c for c in found.get(b"cookie", b"").split(b"; ") if c.startswith(b"sid=")]
        blank_is_absent = b"x=" if query == b"x" else query
        return (
            path,
            blank_is_absent,
            sorted(cookies),
            found.get(b"authorization"),
            *(found.get(name, b"") for name in (b"host", b"x-a")),
        )

    assert (key(one) == key(other)) == (meaning(one) == meaning(other))


async def _no_body() -> Any:
    raise AssertionError


def test_what_strangers_make_up_does_not_fill_the_memory(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/{name}")
    @cache_response
    async def route(name: str, x: str = "") -> int:
        return probe.next()

    long = "x" * 2000
    with serve(probe.app) as client:
        answers = [client.get(f"/{long}{i}?x={long}{i}").json() for i in (1, 2, 1)]
    keys = list(probe.cache.tiers.memory._entries)

    assert answers == [1, 2, 1]
    assert max(len(key) for key in keys) < LONGEST_REMEMBERED
