"""The ASGI layer: hits before routing, and the exact bytes of a miss."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotdish_web.cache.request import LONGEST_REMEMBERED, Plan
from hotdish_web.cache.ticket import TICKET, Ticket

if TYPE_CHECKING:
    from hotdish_web.cache.response_cache import ResponseCache

METHODS = frozenset({"GET", "HEAD"})
MOST_PATHS = 10_000
FOUND = ("route", "endpoint", "path_params")
"""What routing leaves in a scope; metrics and traces name a request by it."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of a path whose hits skip routing."""

    plan: Plan
    found: dict[str, Any]


class CacheLayer:
    """Stands below the application's other middlewares and before its routes.

    A path is learned as its first request reaches a cached route. From then on a route without
    dependencies is answered here; with dependencies each request runs through them first, is
    stopped by them where they refuse it, and only then answered from the cache.
    """

    def __init__(self, app: ASGIApp, cache: "ResponseCache") -> None:
        self.app = app
        self._cache = cache
        self._engine = cache.engine
        self._fast: dict[str, Learned] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or let the application do it."""
        if scope["type"] != "http" or scope["method"] not in METHODS or TICKET in scope:
            await self.app(scope, receive, send)
            return
        learned = self._fast.get(scope["path"])
        if learned is not None and scope["method"] in learned.plan.methods:
            scope.update(learned.found)
            await self._engine.answer(self.app, learned.plan, scope, receive, send)
            return
        before = dict(scope)
        plan = await self._ask(scope, receive, send)
        if plan is not None:
            self._learn(plan, scope)
            await self._engine.answer(self.app, plan, before, receive, send)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> Plan | None:
        """Let the application answer, unless the request reaches a cached route."""
        app, root_path = scope.get("app"), scope.get("root_path", "")
        ticket = Ticket(run=False, cache=self._cache, app=app, root_path=root_path)

        async def send_if_not_cached(message: Message) -> None:
            if ticket.bypass is not None:
                message = self._engine.bypassed(message, ticket.bypass)
            if ticket.plan is None:
                await send(message)

        # In this very scope, where middlewares look afterwards which route it was.
        scope[TICKET] = ticket
        try:
            await self.app(scope, receive, send_if_not_cached)
        finally:
            scope.pop(TICKET, None)
        return ticket.plan

    def _learn(self, plan: Plan, scope: Scope) -> None:
        path = scope["path"]
        if not plan.fast or len(path) > LONGEST_REMEMBERED:
            return
        if len(self._fast) >= MOST_PATHS:
            self._fast.clear()
        self._fast[path] = Learned(plan, {name: scope[name] for name in FOUND if name in scope})
