"""The layer in an application: nothing that checks who asks is ever skipped by a hit."""

import asyncio
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware

from hotdish_web import (
    CacheUsageError,
    DatabaseDep,
    MemoryStore,
    ResponseCache,
    SettingsError,
    SQLiteDatabase,
    cache_response,
    lifespans,
)

KEY = {"X-Key": "right"}


def check_key(request: Request) -> None:
    if request.headers.get("x-key") != "right":
        raise HTTPException(401)


class CheckingRoute(APIRoute):
    """A route that checks by itself, where no dependency tells of it."""

    def get_route_handler(self) -> Any:
        handler = super().get_route_handler()

        async def checked(request: Request) -> Any:
            check_key(request)
            return await handler(request)

        return checked


class CheckingMiddleware(BaseHTTPMiddleware):
    """A middleware that checks."""

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        """Refuse or go on."""
        if request.headers.get("x-key") != "right":
            return Response(status_code=401)
        answer: Response = await call_next(request)
        return answer


def app_with(way: str) -> FastAPI:  # noqa: C901  # one branch for each way
    """Make an application that checks a key, in one of the ways in which one can."""
    guard = [Depends(check_key)]
    app = FastAPI(dependencies=guard if way == "application" else [])
    router = APIRouter(dependencies=guard if way == "router" else [])
    if way == "route class":
        router.route_class = CheckingRoute

    @router.get("/secret", dependencies=guard if way == "route" else [])
    @cache_response
    async def secret() -> str:
        return "secret"

    if way == "parameter":

        @app.get("/secret")
        @cache_response
        async def with_parameter(_key: Annotated[None, Depends(check_key)]) -> str:
            return "secret"

    if way == "mounted application":
        inner = FastAPI(dependencies=guard)
        inner.include_router(router)
        app.mount("/", inner)
    elif way == "middleware of a mounted application":
        inner = FastAPI()
        inner.include_router(router)
        app.mount("/", CheckingMiddleware(inner))
    elif way == "include":
        app.include_router(router, dependencies=guard)
    elif way == "nested include":
        outer = APIRouter()
        outer.include_router(router)
        app.include_router(outer, dependencies=guard)
    else:
        app.include_router(router)
    if way == "middleware before":
        app.add_middleware(CheckingMiddleware)
    ResponseCache().install(app)
    if way == "middleware after":
        app.add_middleware(CheckingMiddleware)
    return app


WAYS = [
    "application",
    "router",
    "route",
    "parameter",
    "include",
    "nested include",
    "route class",
    "mounted application",
    "middleware of a mounted application",
    "middleware before",
    "middleware after",
]


def ask(app: Any, *requests: tuple[str, dict[str, str]]) -> list[httpx2.Response]:
    async def all_in_turn() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return [await client.get(path, headers=headers) for path, headers in requests]

    return asyncio.run(all_in_turn())


@pytest.mark.parametrize("way", WAYS)
def test_no_check_is_skipped_by_a_hit(way: str) -> None:
    answers = ask(
        app_with(way),
        ("/secret", {}),
        ("/secret", KEY),
        ("/secret", {}),
        ("/secret", KEY),
        ("/secret", {}),
    )

    assert [answer.status_code for answer in answers] == [401, 200, 401, 200, 401]
    assert "; hit;" in answers[3].headers["cache-status"]


def test_a_route_without_dependencies_is_answered_before_routing() -> None:
    app = FastAPI()
    seen: list[str] = []

    @app.get("/page")
    @cache_response
    async def page() -> str:
        return "page"

    original = app.router.middleware_stack

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["path"])
        await original(scope, receive, send)

    ResponseCache().install(app)
    app.router.middleware_stack = watched
    ask(app, ("/page", {}))
    before = len(seen)
    ask(app, ("/page", {}), ("/page", {}))

    assert len(seen) == before


def test_middlewares_see_which_route_it_was_even_of_a_hit() -> None:
    """Metrics and traces name a request by it."""
    app = FastAPI()
    seen: list[Any] = []

    @app.get("/plain/{name}")
    async def plain(name: str) -> None: ...

    @app.get("/cached/{name}")
    @cache_response
    async def cached(name: str) -> None: ...

    class Naming:
        """Notes after each request which route it was."""

        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.app(scope, receive, send)
            seen.append((scope["route"].path, scope["endpoint"].__name__, scope["path_params"]))

    ResponseCache().install(app)
    app.add_middleware(Naming)
    ask(app, ("/plain/a", {}), *[("/cached/b", dict[str, str]())] * 3)

    assert seen[0] == ("/plain/{name}", "plain", {"name": "a"})
    assert seen[1:] == [("/cached/{name}", "cached", {"name": "b"})] * 3


def test_what_goes_past_the_cache_runs_its_dependencies_once() -> None:
    app = FastAPI()
    cache = ResponseCache()
    ran: list[int] = []

    @app.get("/page", dependencies=[Depends(lambda: ran.append(1))])
    @cache_response
    async def page() -> None: ...

    cache.install(app)
    (answer,) = ask(app, ("/page", {"Cookie": "sid=a"}))

    assert answer.headers["cache-status"] == "hotdish; fwd=bypass; detail=cookie"
    assert (len(ran), cache.stats().bypassed) == (1, 1)


def test_a_method_that_a_route_does_not_take_is_refused_before_and_after_a_hit() -> None:
    app = FastAPI()

    @app.get("/page")
    @cache_response
    async def page() -> None: ...

    ResponseCache().install(app)

    async def heads() -> list[int]:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            before = await client.head("/page")
            await client.get("/page")
            return [before.status_code, (await client.head("/page")).status_code]

    assert asyncio.run(heads()) == [405, 405]


def test_a_middleware_may_ask_twice_with_one_scope() -> None:
    app = FastAPI()

    @app.get("/page", dependencies=[Depends(lambda: None)])
    @cache_response
    async def page() -> str:
        return "page"

    class Retrying:
        """Throws the first answer away and asks again."""

        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def nowhere(message: Any) -> None: ...

            await self.app(scope, receive, nowhere)
            await self.app(scope, receive, send)

    ResponseCache().install(app)
    app.add_middleware(Retrying)

    (answer,) = ask(app, ("/page", {}))
    assert answer.json() == "page"


def test_the_database_does_not_keep_a_route_from_being_fast() -> None:
    app = FastAPI()
    cache = ResponseCache()

    @app.get("/page")
    @cache_response
    async def page(db: DatabaseDep) -> str:
        return "page"

    cache.install(app)
    database = SQLiteDatabase(":memory:")

    async def run() -> list[int]:
        async with database:
            transport = httpx2.ASGITransport(app=with_state(app, database))
            async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
                return [(await client.get("/page")).status_code for _ in range(3)]

    assert asyncio.run(run()) == [200, 200, 200]
    assert cache.stats().hits == 2


def with_state(app: FastAPI, database: SQLiteDatabase) -> Any:
    async def with_database(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "state": {"database": database}}, receive, send)

    return with_database


@pytest.mark.parametrize("fast", [True, False])
def test_the_author_can_decide_about_the_short_way(fast: bool) -> None:  # noqa: FBT001
    ran: list[int] = []
    app = FastAPI()

    @app.get("/page", dependencies=[Depends(lambda: ran.append(1))])
    @cache_response(fast=fast)
    async def page() -> str:
        return "page"

    ResponseCache().install(app)
    ask(app, ("/page", {}))
    before = len(ran)
    ask(app, ("/page", {}), ("/page", {}))

    assert len(ran) - before == (0 if fast else 2)


def test_a_model_of_parameters_is_in_the_key() -> None:
    class Filter(BaseModel):
        a: int = 0

    app = FastAPI()

    @app.get("/page")
    @cache_response
    async def page(filter_: Annotated[Filter, Query()]) -> int:
        return filter_.a

    ResponseCache().install(app)
    answers = ask(app, ("/page?a=1", {}), ("/page?a=2", {}))

    assert [answer.json() for answer in answers] == [1, 2]


@pytest.mark.parametrize(("query", "n_runs"), [("all", 2), (["a"], 1), ("declared", 1)])
def test_the_author_can_decide_about_the_query(query: Any, n_runs: int) -> None:
    runs: list[int] = []
    app = FastAPI()

    @app.get("/page")
    @cache_response(query=query)
    async def page(request: Request, a: int = 0) -> None:
        runs.append(1)

    ResponseCache().install(app)
    ask(app, ("/page?a=1&b=1", {}), ("/page?a=1&b=2", {}))

    assert len(runs) == n_runs


def test_many_queries_and_paths_do_not_fill_the_memory() -> None:
    app = FastAPI()
    cache = ResponseCache(MemoryStore("20KiB"))

    @app.get("/page/{name}")
    @cache_response
    async def page(name: int, a: int = 0) -> int:
        return name

    cache.install(app)
    ask(app, *((f"/page/{number}?a={number}", {}) for number in range(300)))

    assert cache.stats().n_bytes <= 20 * 1024


def test_tags_with_arguments_invalidate_one_answer() -> None:
    app = FastAPI()
    cache = ResponseCache()
    runs: list[str] = []

    @app.get("/docs/{version}")
    @cache_response(tags=["docs:{version}", "language:{language}"])
    async def docs(version: str, language: str = "en") -> None:
        runs.append(version)

    cache.install(app)
    both: list[tuple[str, dict[str, str]]] = [("/docs/a", {}), ("/docs/b", {})]
    ask(app, *both)
    asyncio.run(cache.invalidate("docs:a"))
    ask(app, *both)
    assert runs == ["a", "b", "a"]
    asyncio.run(cache.invalidate("language:en"))
    ask(app, *both)
    asyncio.run(cache.clear())
    ask(app, *both)

    assert runs == ["a", "b", "a", "a", "b", "a", "b"]


def test_a_tag_must_name_a_plain_argument() -> None:
    app = FastAPI()

    @app.get("/missing")
    @cache_response(tags=["x:{nothing}"])
    async def missing() -> None: ...

    @app.get("/object")
    @cache_response(tags=["x:{request}"])
    async def no_text(request: Request) -> None: ...

    ResponseCache().install(app)
    with pytest.raises(CacheUsageError, match="no such parameter"):
        ask(app, ("/missing", {}))
    with pytest.raises(CacheUsageError, match="Only text and numbers"):
        ask(app, ("/object", {}))


def test_client_ttl_is_told_to_browsers() -> None:
    app = FastAPI()

    @app.get("/page")
    @cache_response(ttl=600, client_ttl=0)
    async def page() -> None: ...

    ResponseCache().install(app)

    (answer,) = ask(app, ("/page", {}))
    assert answer.headers["cache-control"] == "max-age=0, s-maxage=600"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"tll": 5}, "no option 'tll'. There are: ttl, swr"),
        (
            {"encodings": ["gzip", "lzma"]},
            "There is no encoding 'lzma'. Use some of: zstd, br, gzip",
        ),
        ({"tags": "docs"}, "tags='docs' is one text. Give a list"),
        ({"cookies": "sid"}, "Give a list of names or one of bypass, ignore"),
    ],
)
def test_wrong_options_say_what_there_is(options: dict[str, Any], expected: str) -> None:
    with pytest.raises(CacheUsageError) as caught:
        cache_response(**options)

    assert expected in str(caught.value)


@pytest.mark.parametrize("options", [{"ttl": "soon"}, {"ttl": "5 parsecs"}, {"max_bytes": "big"}])
def test_wrong_times_and_sizes_say_how_to_write_them(options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="Write"):
        cache_response(**options)


def test_generators_are_refused() -> None:
    async def stream() -> Any:
        yield 1

    with pytest.raises(CacheUsageError, match="is a generator"):
        cache_response(stream)


@pytest.mark.parametrize("options", [None, {"ttl": 5}])
@pytest.mark.parametrize("make_router", [FastAPI, APIRouter])
def test_the_wrong_order_of_decorators_is_an_error_where_it_stands(
    make_router: Any, options: Any
) -> None:
    router = make_router()
    decorator = cache_response if options is None else cache_response(**options)

    async def page() -> None: ...

    registered = router.get("/page")(page)

    with pytest.raises(CacheUsageError, match=r"of .*page and does nothing there\. Write it"):
        decorator(registered)


def test_the_wrong_order_in_a_module_is_an_error_at_import(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(
        """
from fastapi import FastAPI
from hotdish_web import cache_response
app = FastAPI()
@cache_response
@app.get("/")
def home(): ...
"""
    )
    done = subprocess.run(
        [sys.executable, "-c", "import wrong"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert done.stderr.splitlines()[-1].startswith(
        "hotdish_web.errors.CacheUsageError: @cache_response stands above the route of home"
    )


def test_the_wrong_order_is_an_error_at_start_where_the_application_is_out_of_sight() -> None:
    class Parts:
        app = FastAPI()

    @cache_response
    @Parts.app.get("/page")
    async def page() -> None: ...

    ResponseCache().install(Parts.app)

    async def start() -> None:
        async with Parts.app.router.lifespan_context(Parts.app):
            raise AssertionError

    with pytest.raises(CacheUsageError, match=r"page and does nothing there\. Write it directly"):
        asyncio.run(start())


def test_the_right_order_is_right_wherever_other_routes_are() -> None:
    app, router = FastAPI(), APIRouter()

    @app.get("/first")
    @router.get("/second")
    @cache_response
    async def page() -> str:
        return "page"

    @app.get("/plain")
    async def plain() -> None: ...

    @app.get("/third")
    @cache_response
    async def other() -> str:
        return "other"

    ResponseCache().install(app)
    answers = ask(app, ("/first", {}), ("/third", {}), ("/third", {}))
    assert [answer.json() for answer in answers] == ["page", "other", "other"]


def test_install_binds_the_routes_and_runs_with_the_application() -> None:
    first = SQLiteDatabase(":memory:")
    app = FastAPI(lifespan=lifespans(first.lifespan))
    router = APIRouter()

    @router.get("/page")
    @cache_response
    async def page() -> None: ...

    app.include_router(router)
    cache = ResponseCache()
    cache.install(app)

    async def start() -> Any:
        async with app.router.lifespan_context(app) as state:
            return state

    state = asyncio.run(start())
    assert state == {"database": first, "cache": cache}
    assert page.cache.caches == [cache]


def test_installing_into_a_running_application_is_refused() -> None:
    app = FastAPI()
    ask(app, ("/", {}))

    with pytest.raises(CacheUsageError, match="before it starts"):
        ResponseCache().install(app)


def test_a_cached_function_can_be_called_as_before() -> None:
    @cache_response
    async def double(number: int) -> int:
        return number * 2

    @cache_response
    def half(number: int) -> float:
        return number / 2

    @cache_response
    async def path_of(request: Request) -> str:
        return request.url.path

    request = Request({"type": "http", "path": "/a", "headers": [], "query_string": b""})
    assert asyncio.run(path_of(request)) == "/a"
    assert asyncio.run(path_of(request=request)) == "/a"
    assert asyncio.run(double(4)) == 8
    assert asyncio.run(half(4)) == 2  # type: ignore[arg-type]  # a plain function became async
    assert "number" in inspect.signature(double).parameters


def test_wrap_is_for_the_rfc_mode() -> None:
    with pytest.raises(CacheUsageError, match="install"):
        ResponseCache().wrap(FastAPI())


@pytest.mark.anyio
async def test_a_cache_of_ones_own_needs_no_layer() -> None:
    app, cache = FastAPI(), ResponseCache()

    @app.get("/page")
    @cache_response(cache=cache)
    async def page() -> None: ...

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        for _ in range(2):
            await client.get("/page")
        assert await page.cache.clear()
        await client.get("/page")

    assert (cache.stats().hits, cache.stats().misses) == (1, 2)


@pytest.mark.anyio
async def test_clearing_a_route_forgets_its_answers_only() -> None:
    app = FastAPI()
    runs: list[str] = []
    cache = ResponseCache()

    @app.get("/a")
    @cache_response(cache=cache)
    async def first() -> None:
        runs.append("a")

    @app.get("/b")
    @cache_response(cache=cache)
    async def second() -> None:
        runs.append("b")

    cache.install(app)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        for _ in range(2):
            await client.get("/a")
            await client.get("/b")
        assert await first.cache.clear()
        await client.get("/a")
        await client.get("/b")

    assert runs == ["a", "b", "a"]


def test_what_is_learned_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotdish_web.cache.layer.MOST_PATHS", 2)
    monkeypatch.setattr("hotdish_web.cache.plan.MOST_PLANS", 1)
    monkeypatch.setattr("hotdish_web.cache.request.MOST_REMEMBERED", 2)
    app = FastAPI()
    cache = ResponseCache()

    @cache_response
    async def page(a: int = 0) -> int:
        return a

    for number in range(4):
        app.get(f"/{number}")(page)
    cache.install(app)
    paths = [(f"/{number}?a={a}", dict[str, str]()) for number in range(4) for a in range(3)]
    answers = ask(app, *paths, *paths)

    assert [answer.json() for answer in answers] == [0, 1, 2] * 8
    assert cache.stats().hits == 12


def test_an_annotation_that_only_a_type_checker_sees_does_no_harm() -> None:
    def route(number: "Unknown") -> Any:  # type: ignore[name-defined]  # noqa: F821
        return number

    assert asyncio.run(cache_response(route)(3)) == 3


@pytest.mark.anyio
async def test_an_application_that_sends_nothing_is_an_error_and_not_a_hang() -> None:
    app = FastAPI()
    ways = iter([True, False])

    @app.get("/page")
    @cache_response
    async def page() -> str:
        return "page"

    cache = ResponseCache()
    cache.install(app)

    class Silent:
        """Lets the first way through, then sends nothing."""

        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if next(ways):
                await self.app(scope, receive, send)

    app.user_middleware.append(Middleware(Silent))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        with pytest.raises(RuntimeError, match="sent no answer"):
            await client.get("/page")
