"""The ASGI layer of `mode="rfc"`: reuse, validate, freshen, invalidate."""

import asyncio
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from hotdish_web.cache.breaker import Patience
from hotdish_web.cache.entry import Entry, make_etag
from hotdish_web.cache.headers import RawHeaders, directives, header, matches_etag
from hotdish_web.cache.replay import NOT_REPLAYED, EmptyRequest
from hotdish_web.cache.rfc.exchange import Answer, Catcher
from hotdish_web.cache.rfc.freshness import LARGEST_DELTA, Rules, parse_date, read_rules
from hotdish_web.cache.rfc.shelf import Shelf
from hotdish_web.cache.tiers import Tiers

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
NOT_MODIFIED = 304
GATEWAY_TIMEOUT = 504
NOT_IN_304 = frozenset({b"content-type", b"content-encoding", b"content-length"})
SUCCEEDED = range(200, 400)
LOWEST_ERROR = 500
MAX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stale:
    """What we hold for a request and must not simply send."""

    key: str
    entry: Entry
    patience: Patience


class RfcLayer:
    """A shared HTTP cache in front of any ASGI application."""

    def __init__(
        self, app: ASGIApp, tiers: Tiers, name: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.app = app
        self._name = name.encode()
        self._clock = clock
        self._shelf = Shelf(tiers, self._now)
        self._refreshing: dict[str, asyncio.Task[Any]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache as far as RFC 9111 lets it, else ask the application."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] not in SAFE:
            await self._change(scope, receive, send)
        elif scope["method"] in {"GET", "HEAD"}:
            await self._read(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        wish = _wish(scope["headers"])
        patience = Patience()
        key, entry = await self._shelf.find(scope, patience)
        now = self._now()
        if entry is not None and header(scope["headers"], b"range") is None:
            rules = read_rules(entry.status, entry.headers, now)
            age = now - entry.stored_at
            if _is_fresh_enough(entry, rules, age, wish):
                await self._send(scope, entry, b"hit; ttl=%d" % (entry.ttl - age), send)
                return
            is_stale_only = "no-cache" not in wish and not rules.must_revalidate
            if is_stale_only and age <= entry.ttl + rules.seconds("stale-while-revalidate"):
                self._refresh(scope, key, entry)
                await self._send(scope, entry, b"hit; ttl=%d" % (entry.ttl - age), send)
                return
        if "only-if-cached" in wish:
            await _send_empty(GATEWAY_TIMEOUT, send)
            return
        if entry is None:
            await self._forward(scope, receive, send, patience)
        else:
            await self._renew(scope, receive, send, Stale(key, entry, patience))

    async def _forward(
        self, scope: Scope, receive: Receive, send: Send, patience: Patience
    ) -> None:
        """Ask the application for what we do not have."""
        answer = await self._ask(scope, receive, send)
        if not answer.is_passed_on:
            await self._store_and_pass(scope, answer, b"fwd=uri-miss", send, patience)

    async def _renew(self, scope: Scope, receive: Receive, send: Send, stale: "Stale") -> None:
        """Ask the application anew, with our validators if what we hold has some."""
        entry = stale.entry
        asked = _conditional(scope, entry)
        may_stand_in = functools.partial(self._may_stand_in, entry)
        try:
            answer = await self._ask(asked, receive, send)
        except Exception:
            if not may_stand_in():
                raise
            await self._send(scope, entry, b"fwd=stale; detail=error", send)
            return
        if answer.is_passed_on:
            return
        if answer.status >= LOWEST_ERROR and may_stand_in():
            await self._send(scope, entry, b"fwd=stale; detail=error", send)
        elif answer.status == NOT_MODIFIED and asked is not scope:
            fresh = await self._shelf.freshen(scope, stale.key, entry, answer, stale.patience)
            await self._send(scope, fresh, b"fwd=stale; fwd-status=304", send)
        else:
            await self._store_and_pass(scope, answer, b"fwd=stale", send, stale.patience)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        catcher = Catcher(send, MAX_BYTES, self._now())
        await self.app(scope, receive, catcher)
        return catcher.answer

    async def _store_and_pass(
        self, scope: Scope, answer: Answer, how: bytes, send: Send, patience: Patience
    ) -> None:
        stored = await self._shelf.store(scope, answer, patience)
        status = self._name + b"; " + how + (b"; stored" if stored else b"")
        headers = [*answer.headers, (b"cache-status", status)]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _refresh(self, scope: Scope, key: str, entry: Entry) -> None:
        """Make an answer new behind the back of the client who got the stale one."""
        if key in self._refreshing:
            return

        async def nowhere(_message: Any) -> None:
            return None

        headers = [pair for pair in scope["headers"] if pair[0] not in NOT_REPLAYED]
        copy = {**scope, "method": "GET", "headers": headers, "state": {**scope.get("state", {})}}
        work = self._renew(copy, EmptyRequest(), nowhere, Stale(key, entry, Patience()))
        task = self._refreshing[key] = asyncio.ensure_future(work)

        def forget(done: "asyncio.Future[Any]") -> None:
            self._refreshing.pop(key, None)
            if not done.cancelled():
                done.exception()  # the stale answer was served; the next request tries again

        task.add_done_callback(forget)

    async def _change(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an unsafe request through; where it succeeds, what it may have changed is dead."""

        async def watch(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [(name.lower(), value) for name, value in message["headers"]]
                if message["status"] in SUCCEEDED:
                    await self._shelf.invalidate(scope, headers)
            await send(message)

        await self.app(scope, receive, watch)

    def _now(self) -> float:
        return self._clock()

    def _may_stand_in(self, entry: Entry) -> bool:
        rules = read_rules(entry.status, entry.headers, self._now())
        age = self._now() - entry.stored_at
        allowed = age <= entry.ttl + rules.seconds("stale-if-error")
        return allowed and not rules.must_revalidate

    async def _send(self, scope: Scope, entry: Entry, how: bytes, send: Send) -> None:
        age = max(int(self._now() - entry.stored_at), 0)
        status, body = entry.status, entry.body
        headers = [*entry.headers, (b"age", b"%d" % min(age, LARGEST_DELTA))]
        headers.append((b"cache-status", self._name + b"; " + how))
        if _is_not_modified(scope["headers"], entry):
            status, body = NOT_MODIFIED, b""
            headers = [pair for pair in headers if pair[0] not in NOT_IN_304]
        else:
            headers.append((b"content-length", str(len(body)).encode()))
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _wish(headers: RawHeaders) -> dict[str, str | None]:
    """Read what the client asks of a cache."""
    control = header(headers, b"cache-control")
    if control is None and b"no-cache" in (header(headers, b"pragma") or b""):
        return {"no-cache": None}
    return directives(control)


def _is_fresh_enough(entry: Entry, rules: Rules, age: float, wish: dict[str, str | None]) -> bool:
    if "no-cache" in rules.control or "no-cache" in wish:
        return False
    seconds = {name: float(value) for name, value in wish.items() if value and value.isdecimal()}
    if age > seconds.get("max-age", age) or (
        "min-fresh" in seconds and entry.ttl - age < seconds["min-fresh"]
    ):
        return False
    if age < entry.ttl:
        return True
    allowed = seconds.get("max-stale", float("inf")) if "max-stale" in wish else -1.0
    return age - entry.ttl <= allowed and not rules.must_revalidate


def _conditional(scope: Scope, entry: Entry) -> Scope:
    """Put our validators in the place of the client's."""
    etag, modified = header(entry.headers, b"etag"), header(entry.headers, b"last-modified")
    if scope["method"] != "GET" or (etag is None and modified is None):
        return scope
    ours = [(b"if-none-match", etag), (b"if-modified-since", modified)]
    theirs = {b"if-none-match", b"if-modified-since"}
    headers = [pair for pair in scope["headers"] if pair[0] not in theirs]
    return {**scope, "headers": headers + [(name, value) for name, value in ours if value]}


def _is_not_modified(headers: RawHeaders, entry: Entry) -> bool:
    asked = header(headers, b"if-none-match")
    if asked is not None:
        etag = header(entry.headers, b"etag") or make_etag(entry.body)
        return matches_etag(asked, [etag])
    since = parse_date(header(headers, b"if-modified-since"))
    modified = parse_date(header(entry.headers, b"last-modified"))
    return since is not None and modified is not None and modified <= since


async def _send_empty(status: int, send: Send) -> None:
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
