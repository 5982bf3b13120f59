"""Runs a request through the application once more, on its own, for many clients."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from hotdish_web.cache.ticket import TICKET, Ticket

# What belongs to one client's wish and not to the answer: the cache sees to these itself.
NOT_REPLAYED = frozenset(
    {b"accept-encoding", b"if-none-match", b"if-modified-since", b"if-match"}
    | {b"if-unmodified-since", b"if-range", b"range"}
)
# Left in the scope by routing and by the dependencies of the first way through.
LEFT_BY_ROUTING = frozenset(
    {"route", "router", "endpoint", "path_params", "fastapi", "fastapi_inner_astack"}
    | {"fastapi_function_astack", "fastapi_middleware_astack", "fastapi_async_cleanup_scopes"}
    | {"extensions"}
)


def replay_scope(scope: Scope, ticket: Ticket) -> Scope:
    """Make the scope of a run that answers for every client with the same key."""
    copy = {key: value for key, value in scope.items() if key not in LEFT_BY_ROUTING}
    copy["method"] = "GET"
    copy["headers"] = [pair for pair in scope["headers"] if pair[0] not in NOT_REPLAYED]
    if "state" in scope:
        copy["state"] = dict(scope["state"])
    copy[TICKET] = ticket
    return copy


class EmptyRequest:
    """The `receive` of a replay: no body, and a client that never hangs up."""

    def __init__(self) -> None:
        self._is_read = False

    async def __call__(self) -> Message:
        """Give the empty body, then wait for ever."""
        if self._is_read:
            await asyncio.Event().wait()
        self._is_read = True
        return {"type": "http.request", "body": b"", "more_body": False}


async def replay_in_router(scope: Scope, receive: Receive, send: Send) -> None:
    """Replay below the middlewares, for a decorator without the layer.

    What the middlewares add is added to the answer of each client, as without a cache.
    """
    app: Any = scope["app"]
    async with AsyncExitStack() as stack:
        scope["fastapi_middleware_astack"] = stack
        await app.router(scope, receive, send)
