"""What is kept under which key: storing, finding, freshening and invalidating."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, urldefrag, urljoin

from starlette.types import Scope

from hotdish_web.cache.breaker import Patience
from hotdish_web.cache.entry import Entry
from hotdish_web.cache.headers import RawHeaders, directives, header, vary_names
from hotdish_web.cache.rfc.exchange import Answer, freshened, stored_headers
from hotdish_web.cache.rfc.freshness import (
    LARGEST_DELTA,
    initial_age,
    may_store,
    read_rules,
)
from hotdish_web.cache.tags import EVERYTHING
from hotdish_web.cache.tiers import Tiers


class Shelf:
    """The answers of an origin, by address and, where they vary, by the headers they vary on."""

    def __init__(self, tiers: Tiers, clock: Callable[[], float]) -> None:
        self._tiers = tiers
        self._clock = clock

    async def find(self, scope: Scope, patience: Patience) -> tuple[str, Entry | None]:
        """Give the answer that a request selects, and its key."""
        key = _uri(scope)
        entry = await self._look_up(key, patience)
        if entry is not None and entry.is_vary_marker:
            key = _key(key, entry.vary, scope)
            entry = await self._look_up(key, patience)
        return key, entry

    async def store(self, scope: Scope, answer: Answer, patience: Patience) -> bool:
        """Keep what the origin answered, if a shared cache may; tell if it did."""
        rules = read_rules(answer.status, answer.headers, self._clock())
        authorized = header(scope["headers"], b"authorization") is not None
        if scope["method"] != "GET" or "no-store" in directives(
            header(scope["headers"], b"cache-control")
        ):
            return False
        if not may_store(answer.status, answer.headers, rules, is_authorized=authorized):
            return False
        headers = stored_headers(answer.headers)
        entry = self._make_entry(answer.status, headers, answer.body, answer)
        await self._keep(scope, entry, patience)
        return True

    async def freshen(
        self, scope: Scope, key: str, entry: Entry, answer: Answer, patience: Patience
    ) -> Entry:
        """Take over what a 304 says, and begin to count anew."""
        headers = freshened(entry.headers, answer.headers)
        control = read_rules(entry.status, headers, self._clock()).control
        if "no-store" in control or "private" in control:
            self._tiers.memory.delete(key)
            return Entry(entry.status, headers, entry.body, self._clock(), 0.0)
        newer = self._make_entry(entry.status, headers, entry.body, answer)
        return await self._keep(scope, newer, patience)

    async def invalidate(self, scope: Scope, headers: RawHeaders) -> None:
        """Drop what an unsafe request may have changed: its address, and those it names."""
        patience = Patience()
        uri = _uri(scope)
        uris = {uri}
        for name in (b"location", b"content-location"):
            value = header(headers, name)
            if value is not None:
                target = urljoin(uri, value.decode("latin-1"))
                uris.add(urldefrag(target).url)
        origin = uri.split("/", 3)[:3]
        for one in uris:
            if one.split("/", 3)[:3] == origin:
                await self._tiers.invalidate(f"uri:{one}", patience)

    async def _look_up(self, key: str, patience: Patience) -> Entry | None:
        return self._tiers.find(key) or await self._tiers.fetch(key, patience)

    def _make_entry(self, status: int, headers: RawHeaders, body: bytes, answer: Answer) -> Entry:
        now = self._clock()
        rules = read_rules(status, headers, now)
        return Entry(
            status,
            headers,
            body,
            stored_at=now - initial_age(answer.headers, now, now - answer.sent_at),
            ttl=rules.lifetime if "no-cache" not in rules.control else 0.0,
            # A stale answer is still worth keeping: it may be validated.
            swr=float(LARGEST_DELTA) / 1000,
            vary=vary_names_all(header(headers, b"vary")),
        )

    async def _keep(self, scope: Scope, entry: Entry, patience: Patience) -> Entry:
        uri = _uri(scope)
        generations = await self._tiers.read_generations([EVERYTHING, f"uri:{uri}"], patience)
        entry = replace(entry, generations=generations, _variants={})
        kept = {_key(uri, entry.vary, scope): entry}
        if entry.vary:
            kept[uri] = Entry(0, [], b"", self._clock(), entry.ttl, entry.swr, vary=entry.vary)
        for key, one in kept.items():
            self._tiers.remember(key, one)
            await self._tiers.share(key, one, patience)
        return entry


def vary_names_all(value: bytes | None) -> tuple[bytes, ...]:
    """Give the names in Vary, Accept-Encoding among them: here the origin sees to encodings."""
    encoding = (b"accept-encoding",) if b"accept-encoding" in (value or b"").lower() else ()
    return tuple(sorted({*vary_names(value), *encoding}))


def _uri(scope: Scope) -> str:
    """Give the address that was asked for, as the client wrote it."""
    host = quote(header(scope["headers"], b"host") or b"", safe=":[]")
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    query = scope["query_string"].decode("latin-1")
    return f"{scope['scheme']}://{host}{path}" + (f"?{query}" if query else "")


def _key(uri: str, names: tuple[bytes, ...], scope: Scope) -> str:
    if not names:
        return uri
    values = [b",".join(v.strip() for k, v in scope["headers"] if k == name) for name in names]
    parts = (n + b"=" + b" ".join(v.split()) for n, v in zip(names, values, strict=True))
    return uri + " " + b"&".join(parts).hex()
