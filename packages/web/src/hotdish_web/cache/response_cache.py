"""`ResponseCache`: the cache of an application, as its author sees it."""

import functools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from hotdish_web.cache.breaker import Patience
from hotdish_web.cache.engine import Engine
from hotdish_web.cache.layer import CacheLayer
from hotdish_web.cache.order import wrong_order
from hotdish_web.cache.rfc.layer import RfcLayer
from hotdish_web.cache.settings import CacheSettings
from hotdish_web.cache.stores.memory import MemoryStore
from hotdish_web.cache.stores.store import SharedStore
from hotdish_web.cache.tags import EVERYTHING
from hotdish_web.cache.tiers import Tiers
from hotdish_web.database.database import lifespans
from hotdish_web.errors import CacheUsageError


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What a cache did and holds, in this process."""

    hits: int
    stale: int
    misses: int
    collapsed: int
    bypassed: int
    flights: int
    entries: int
    n_bytes: int
    shared_store: str
    """`none`, `ok` or `failing`."""


class ResponseCache:
    """Keeps what routes answer: in memory, and in a store that workers share if there is one.

    `store` is a `MemoryStore`, or a shared store such as `RedisStore` or `SQLiteStore`, in front
    of which a `MemoryStore` of `max_bytes` stands in each process.
    """

    def __init__(
        self,
        store: MemoryStore | SharedStore | None = None,
        *,
        max_bytes: int | str = "64MiB",
        name: str = "hotdish",
        secret: str = "",
        mode: Literal["policy", "rfc"] = "policy",
    ) -> None:
        memory = store if isinstance(store, MemoryStore) else MemoryStore(max_bytes)
        shared = None if isinstance(store, MemoryStore) else store
        self.tiers = Tiers(memory, shared, secret.encode())
        self.engine = Engine(self.tiers, name)
        self._name = name
        self._mode = mode

    @classmethod
    def from_settings(cls, settings: CacheSettings | None = None) -> "ResponseCache":
        """Make the cache that `CACHE_URL`, `CACHE_MAX_BYTES` and `CACHE_SECRET` describe.

        `CACHE_URL` is `memory://` (the default), `redis://host:6379/0`, `valkey://...` or
        `sqlite:///path/of/cache.db`.
        """
        settings = settings or CacheSettings()
        secret = settings.cache_secret.get_secret_value() if settings.cache_secret else ""
        return cls(settings.make_store(), max_bytes=settings.cache_max_bytes, secret=secret)

    def install(self, app: FastAPI) -> None:
        """Put the cache into an application: before its routes, below its other middlewares.

        Call it once, before the application starts. The cache starts and stops with it.
        """
        if app.middleware_stack is not None:
            msg = "The application runs already. Call cache.install(app) before it starts"
            raise CacheUsageError(msg)
        if self._mode == "rfc":
            app.user_middleware.append(Middleware(RfcLayer, tiers=self.tiers, name=self._name))
        else:
            app.user_middleware.append(Middleware(CacheLayer, cache=self))
        start = functools.partial(self._bind_and_run, app)
        app.router.lifespan_context = lifespans(app.router.lifespan_context, start)

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """Put the cache around any ASGI application, a proxy for example; needs `mode="rfc"`."""
        if self._mode != "rfc":
            msg = 'wrap() is for ResponseCache(mode="rfc"). In an application use install(app)'
            raise CacheUsageError(msg)
        return RfcLayer(app, self.tiers, self._name)

    @asynccontextmanager
    async def lifespan(self, _app: object = None) -> AsyncIterator[dict[str, Any]]:
        """Listen to the other workers while the application runs. `install` does it for you."""
        await self.tiers.start()
        try:
            yield {"cache": self}
        finally:
            await self.engine.maker.stop()
            await self.tiers.stop()

    async def invalidate(self, *tags: str) -> bool:
        """Make every answer that carries one of the tags dead, in all workers.

        False if the shared store does not answer: this process knows at once, the others as soon
        as it is back.
        """
        self.engine.maker.forget_failures()
        patience = Patience()
        told = [await self.tiers.invalidate(tag, patience) for tag in tags]
        return all(told)

    async def clear(self) -> bool:
        """Forget everything, in all workers."""
        told = await self.invalidate(EVERYTHING)
        self.tiers.memory.clear()
        return told

    def stats(self) -> CacheStats:
        """Tell what the cache did and holds, in this process."""
        tiers, counts = self.tiers, self.engine.counts
        shared = "failing" if tiers.breaker.is_open else "ok"
        return CacheStats(
            hits=counts.hits,
            stale=counts.stale,
            misses=counts.misses,
            collapsed=counts.collapsed,
            bypassed=counts.bypassed,
            flights=self.engine.maker.n_flights,
            entries=len(tiers.memory),
            n_bytes=tiers.memory.n_bytes,
            shared_store="none" if tiers.shared is None else shared,
        )

    @asynccontextmanager
    async def _bind_and_run(self, app: FastAPI, _app: object) -> AsyncIterator[dict[str, Any]]:
        for endpoint in _endpoints(app.routes):
            self._bind(app, endpoint)
        async with self.lifespan() as state:
            yield state

    def _bind(self, app: FastAPI, endpoint: Any) -> None:
        if hasattr(endpoint, "__hotdish_cached__"):
            raise wrong_order(endpoint)
        bind = getattr(getattr(endpoint, "cache", None), "bind", None)
        if bind is not None:
            bind(app, self)


def _endpoints(routes: Iterable[Any]) -> Iterable[Any]:
    """Give the functions of all routes, of included and mounted ones too."""
    for route in routes:
        if (endpoint := getattr(route, "endpoint", None)) is not None:
            yield endpoint
        inside = getattr(route, "original_router", route)
        yield from _endpoints(getattr(inside, "routes", None) or ())


_DEFAULTS: WeakKeyDictionary[Any, ResponseCache] = WeakKeyDictionary()


def default_cache(app: Any) -> ResponseCache:
    """Give the cache of a bare `@cache_response` in an application without `install`."""
    found = _DEFAULTS.get(app)
    if found is None:
        found = _DEFAULTS[app] = ResponseCache()
    return found
