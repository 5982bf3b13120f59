"""The ASGI layer of `mode="rfc"`: reuse, validate, freshen, invalidate."""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from hotdish_web.cache.entry import Entry, make_etag
from hotdish_web.cache.headers import RawHeaders, directives, header, matches_etag, vary_names
from hotdish_web.cache.replay import NOT_REPLAYED, EmptyRequest
from hotdish_web.cache.rfc.exchange import Answer, ask_origin, freshened, stored_headers
from hotdish_web.cache.rfc.freshness import (
    LARGEST_DELTA,
    Rules,
    initial_age,
    may_store,
    parse_date,
    read_rules,
)
from hotdish_web.cache.tags import EVERYTHING
from hotdish_web.cache.tiers import Tiers

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
NOT_MODIFIED = 304
GATEWAY_TIMEOUT = 504
NOT_IN_304 = frozenset({b"content-type", b"content-encoding", b"content-length"})
MAX_BYTES = 8 * 1024 * 1024


class RfcLayer:
    """A shared HTTP cache in front of any ASGI application."""

    def __init__(
        self, app: ASGIApp, tiers: Tiers, name: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.app = app
        self._tiers = tiers
        self._name = name.encode()
        self._clock = clock
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
        key, entry = await self._find(scope)
        now = self._clock()
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
        await self._forward(scope, receive, send, key, entry)

    async def _forward(
        self, scope: Scope, receive: Receive, send: Send, key: str, entry: Entry | None
    ) -> None:
        """Ask the application, with our validators if we hold an answer that has some."""
        asked = _conditional(scope, entry) if entry is not None else scope
        sent_at = self._clock()
        try:
            answer = await ask_origin(self.app, asked, receive, send, MAX_BYTES)
        except Exception:
            if entry is None or not self._may_stand_in(entry):
                raise
            await self._send(scope, entry, b"fwd=stale; detail=error", send)
            return
        if answer.is_passed_on:
            return
        server_error = 500
        if entry is not None and answer.status >= server_error and self._may_stand_in(entry):
            await self._send(scope, entry, b"fwd=stale; detail=error", send)
            return
        if entry is not None and answer.status == NOT_MODIFIED and asked is not scope:
            entry = await self._freshen(scope, key, entry, answer, sent_at)
            await self._send(scope, entry, b"fwd=stale; fwd-status=304", send)
            return
        stored = await self._store(scope, answer, sent_at)
        status = b"fwd=" + (b"uri-miss" if entry is None else b"stale")
        await self._pass(answer, status + (b"; stored" if stored else b""), send)

    async def _store(self, scope: Scope, answer: Answer, sent_at: float) -> bool:
        now = self._clock()
        rules = read_rules(answer.status, answer.headers, now)
        authorized = header(scope["headers"], b"authorization") is not None
        if scope["method"] != "GET" or "no-store" in directives(
            header(scope["headers"], b"cache-control")
        ):
            return False
        if not may_store(answer.status, answer.headers, rules, is_authorized=authorized):
            return False
        headers = stored_headers(answer.headers)
        await self._keep(scope, answer.status, headers, answer.body, rules, answer, sent_at)
        return True

    async def _keep(  # noqa: PLR0913, PLR0917  # one answer in its parts, from two callers
        self,
        scope: Scope,
        status: int,
        headers: RawHeaders,
        body: bytes,
        rules: Rules,
        answer: Answer,
        sent_at: float,
    ) -> Entry:
        now = self._clock()
        uri = _uri(scope)
        names = vary_names_all(header(headers, b"vary"))
        generations = await self._tiers.read_generations([EVERYTHING, f"uri:{uri}"])
        entry = Entry(
            status,
            headers,
            body,
            stored_at=now - initial_age(answer.headers, now, now - sent_at),
            ttl=rules.lifetime if "no-cache" not in rules.control else 0.0,
            # A stale answer is still worth keeping: it may be validated.
            swr=float(LARGEST_DELTA) / 1000,
            generations=generations,
            vary=names,
        )
        if names:
            marker = Entry(0, [], b"", now, entry.ttl, entry.swr, vary=names)
            await self._tiers.keep(uri, marker)
        await self._tiers.keep(_key(uri, names, scope), entry)
        return entry

    async def _freshen(
        self, scope: Scope, key: str, entry: Entry, answer: Answer, sent_at: float
    ) -> Entry:
        """Take over what a 304 says, and begin to count anew."""
        headers = freshened(entry.headers, answer.headers)
        rules = read_rules(entry.status, headers, self._clock())
        if "no-store" in rules.control or "private" in rules.control:
            self._tiers.memory.delete(key)
            return Entry(entry.status, headers, entry.body, self._clock(), 0.0)
        return await self._keep(scope, entry.status, headers, entry.body, rules, answer, sent_at)

    async def _find(self, scope: Scope) -> tuple[str, Entry | None]:
        key = _uri(scope)
        entry = self._tiers.find(key) or await self._tiers.fetch(key)
        if entry is not None and entry.is_vary_marker:
            key = _key(key, entry.vary, scope)
            entry = self._tiers.find(key) or await self._tiers.fetch(key)
        return key, entry

    def _refresh(self, scope: Scope, key: str, entry: Entry) -> None:
        """Make an answer new behind the back of the client who got the stale one."""
        if key in self._refreshing:
            return

        async def nowhere(_message: Any) -> None:
            return None

        headers = [pair for pair in scope["headers"] if pair[0] not in NOT_REPLAYED]
        copy = {**scope, "method": "GET", "headers": headers, "state": {**scope.get("state", {})}}
        work = self._forward(copy, EmptyRequest(), nowhere, key, entry)
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
                await self._invalidate(scope, message["status"], headers)
            await send(message)

        await self.app(scope, receive, watch)

    async def _invalidate(self, scope: Scope, status: int, headers: RawHeaders) -> None:
        lowest, highest = 200, 399
        if not lowest <= status <= highest:
            return
        uri = _uri(scope)
        uris = {uri}
        host = (header(scope["headers"], b"host") or b"").decode("latin-1")
        for name in (b"location", b"content-location"):
            value = header(headers, name)
            if value is None:
                continue
            target = urlsplit(urljoin(f"http://{host}{uri}", value.decode("latin-1")))
            if target.netloc == host:
                uris.add(target.path + (f"?{target.query}" if target.query else ""))
        for one in uris:
            await self._tiers.invalidate(f"uri:{one}")

    def _may_stand_in(self, entry: Entry) -> bool:
        rules = read_rules(entry.status, entry.headers, self._clock())
        age = self._clock() - entry.stored_at
        allowed = age <= entry.ttl + rules.seconds("stale-if-error")
        return allowed and not rules.must_revalidate

    async def _send(self, scope: Scope, entry: Entry, how: bytes, send: Send) -> None:
        age = max(int(self._clock() - entry.stored_at), 0)
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

    async def _pass(self, answer: Answer, how: bytes, send: Send) -> None:
        headers = [*answer.headers, (b"cache-status", self._name + b"; " + how)]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


def vary_names_all(value: bytes | None) -> tuple[bytes, ...]:
    """Give the names in Vary, Accept-Encoding among them: here the origin sees to encodings."""
    encoding = (b"accept-encoding",) if b"accept-encoding" in (value or b"").lower() else ()
    return tuple(sorted({*vary_names(value), *encoding}))


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


def _uri(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].decode("latin-1").partition("?")[0]
    return f"{path}?{query}" if query else path


def _key(uri: str, names: tuple[bytes, ...], scope: Scope) -> str:
    if not names:
        return uri
    values = [b",".join(v.strip() for k, v in scope["headers"] if k == name) for name in names]
    parts = (n + b"=" + b" ".join(v.split()) for n, v in zip(names, values, strict=True))
    return uri + " " + b"&".join(parts).hex()


async def _send_empty(status: int, send: Send) -> None:
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
