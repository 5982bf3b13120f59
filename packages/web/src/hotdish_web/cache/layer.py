"""The ASGI layer: hits before routing, and the exact bytes of a miss."""

from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotdish_web.cache.request import Plan
from hotdish_web.cache.ticket import TICKET, Ticket

if TYPE_CHECKING:
    from hotdish_web.cache.engine import Engine

METHODS = frozenset({"GET", "HEAD"})
MOST_PATHS = 10_000


class CacheLayer:
    """Stands below the application's other middlewares and before its routes.

    A path is learned as its first request reaches a cached route. From then on a route without
    dependencies is answered here; with dependencies each request runs through them first, is
    stopped by them where they refuse it, and only then answered from the cache.
    """

    def __init__(self, app: ASGIApp, engine: "Engine") -> None:
        self.app = app
        self._engine = engine
        self._fast: dict[str, Plan] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or let the application do it."""
        if scope["type"] != "http" or scope["method"] not in METHODS or TICKET in scope:
            await self.app(scope, receive, send)
            return
        plan = self._fast.get(scope["path"])
        if plan is None:
            plan = await self._ask(scope, receive, send)
        if plan is not None:
            await self._engine.answer(self.app, plan, scope, receive, send)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> Plan | None:
        """Let the application answer, unless the request reaches a cached route."""
        ticket = Ticket(run=False, app=scope.get("app"), root_path=scope.get("root_path", ""))

        async def send_if_not_cached(message: Message) -> None:
            if ticket.plan is None:
                await send(message)

        await self.app({**scope, TICKET: ticket}, receive, send_if_not_cached)
        plan = ticket.plan
        if plan is not None and plan.fast:
            if len(self._fast) >= MOST_PATHS:
                self._fast.clear()
            self._fast[scope["path"]] = plan
        return plan
