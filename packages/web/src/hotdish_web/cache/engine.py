"""Answers requests from the cache: fresh, stale, or by one flight for all who ask."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotdish_web.cache.entry import Entry
from hotdish_web.cache.flight import Flight, Outcome
from hotdish_web.cache.headers import RawHeaders, negotiate
from hotdish_web.cache.making import Job, Maker
from hotdish_web.cache.replay import LEFT_BY_ROUTING
from hotdish_web.cache.request import READERS, CacheRequest, Plan
from hotdish_web.cache.respond import send_entry, send_unstored, with_cache_status
from hotdish_web.cache.ticket import TICKET, Ticket
from hotdish_web.cache.tiers import Tiers

MOST_TRIES = 3


@dataclass(slots=True)
class Counts:
    """What happened to requests since the cache was made."""

    hits: int = 0
    stale: int = 0
    misses: int = 0
    collapsed: int = 0
    bypassed: int = 0


class Engine:
    """The cache's way of answering; one for each `ResponseCache`."""

    def __init__(self, tiers: Tiers, name: str, clock: Callable[[], float] = time.time) -> None:
        self.tiers = tiers
        self.maker = Maker(tiers, self._now)
        self.counts = Counts()
        self._clock = clock
        self._name = name.encode()

    async def answer(
        self, app: ASGIApp, plan: Plan, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer one request to a cached route. `app` is what a miss is replayed through."""
        hit = self._find_at_once(plan, scope)
        if hit is not None:
            self.counts.hits += 1
            await send({"type": "http.response.start", "status": hit[0], "headers": hit[1]})
            await send({"type": "http.response.body", "body": hit[2]})
            return
        request = CacheRequest.read(plan, scope, receive)
        if request.bypass is not None:
            self.counts.bypassed += 1
            await self._run_alone(app, request, f"fwd=bypass; detail={request.bypass}", send)
            return
        key, entry = self._find(request)
        if entry is not None:
            age = self._now() - entry.stored_at
            if age <= entry.ttl:
                self.counts.hits += 1
                await send_entry(request, entry, age, self._hit(entry, age), send)
                return
            if age <= entry.ttl + entry.swr:
                self.counts.stale += 1
                self.maker.refresh(Job(app, request, key))
                status = self._hit(entry, age) + b"; detail=refreshing"
                await send_entry(request, entry, age, status, send)
                return
        await self._answer_by_flight(app, request, send)

    def bypassed(self, message: Message, reason: str) -> Message:
        """Count an answer that goes past the cache, and say so in its head."""
        if message["type"] != "http.response.start":
            return message
        self.counts.bypassed += 1
        return self._with_status(message, f"fwd=bypass; detail={reason}")

    def _find_at_once(self, plan: Plan, scope: Scope) -> tuple[int, RawHeaders, bytes] | None:
        """Give a fresh answer to a request that asks for nothing special: the usual one."""
        accept_encoding = b""
        for name, value in scope["headers"]:
            if name in READERS:
                if name != b"accept-encoding" or accept_encoding:
                    return None
                accept_encoding = value
        if plan.vary:
            return None
        entry = self.tiers.find(plan.base_key(scope))
        if entry is None or entry.is_vary_marker:
            return None
        age = self._clock() - entry.stored_at
        if age > entry.ttl:
            return None
        encoding = None
        if accept_encoding and entry.encoded:
            encoding = negotiate(accept_encoding, tuple(entry.encoded))
        variant = entry.variant(encoding)
        headers = variant.headers_at(max(age, 0), entry.ttl, self._name)
        return entry.status, headers, b"" if scope["method"] == "HEAD" else variant.body

    def _find(self, request: CacheRequest) -> tuple[str, Entry | None]:
        """Look in memory; where the route varies, under the key with these headers' values."""
        key = request.key_with(request.plan.vary)
        entry = self.tiers.find(key)
        if entry is not None and entry.is_vary_marker:
            key = request.key_with(request.plan.vary + entry.vary)
            entry = self.tiers.find(key)
        return key, entry

    async def _answer_by_flight(self, app: ASGIApp, request: CacheRequest, send: Send) -> None:
        for _ in range(MOST_TRIES):
            key, stale = self._find(request)
            if self.maker.is_for_one_client(key):
                break
            outcome, flight = await self._outcome(Job(app, request, key))
            if outcome.failed and stale is not None and self._may_stand_in(stale):
                self.counts.stale += 1
                age = self._now() - stale.stored_at
                status = self._hit(stale, age) + b"; detail=error"
                await send_entry(request, stale, age, status, send)
                return
            if outcome.error is not None:
                # As it was first raised: it would grow with each request that raises it again.
                raise outcome.error.with_traceback(outcome.traceback)
            entry = outcome.entry
            if entry is None and flight is not None:
                await self._stream(flight, send)
                return
            if entry is None:
                break
            if entry.vary_values == request.values_of(entry.vary):
                self.counts.misses += 1
                leads = flight is not None
                await self._send_outcome(request, outcome, entry, leads=leads, send=send)
                return
        self.counts.misses += 1
        await self._run_alone(app, request, "fwd=uri-miss", send)

    async def _outcome(self, job: Job) -> tuple[Outcome, Flight | None]:
        """Wait for an answer; with the flight that makes it, if this request leads it."""
        failed = self.maker.failure(job.key)
        if failed is not None:
            return failed, None
        flight, leads = self.maker.join(job)
        if not leads:
            self.counts.collapsed += 1
        try:
            return await flight.outcome(), flight if leads else None
        except asyncio.CancelledError:
            if leads:
                flight.leave()
            raise

    async def _stream(self, flight: Flight, send: Send) -> None:
        """Send what is for this client only, as it comes."""
        try:
            async for message in flight.stream():
                await send(self._with_status(message, "fwd=uri-miss"))
        finally:
            flight.leave()

    async def _send_outcome(
        self, request: CacheRequest, outcome: Outcome, entry: Entry, *, leads: bool, send: Send
    ) -> None:
        status = self._name + b"; fwd=uri-miss"
        if outcome.from_store:
            age = self._now() - entry.stored_at
            await send_entry(request, entry, age, self._hit(entry, age), send)
            return
        if not leads:
            status += b"; collapsed"
        if outcome.stored:
            await send_entry(request, entry, 0, status + b"; stored", send)
        else:
            await send_unstored(request, entry, status, send)

    async def _run_alone(
        self, app: ASGIApp, request: CacheRequest, status: str, send: Send
    ) -> None:
        """Run the route for this one client, as if there were no cache."""

        async def send_with_status(message: Message) -> None:
            await send(self._with_status(message, status))

        scope = {key: value for key, value in request.scope.items() if key not in LEFT_BY_ROUTING}
        scope[TICKET] = Ticket(run=True)
        await app(scope, request.receive, send_with_status)

    def _now(self) -> float:
        return self._clock()

    def _may_stand_in(self, stale: Entry) -> bool:
        return self._now() - stale.stored_at <= stale.ttl + stale.sie

    def _hit(self, entry: Entry, age: float) -> bytes:
        return b"%s; hit; ttl=%d" % (self._name, entry.ttl - age)

    def _with_status(self, message: Message, status: str) -> Message:
        return with_cache_status(message, self._name + b"; " + status.encode())
