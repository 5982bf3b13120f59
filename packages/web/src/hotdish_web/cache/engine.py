"""Answers requests from the cache: fresh, stale, or by one flight for all who ask."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from hotdish_web.cache.capture import Capture, make_entry
from hotdish_web.cache.compression import compress, is_compressible
from hotdish_web.cache.entry import Checked, Entry
from hotdish_web.cache.flight import Flight, Outcome
from hotdish_web.cache.headers import RawHeaders, header, negotiate, vary_names
from hotdish_web.cache.replay import LEFT_BY_ROUTING, EmptyRequest, replay_scope
from hotdish_web.cache.request import READERS, CacheRequest, Plan
from hotdish_web.cache.respond import send_entry, send_unstored, with_cache_status
from hotdish_web.cache.short_memory import ShortMemory
from hotdish_web.cache.tags import EVERYTHING
from hotdish_web.cache.ticket import TICKET, Ticket
from hotdish_web.cache.tiers import Tiers

LOG = logging.getLogger("hotdish_web.cache")

FAILURE_REST_S = 1.0
PASS_FOR_S = 10.0
MOST_TRIES = 3


@dataclass(slots=True)
class Counts:
    """What happened to requests since the cache was made."""

    hits: int = 0
    stale: int = 0
    misses: int = 0
    collapsed: int = 0
    bypassed: int = 0
    flights: int = 0


class Engine:
    """The cache's way of answering; one for each `ResponseCache`."""

    def __init__(self, tiers: Tiers, name: str, clock: Callable[[], float] = time.time) -> None:
        self.tiers = tiers
        self.counts = Counts()
        self._clock = clock
        self._name = name.encode()
        self._flights: dict[str, Flight] = {}
        self._runs: set[asyncio.Task[Any]] = set()
        # Whoever asks again right after a failure gets the same; whoever asks for what is not
        # for sharing does not wait for others.
        self._failed: ShortMemory[Outcome] = ShortMemory(FAILURE_REST_S, time.monotonic)
        self._passing: ShortMemory[bool] = ShortMemory(PASS_FOR_S, time.monotonic)

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
            age = self._clock() - entry.stored_at
            if age <= entry.ttl:
                self.counts.hits += 1
                await send_entry(request, entry, age, self._hit(entry, age), send)
                return
            if age <= entry.ttl + entry.swr:
                self.counts.stale += 1
                self._refresh(app, request, key)
                status = self._hit(entry, age) + b"; detail=refreshing"
                await send_entry(request, entry, age, status, send)
                return
        await self._answer_by_flight(app, request, send)

    async def stop(self) -> None:
        """End all flights, as the application does."""
        tasks = [*(flight.task for flight in self._flights.values()), *self._runs]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._flights.clear()

    def forget_failures(self) -> None:
        """Try anew what failed a moment ago."""
        self._failed.clear()

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
        entry = self.tiers.find(plan.base_key(scope["path"], scope["query_string"]))
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
            if self._passing.get(key):
                break
            outcome, flight, leads = await self._outcome(app, request, key)
            if outcome.failed and stale is not None and self._may_stand_in(stale):
                self.counts.stale += 1
                age = self._clock() - stale.stored_at
                status = self._hit(stale, age) + b"; detail=error"
                await send_entry(request, stale, age, status, send)
                return
            if outcome.error is not None:
                raise outcome.error
            entry = outcome.entry
            if entry is None and flight is not None and leads:
                await self._stream(flight, send)
                return
            if entry is None:
                break
            if entry.vary_values == request.values_of(entry.vary):
                self.counts.misses += 1
                await self._send_outcome(request, outcome, entry, leads=leads, send=send)
                return
        self.counts.misses += 1
        await self._run_alone(app, request, "fwd=uri-miss", send)

    async def _outcome(
        self, app: ASGIApp, request: CacheRequest, key: str
    ) -> tuple[Outcome, Flight | None, bool]:
        failed = self._failed.get(key)
        if failed is not None:
            return failed, None, False
        flight = self._flights.get(key)
        leads = flight is None or flight.loop is not asyncio.get_running_loop()
        if flight is None or leads:
            flight = self._take_off(app, request, key, has_leader=True)
        else:
            self.counts.collapsed += 1
        try:
            return await flight.outcome(), flight, leads
        except asyncio.CancelledError:
            if leads:
                flight.leave()
            raise

    async def _stream(self, flight: Flight, send: Send) -> None:
        """Send what is for this client only, as it comes."""
        try:
            async for message in flight.stream():
                if message["type"] == "http.response.start":
                    message["headers"] = [
                        *message["headers"],
                        (b"cache-status", self._name + b"; fwd=uri-miss"),
                    ]
                await send(message)
        finally:
            flight.leave()

    async def _send_outcome(
        self, request: CacheRequest, outcome: Outcome, entry: Entry, *, leads: bool, send: Send
    ) -> None:
        status = self._name + b"; fwd=uri-miss"
        if outcome.from_store:
            age = self._clock() - entry.stored_at
            await send_entry(request, entry, age, self._hit(entry, age), send)
            return
        if not leads:
            status += b"; collapsed"
        if outcome.stored:
            await send_entry(request, entry, 0, status + b"; stored", send)
        else:
            await send_unstored(request, entry, status, send)

    def _may_stand_in(self, stale: Entry) -> bool:
        return self._clock() - stale.stored_at <= stale.ttl + stale.sie

    def _hit(self, entry: Entry, age: float) -> bytes:
        return b"%s; hit; ttl=%d" % (self._name, entry.ttl - age)

    def _refresh(self, app: ASGIApp, request: CacheRequest, key: str) -> None:
        flight = self._flights.get(key)
        if flight is None and self._failed.get(key) is None:
            self._take_off(app, request, key, has_leader=False)

    def _take_off(
        self, app: ASGIApp, request: CacheRequest, key: str, *, has_leader: bool
    ) -> Flight:
        self.counts.flights += 1

        async def work(flight: Flight) -> Outcome:
            outcome = await self._fetch_or_make(app, request, key, flight)
            if outcome.failed:
                self._failed.set(key, outcome)
            return outcome

        async def guarded(flight: Flight) -> Outcome:
            try:
                return await work(flight)
            except Exception as error:
                self._failed.set(key, Outcome(error=error))
                raise

        flight = self._flights[key] = Flight(guarded, has_leader=has_leader)

        def land(_task: asyncio.Task[None]) -> None:
            if self._flights.get(key) is flight:
                del self._flights[key]

        flight.task.add_done_callback(land)
        return flight

    async def _fetch_or_make(
        self, app: ASGIApp, request: CacheRequest, key: str, flight: Flight
    ) -> Outcome:
        """Take it from the shared store, or make it here, or wait for the worker that makes it."""
        if self.tiers.shared is None:
            return await self._make(app, request, key, flight)
        while True:
            if (entry := await self._fetch(request, key)) is not None:
                return Outcome(entry, stored=True, from_store=True)
            async with self.tiers.lock(key) as is_ours:
                if is_ours:
                    # It may have come between our look and our lock.
                    if (entry := await self._fetch(request, key)) is not None:
                        return Outcome(entry, stored=True, from_store=True)
                    return await self._make(app, request, key, flight)
            await self.tiers.wait_until_freed(key)

    async def _fetch(self, request: CacheRequest, key: str) -> Entry | None:
        entry = await self.tiers.fetch(key)
        if entry is not None and entry.is_vary_marker:
            entry = await self.tiers.fetch(request.key_with(request.plan.vary + entry.vary))
        if entry is None or self._clock() - entry.stored_at > entry.ttl:
            return None
        return entry

    async def _make(self, app: ASGIApp, request: CacheRequest, key: str, flight: Flight) -> Outcome:
        """Run the route once, detached from any client, and keep what it answers."""
        plan, ticket = request.plan, Ticket(run=True, tiers=self.tiers)
        generations = await self.tiers.read_generations([EVERYTHING, plan.name])
        capture = Capture(flight, plan.policy)
        await self._run_until_answered(app, request, ticket, capture)
        if capture.is_passed_on:
            self._passing.set(key, value=True)
            return Outcome()
        vary = _own_vary(capture, plan)
        entry, may_be_stored = make_entry(capture, plan.policy, self._clock())
        entry = replace(entry, vary=vary, vary_values=request.values_of(vary), _variants={})
        if not may_be_stored:
            return Outcome(entry)
        entry = replace(entry, generations=generations | ticket.generations)
        await self._keep(request, entry)
        return Outcome(entry, stored=True)

    async def _run_until_answered(
        self, app: ASGIApp, request: CacheRequest, ticket: Ticket, capture: Capture
    ) -> None:
        """Run the route; its background tasks go on after the answer is there."""
        scope = replay_scope(request.scope, ticket)
        run = asyncio.ensure_future(app(scope, EmptyRequest(), capture.send))
        self._runs.add(run)
        run.add_done_callback(self._end_run)
        done = asyncio.create_task(capture.done.wait())
        try:
            await asyncio.wait({run, done}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            run.cancel()
            raise
        finally:
            done.cancel()
        if run.done() and not capture.done.is_set():
            run.result()  # raises what the route raised
            if not capture.is_passed_on:
                msg = f"{request.plan.name} sent no answer"
                raise RuntimeError(msg)

    def _end_run(self, run: "asyncio.Future[Any]") -> None:
        self._runs.discard(run)
        if not run.cancelled() and (error := run.exception()) is not None:
            LOG.debug("A cached route failed", exc_info=error)

    async def _keep(self, request: CacheRequest, entry: Entry) -> None:
        plan = request.plan
        key = request.key_with(plan.vary + entry.vary)
        if entry.vary:
            marker = replace(entry, status=0, headers=[], body=b"", checked=Checked(), _variants={})
            await self.tiers.keep(request.key_with(plan.vary), marker)
        await self.tiers.keep(key, entry)
        if plan.policy.encodings and is_compressible(entry):
            task = asyncio.create_task(self._compress(key, entry, plan.policy.encodings))
            self._runs.add(task)
            task.add_done_callback(self._runs.discard)

    async def _compress(self, key: str, entry: Entry, encodings: tuple[str, ...]) -> None:
        smaller = await compress(entry, encodings)
        if self.tiers.find(key) is entry:
            await self.tiers.keep(key, smaller)

    async def _run_alone(
        self, app: ASGIApp, request: CacheRequest, status: str, send: Send
    ) -> None:
        """Run the route for this one client, as if there were no cache."""
        scope = dict(request.scope)
        for name in LEFT_BY_ROUTING:
            scope.pop(name, None)
        scope[TICKET] = Ticket(run=True)
        send = with_cache_status(send, self._name + b"; " + status.encode())
        await app(scope, request.receive, send)


def _own_vary(capture: Capture, plan: Plan) -> tuple[bytes, ...]:
    """Give the names in the route's own Vary that are not in the key already."""
    names = vary_names(header(capture.headers, b"vary"))
    return tuple(name for name in names if name not in plan.vary)
