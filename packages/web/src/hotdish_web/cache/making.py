"""Makes answers: one flight a key, in this process and over all workers of a shared store."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from starlette.types import ASGIApp

from hotdish_web.cache.breaker import Patience
from hotdish_web.cache.capture import Capture, make_entry
from hotdish_web.cache.compression import compress, is_compressible
from hotdish_web.cache.entry import Checked, Entry
from hotdish_web.cache.flight import Flight, Outcome
from hotdish_web.cache.headers import header, merge_vary, vary_names
from hotdish_web.cache.replay import EmptyRequest, replay_scope
from hotdish_web.cache.request import CacheRequest, Plan
from hotdish_web.cache.short_memory import ShortMemory
from hotdish_web.cache.tags import EVERYTHING
from hotdish_web.cache.tasks import end
from hotdish_web.cache.ticket import Ticket
from hotdish_web.cache.tiers import Tiers

LOG = logging.getLogger("hotdish_web.cache")

FAILURE_REST_S = 1.0
PASS_FOR_S = 10.0


@dataclass(frozen=True, slots=True)
class Job:
    """What a flight makes: the answer to a request, under a key, by an application."""

    app: ASGIApp
    request: CacheRequest
    key: str


class Maker:
    """Has every answer made once, whoever asks for it and whoever hangs up."""

    def __init__(self, tiers: Tiers, clock: Callable[[], float]) -> None:
        self.n_flights = 0
        self._tiers = tiers
        self._clock = clock
        self._flights: dict[str, Flight] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        # Whoever asks again right after a failure gets the same; whoever asks for what is not
        # for sharing does not wait for others.
        self._failed: ShortMemory[Outcome] = ShortMemory(FAILURE_REST_S, time.monotonic)
        self._passing: ShortMemory[bool] = ShortMemory(PASS_FOR_S, time.monotonic)

    def join(self, job: Job) -> tuple[Flight, bool]:
        """Give the flight that makes this answer, and tell if it was started for this request."""
        flight = self._flights.get(job.key)
        if flight is not None and flight.loop is asyncio.get_running_loop():
            return flight, False
        return self._take_off(job, has_leader=True), True

    def refresh(self, job: Job) -> None:
        """Make an answer new behind the clients who get the stale one."""
        if job.key not in self._flights and self.failure(job.key) is None:
            self._take_off(job, has_leader=False)

    def failure(self, key: str) -> Outcome | None:
        """Give how this failed a moment ago, if it did."""
        return self._failed.get(key)

    def forget_failures(self) -> None:
        """Try anew what failed a moment ago."""
        self._failed.clear()

    def is_for_one_client(self, key: str) -> bool:
        """Tell if the answer under this key turned out not to be for sharing."""
        return bool(self._passing.get(key))

    async def stop(self) -> None:
        """End all flights, as the application does."""
        await end([*(flight.task for flight in self._flights.values()), *self._tasks])
        self._flights.clear()

    def _take_off(self, job: Job, *, has_leader: bool) -> Flight:
        self.n_flights += 1

        async def work(flight: Flight) -> Outcome:
            try:
                outcome = await self._fetch_or_make(job, flight)
            except Exception as error:  # noqa: BLE001  # it is raised in every request that waits
                outcome = Outcome.of_error(error)
            if outcome.failed:
                self._failed.set(job.key, outcome)
            return outcome

        flight = self._flights[job.key] = Flight(work, has_leader=has_leader)

        def land(_task: asyncio.Task[None]) -> None:
            if self._flights.get(job.key) is flight:
                del self._flights[job.key]

        flight.task.add_done_callback(land)
        return flight

    async def _fetch_or_make(self, job: Job, flight: Flight) -> Outcome:
        """Take it from the shared store, or make it here, or wait for the worker that makes it."""
        patience, shared = Patience(), self._tiers.shared
        if shared is None:
            return await self._make(job, flight, patience)
        while True:
            if (entry := await self._fetch(job, patience)) is not None:
                return Outcome(entry, stored=True, from_store=True)
            async with self._tiers.lock(shared, job.key, patience) as is_ours:
                if is_ours:
                    # It may have come between our look and our lock.
                    if (entry := await self._fetch(job, patience)) is not None:
                        return Outcome(entry, stored=True, from_store=True)
                    return await self._make(job, flight, patience)
            await self._tiers.wait_until_freed(job.key)

    async def _fetch(self, job: Job, patience: Patience) -> Entry | None:
        entry = await self._tiers.fetch(job.key, patience)
        if entry is not None and entry.is_vary_marker:
            key = job.request.key_with(job.request.plan.vary + entry.vary)
            entry = await self._tiers.fetch(key, patience)
        if entry is None or self._clock() - entry.stored_at > entry.ttl:
            return None
        return entry

    async def _make(self, job: Job, flight: Flight, patience: Patience) -> Outcome:
        """Run the route once, detached from any client, and keep what it answers."""
        plan = job.request.plan
        ticket = Ticket(run=True, tiers=self._tiers, patience=patience)
        generations = await self._tiers.read_generations([EVERYTHING, plan.name], patience)
        capture = Capture(flight, plan.policy)
        await self._run_until_answered(job, ticket, capture)
        if capture.is_passed_on:
            self._passing.set(job.key, value=True)
            return Outcome()
        vary = _own_vary(capture, plan)
        entry, may_be_stored = make_entry(capture, plan.policy, self._clock())
        entry = replace(
            entry,
            headers=_tell_vary(entry, plan),
            vary=vary,
            vary_values=job.request.values_of(vary),
            generations=generations | ticket.generations,
            _variants={},
        )
        outcome = Outcome(entry, stored=may_be_stored)
        kept = self._keep(job.request, entry) if may_be_stored else {}
        flight.settle(outcome)  # nobody waits until other workers have it too
        await self._share(kept, plan)
        return outcome

    async def _run_until_answered(self, job: Job, ticket: Ticket, capture: Capture) -> None:
        """Run the route; its background tasks go on after the answer is there."""
        scope = replay_scope(job.request.scope, ticket)
        run = asyncio.ensure_future(job.app(scope, EmptyRequest(), capture.send))
        self._tasks.add(run)
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
                msg = f"{job.request.plan.name} sent no answer"
                raise RuntimeError(msg)

    def _end_run(self, run: "asyncio.Future[Any]") -> None:
        self._tasks.discard(run)
        if not run.cancelled() and (error := run.exception()) is not None:
            LOG.debug("A cached route failed", exc_info=error)

    def _keep(self, request: CacheRequest, entry: Entry) -> dict[str, Entry]:
        """Keep an answer in this process; give it, and what leads to it, by their keys."""
        plan = request.plan
        kept = {request.key_with(plan.vary + entry.vary): entry}
        if entry.vary:
            marker = replace(entry, status=0, headers=[], body=b"", checked=Checked(), _variants={})
            kept[request.key_with(plan.vary)] = marker
        for key, one in kept.items():
            self._tiers.remember(key, one)
        return kept

    async def _share(self, kept: dict[str, Entry], plan: Plan) -> None:
        """Give an answer to the other workers, and have it compressed."""
        for key, entry in kept.items():
            await self._tiers.share(key, entry)
            if plan.policy.encodings and is_compressible(entry):
                task = asyncio.create_task(self._compress(key, entry, plan))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _compress(self, key: str, entry: Entry, plan: Plan) -> None:
        smaller = await compress(entry, plan.policy.encodings)
        if self._tiers.find(key) is entry:
            self._tiers.remember(key, smaller)
            await self._tiers.share(key, smaller)


def _own_vary(capture: Capture, plan: Plan) -> tuple[bytes, ...]:
    """Give the names in the route's own Vary that are not in the key already."""
    names = vary_names(header(capture.headers, b"vary"))
    return tuple(name for name in names if name not in plan.vary)


def _tell_vary(entry: Entry, plan: Plan) -> list[tuple[bytes, bytes]]:
    """Name in Vary what else this cache tells answers apart by, for caches in front of it."""
    if not plan.told:
        return entry.headers
    vary = merge_vary(header(entry.headers, b"vary"), *plan.told)
    return [*(pair for pair in entry.headers if pair[0] != b"vary"), (b"vary", vary)]
