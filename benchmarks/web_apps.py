"""The applications that `web_cache` measures: the same two pages, served in different ways.

Started by uvicorn with `VARIANT` in the environment, by an interpreter that has what the variant
needs: the workspace's own, or that of the peers' environment, which knows nothing of hotdish.
"""

import contextlib
import json
import os
import random
from collections.abc import AsyncIterator
from typing import Any

VARIANT = os.environ["VARIANT"]
REDIS = os.environ.get("REDIS_URL", "")
WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "python",
    "function",
    "module",
    "asyncio",
    "search",
    "index",
    "class",
    "method",
]


def words(n_bytes: int) -> str:
    chosen: list[str] = []
    while sum(map(len, chosen)) + len(chosen) < n_bytes:
        chosen.append(random.choice(WORDS))
    return " ".join(chosen)[:n_bytes]


random.seed(1)
HEAD, TAIL = "<!doctype html><title>x</title><p>", "</p>"
HTML = HEAD + words(30_717 - len(HEAD) - len(TAIL)) + TAIL
DATA = {
    "query": "async",
    "hits": [
        {"id": i, "title": words(20), "url": f"/3/{i}.html", "score": i / 7, "snippet": words(110)}
        for i in range(10)
    ],
}
JSON = json.dumps(DATA, separators=(",", ":")).encode()


def starlette_constant() -> Any:
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    page, answer = Response(HTML, media_type="text/html"), Response(JSON, media_type="text/json")

    async def html(_request: Any) -> Response:
        return page

    async def data(_request: Any) -> Response:
        return answer

    return Starlette(routes=[Route("/html", html), Route("/json", data)])


def fastapi_constant() -> Any:
    from fastapi import FastAPI, Response

    app = FastAPI()
    page, answer = Response(HTML, media_type="text/html"), Response(JSON, media_type="text/json")

    @app.get("/html")
    async def html() -> Response:
        return page

    @app.get("/json")
    async def data() -> Response:
        return answer

    return app


def with_decorators(app: Any, page: Any = None, data: Any = None) -> Any:
    """Add the two routes, each under a decorator of the cache that is measured."""
    from fastapi.responses import HTMLResponse

    async def html() -> str:
        return HTML

    async def as_json() -> dict[str, Any]:
        return DATA

    nothing = lambda function: function  # noqa: E731
    app.get("/html", response_class=HTMLResponse)((page or nothing)(html))
    app.get("/json")((data or page or nothing)(as_json))
    return app


def hotdish(*, layer: bool) -> Any:
    from fastapi import FastAPI

    from hotdish_web import MemoryStore, RedisStore, ResponseCache, cache_response

    app = FastAPI()
    cache = ResponseCache(RedisStore(REDIS) if REDIS else MemoryStore())
    if layer:
        cache.install(app)
    return with_decorators(app, cache_response(ttl=600, cache=cache))


def fastapi_cache2() -> Any:
    from fastapi import FastAPI
    from fastapi_cache import FastAPICache
    from fastapi_cache.backends.inmemory import InMemoryBackend
    from fastapi_cache.backends.redis import RedisBackend
    from fastapi_cache.decorator import cache
    from redis import asyncio as redis

    @contextlib.asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        backend = RedisBackend(redis.from_url(REDIS)) if REDIS else InMemoryBackend()
        FastAPICache.init(backend, prefix="f")
        yield

    return with_decorators(FastAPI(lifespan=lifespan), cache(expire=600))


def cashews() -> Any:
    from cashews import cache
    from fastapi import FastAPI

    cache.setup(REDIS or "mem://")
    return with_decorators(FastAPI(), cache(ttl="10m", key="html"), cache(ttl="10m", key="json"))


def alcazaba() -> Any:
    from fastapi import FastAPI
    from fastapi_alcazaba import FastAPICache
    from fastapi_alcazaba.backends.inmemory import InMemoryBackend
    from fastapi_alcazaba.backends.redis import RedisBackend
    from fastapi_alcazaba.decorator import cache
    from redis import asyncio as redis

    @contextlib.asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        backend = RedisBackend(redis.from_url(REDIS)) if REDIS else InMemoryBackend()
        FastAPICache.init(backend, prefix="alc")
        yield

    return with_decorators(FastAPI(lifespan=lifespan), cache(expire=600, vary_headers=()))


def cachex() -> Any:
    from fastapi import FastAPI
    from fastapi_cachex import BackendProxy, cache
    from fastapi_cachex.backends import AsyncRedisCacheBackend, MemoryBackend

    if REDIS:
        port = int(REDIS.rsplit(":", 1)[1].split("/")[0])
        BackendProxy.set(AsyncRedisCacheBackend(host="127.0.0.1", port=port))
    else:
        BackendProxy.set(MemoryBackend())
    return with_decorators(FastAPI(), cache(ttl=600))


def plain() -> Any:
    from fastapi import FastAPI

    return with_decorators(FastAPI())


VARIANTS = {
    "starlette": starlette_constant,
    "fastapi": fastapi_constant,
    "plain": plain,
    "layer": lambda: hotdish(layer=True),
    "decorator": lambda: hotdish(layer=False),
    "fastapi-cache2": fastapi_cache2,
    "cashews": cashews,
    "alcazaba": alcazaba,
    "cachex": cachex,
}
app = VARIANTS[VARIANT]()
