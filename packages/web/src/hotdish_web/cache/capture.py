"""Catches what a route sends, and judges if it may be kept, shared, or concerns one client."""

import asyncio
import random
from dataclasses import dataclass

from starlette.types import Message

from hotdish_web.cache.entry import Entry
from hotdish_web.cache.flight import Flight
from hotdish_web.cache.headers import RawHeaders, directives, header, lifetime, vary_names
from hotdish_web.cache.policy import NEGATIVE, STORABLE, CachePolicy

# Made anew for each client, or true for one connection only.
NOT_KEPT = frozenset(
    {b"date", b"server", b"age", b"connection", b"keep-alive", b"transfer-encoding", b"trailer"}
    | {b"te", b"upgrade", b"proxy-authenticate", b"proxy-authorization", b"cache-status"}
)
PARTIAL = 206
LEAST_JITTERED_S = 20.0


@dataclass(slots=True)
class Lifetimes:
    """How long an answer is fresh, and how long it may be served after that."""

    ttl: float
    swr: float
    sie: float


class Capture:
    """The `send` of a flight."""

    def __init__(self, flight: Flight, policy: CachePolicy) -> None:
        self.done = asyncio.Event()
        self.is_passed_on = False
        self.status = 0
        self.headers: RawHeaders = []
        self._flight = flight
        self._policy = policy
        self._start: Message = {}
        self._chunks: list[bytes] = []
        self._n_bytes = 0

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self._chunks)

    async def send(self, message: Message) -> None:
        """Take one ASGI message."""
        if self.is_passed_on:
            await self._flight.pass_on(message)
        elif message["type"] == "http.response.start":
            self._start = message
            self.status = message["status"]
            self.headers = [(name.lower(), value) for name, value in message["headers"]]
            if is_for_one_client(self.status, self.headers, self._policy.max_bytes):
                await self._pass_on()
        else:  # there is only one other kind: a replay has no extensions
            await self._take_body(message)

    async def _take_body(self, message: Message) -> None:
        chunk = message.get("body", b"")
        self._chunks.append(chunk)
        self._n_bytes += len(chunk)
        if self._n_bytes > self._policy.max_bytes:
            await self._pass_on(more=message.get("more_body", False))
        elif not message.get("more_body", False):
            self.done.set()

    async def _pass_on(self, *, more: bool = True) -> None:
        self.is_passed_on = True
        await self._flight.pass_on(self._start)
        if self._chunks:
            body = self.body
            self._chunks.clear()
            await self._flight.pass_on(
                {"type": "http.response.body", "body": body, "more_body": more}
            )


def is_for_one_client(status: int, headers: RawHeaders, max_bytes: int) -> bool:
    """Tell if an answer must not be shared, or is a stream that nobody wants to wait for."""
    control = directives(header(headers, b"cache-control"))
    length = header(headers, b"content-length") or b"0"
    return (
        status == PARTIAL
        or header(headers, b"set-cookie") is not None
        or not control.keys().isdisjoint({"private", "no-store", "no-cache"})
        or b"*" in vary_names(header(headers, b"vary"))
        or (header(headers, b"content-type") or b"").startswith(b"text/event-stream")
        or (length.isdigit() and int(length) > max_bytes)
    )


def lifetimes(status: int, headers: RawHeaders, policy: CachePolicy) -> Lifetimes | None:
    """Say how long an answer lives; None if it is not to be stored.

    What the route itself says in Cache-Control counts more than the policy.
    """
    if status in NEGATIVE and policy.negative_ttl > 0:
        return Lifetimes(policy.negative_ttl, 0.0, 0.0)
    if status not in STORABLE:
        return None
    control = directives(header(headers, b"cache-control"))
    told = [lifetime(control, name) for name in ("s-maxage", "max-age")]
    ttl = next((value for value in told if value is not None), policy.ttl)
    swr = lifetime(control, "stale-while-revalidate")
    sie = lifetime(control, "stale-if-error")
    lives = Lifetimes(ttl, policy.swr if swr is None else swr, policy.sie if sie is None else sie)
    return lives if lives.ttl + lives.swr + lives.sie > 0 else None


def make_entry(capture: Capture, policy: CachePolicy, now: float) -> tuple[Entry, bool]:
    """Make the entry of a captured answer, and say if it may be stored."""
    lives = lifetimes(capture.status, capture.headers, policy)
    headers = [pair for pair in capture.headers if pair[0] not in NOT_KEPT]
    if lives is None:
        entry = Entry(capture.status, headers, capture.body, now, 0.0)
        return entry, False
    if header(headers, b"cache-control") is None:
        headers.append((b"cache-control", policy.cache_control(lives.ttl)))
    entry = Entry(
        capture.status,
        headers,
        capture.body,
        stored_at=now,
        ttl=jittered(lives.ttl),
        swr=lives.swr,
        sie=lives.sie,
    )
    return entry, True


def jittered(ttl: float) -> float:
    """Shorten a ttl by up to 5 %, so that what was stored together does not end together."""
    if ttl < LEAST_JITTERED_S:
        return ttl
    return ttl * (1 - 0.05 * random.random())  # noqa: S311  # no secret hangs on it
