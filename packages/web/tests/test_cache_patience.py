"""No request waits longer than 0.3 s for a shared store that is ill: counted in virtual time."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Response
from tests.servers import free_port
from web_testing.in_process_store import InProcessStore, Place
from web_testing.virtual_time import run

from hotdish_web import MemoryStore, RedisStore, ResponseCache, cache_response
from hotdish_web.cache.breaker import Patience
from hotdish_web.cache.stores.store import Freed, SharedStore
from hotdish_web.cache.tiers import Tiers

LONGEST_S = 0.3
SILENT, REFUSED = False, True
# What a first request asks of the store: get, lock, get again, the generations of the route,
# those of its own tags; then, while nobody waits: set, set, unlock.
N_ASKED, N_OPERATIONS = 5, 8


class Worker:
    """An application with a route that takes no time, and does all that a store can be asked."""

    def __init__(self, store: SharedStore, opened: asyncio.Event | None = None) -> None:
        self.app = FastAPI()
        self.cache = ResponseCache(store)
        self.cache.install(self.app)
        self.runs: list[str] = []

        @self.app.get("/{name}")
        @cache_response(tags=["tag:{name}"], encodings=())
        async def route(name: str, response: Response) -> str:
            self.runs.append(name)
            if opened is not None:
                await opened.wait()
            response.headers["Vary"] = "Accept-Language"
            return name

    async def get(self, path: str) -> float:
        """Ask; gives how long it took."""
        transport = httpx2.ASGITransport(app=self.app)
        started = now()
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.get(path)
        assert answer.status_code == 200
        return now() - started


def now() -> float:
    return asyncio.get_running_loop().time()


async def seconds_of(worker: Worker, n_requests: int = 6) -> list[float]:
    """Ask for something new again and again, then once for all of it at the same time."""
    async with worker.cache.lifespan():
        one_by_one = [await worker.get(f"/{number}") for number in range(n_requests)]
        at_once = await asyncio.gather(*(worker.get(f"/more-{n}") for n in range(n_requests)))
    return one_by_one + at_once


def test_the_clock_counts_what_is_waited_for() -> None:
    async def wait() -> float:
        await asyncio.sleep(3600)
        return now()

    assert run(wait()) == pytest.approx(3600)


def test_a_store_that_is_well_is_not_waited_for() -> None:
    store = InProcessStore(Place())

    took = run(seconds_of(Worker(store)))

    assert max(took) == 0
    assert store.n_operations > 12 * N_ASKED


def test_a_store_that_opens_slowly_is_there_for_the_first_request() -> None:
    async def ask_both() -> list[list[str]]:
        place = Place()
        both = [Worker(InProcessStore(place, opens_in_s=0.9)) for _ in range(2)]
        async with AsyncExitStack() as stack:
            for worker in both:
                await stack.enter_async_context(worker.cache.lifespan())
            took = [await worker.get("/a") for worker in both]
        assert took == [0, 0]
        return [worker.runs for worker in both]

    assert run(ask_both()) == [["a"], []]


def test_a_store_that_never_opens_holds_the_start_up_for_a_second() -> None:
    async def start() -> float:
        async with Worker(InProcessStore(Place(), opens_in_s=3600)).cache.lifespan():
            return now()

    assert run(start()) == pytest.approx(1)


@pytest.mark.parametrize("is_refused", [SILENT, REFUSED])
@pytest.mark.parametrize("ends_after", range(2 * N_OPERATIONS))
def test_a_store_may_end_at_any_operation(ends_after: int, is_refused: bool) -> None:  # noqa: FBT001
    store = InProcessStore(Place())
    store.ends_after, store.is_refused = ends_after, is_refused
    worker = Worker(store)

    took = run(seconds_of(worker))

    assert max(took) <= (0 if is_refused else LONGEST_S)
    assert len(worker.runs) == 12


@pytest.mark.parametrize("delay_s", [0.03, 0.06, 0.09, 0.099])
def test_a_store_that_is_slow_costs_no_more_in_sum(delay_s: float) -> None:
    worker = Worker(InProcessStore(Place(), delay_s=delay_s))

    took = run(seconds_of(worker))

    assert 0 < max(took) <= LONGEST_S
    assert len(worker.runs) == 12


@pytest.mark.parametrize("is_refused", [SILENT, REFUSED])
def test_who_waits_for_another_worker_is_not_held_up_either(is_refused: bool) -> None:  # noqa: FBT001
    async def wait_and_lose_the_store() -> float:
        opened, place = asyncio.Event(), Place()
        store = InProcessStore(place)
        makes, waits = Worker(InProcessStore(place), opened), Worker(store)
        async with AsyncExitStack() as stack:
            for worker in (makes, waits):
                await stack.enter_async_context(worker.cache.lifespan())
            first = asyncio.create_task(makes.get("/a"))
            while not makes.runs:  # noqa: ASYNC110
                await asyncio.sleep(0)
            second = asyncio.create_task(waits.get("/a"))
            await asyncio.sleep(1.001)  # it has just looked again
            assert not second.done()
            store.ends_after, store.is_refused = 0, is_refused
            if is_refused:
                for listener in place.listeners:
                    listener.put_nowait(None)
            lost_at = now()
            await second
            took = now() - lost_at
            opened.set()
            await first
        assert waits.runs == ["a"]
        return took

    assert run(wait_and_lose_the_store()) <= LONGEST_S


def test_what_comes_between_look_and_lock_is_taken() -> None:
    async def be_overtaken() -> list[list[str]]:
        place = Place()
        quick, slow = (Worker(InProcessStore(place, delay_s=delay_s)) for delay_s in (0.0, 0.02))
        overtaken = asyncio.create_task(slow.get("/a"))
        await asyncio.sleep(0.03)  # the slow one has looked, and asks for the lock
        await quick.get("/a")
        await overtaken
        return [quick.runs, slow.runs]

    assert run(be_overtaken()) == [["a"], []]


def test_who_is_told_before_it_waits_does_not_wait() -> None:
    async def be_told_at_once() -> float:
        place = Place()
        store = InProcessStore(place)
        await store.lock("key", "another worker", 60)
        tiers = Tiers(MemoryStore(), store)
        async with tiers.lock(store, "key", Patience()) as is_ours:
            assert not is_ours
        tiers._take(Freed("key"))
        await tiers.wait_until_freed("key")
        return now()

    assert run(be_told_at_once()) == 0


def test_stopping_ends_what_a_client_does_not_let_be_cancelled() -> None:
    async def stop_while_tags_are_read() -> float:
        store = InProcessStore(Place(), delay_s=0.05)
        tiers = Tiers(MemoryStore(), store)
        await tiers.start()
        while store.n_operations < 2:  # noqa: ASYNC110  # the first was the start's
            await asyncio.sleep(0.01)
        store.loses_cancellation = True
        started = now()
        async with asyncio.timeout(60):
            await tiers.stop()
        assert not store.loses_cancellation
        return now() - started

    assert run(stop_while_tags_are_read()) < 2


def test_a_lock_that_was_given_back_is_not_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotdish_web.cache.tiers.RENEW_EVERY_S", 0.1)

    async def give_back_while_it_is_renewed() -> bool:
        place = Place()
        store = InProcessStore(place, delay_s=0.05)
        tiers = Tiers(MemoryStore(), store)
        async with tiers.lock(store, "key", Patience()) as is_ours:
            assert is_ours
            await asyncio.sleep(0.12)  # the renewal is on its way
            store.loses_cancellation = True
        await asyncio.sleep(10)
        return "key" in place.locks

    assert run(give_back_while_it_is_renewed()) is False


def black_hole() -> socket.socket:
    """A server that takes connections and never says a word."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    return listening


@pytest.mark.parametrize("way", ["answered", "invalidated"])
def test_a_redis_that_never_answers(way: str) -> None:
    with black_hole() as hole:
        url = f"redis://127.0.0.1:{hole.getsockname()[1]}/0"
        took = run(WAYS[way](Worker(RedisStore(url))))

    assert 0.1 <= max(took) <= LONGEST_S


@pytest.mark.parametrize("way", ["answered", "invalidated"])
def test_a_redis_that_is_not_there(way: str) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"

    took = run(WAYS[way](Worker(RedisStore(url))))

    assert max(took) <= LONGEST_S


async def seconds_of_invalidating(worker: Worker) -> list[float]:
    started = now()
    assert not await worker.cache.invalidate("a", "b", "c", "d")
    return [now() - started]


WAYS: dict[str, Callable[[Worker], Any]] = {
    "answered": seconds_of,
    "invalidated": seconds_of_invalidating,
}
