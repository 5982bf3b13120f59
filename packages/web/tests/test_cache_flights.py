"""Many requests at once: one run of the route, whoever hangs up and whatever fails."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Response
from fastapi.responses import StreamingResponse
from web_testing.probe import Probe

from hotdish_web import ResponseCache, cache_response

pytestmark = pytest.mark.anyio


class Gate:
    """A route waits at it, so that a test knows when it runs and when it ends."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def wait(self) -> None:
        self.reached.set()
        await self.opened.wait()


def client_of(probe: Probe) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=probe.app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://test")


def add_route(probe: Probe, work: Callable[[], Awaitable[Any]], **options: Any) -> None:
    @probe.app.get("/")
    @cache_response(**options)
    async def route() -> Any:
        probe.next()
        return await work()


async def all_wait(probe: Probe, n_requests: int) -> None:
    while probe.cache.stats().collapsed < n_requests - 1:  # noqa: ASYNC110
        await asyncio.sleep(0)


async def test_200_first_requests_run_the_route_once(probe: Probe) -> None:
    gate = Gate()
    add_route(probe, gate.wait)

    async with asyncio.timeout(20), client_of(probe) as client:
        requests = [asyncio.create_task(client.get("/")) for _ in range(200)]
        await all_wait(probe, 200)
        gate.opened.set()
        answers = await asyncio.gather(*requests)

    assert {answer.status_code for answer in answers} == {200}
    assert probe.n == 1
    collapsed = [a for a in answers if "collapsed" in a.headers["cache-status"]]
    assert len(collapsed) == 199


async def test_a_failure_is_raised_once_for_all_who_wait(probe: Probe) -> None:
    gate = Gate()

    async def fail() -> None:
        await gate.wait()
        raise RuntimeError

    add_route(probe, fail)
    async with asyncio.timeout(20), client_of(probe) as client:
        requests = [asyncio.create_task(client.get("/")) for _ in range(50)]
        await all_wait(probe, 50)
        gate.opened.set()
        answers = await asyncio.gather(*requests)
        right_after = await client.get("/")

    assert {answer.status_code for answer in [*answers, right_after]} == {500}
    assert probe.n == 1


async def test_an_error_that_is_raised_again_does_not_grow() -> None:
    """Each raise adds its frames to an exception, and each report prints them all."""
    app = FastAPI()
    ResponseCache().install(app)

    @app.get("/")
    @cache_response
    async def route() -> None:
        raise RuntimeError

    depths = []
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        for _ in range(3):
            with pytest.raises(RuntimeError) as caught:
                await client.get("/")
            depths.append(len(caught.traceback))

    assert len(set(depths[1:])) == 1
    assert depths[2] <= depths[0]


async def test_an_error_answer_is_shared_but_not_stored(probe: Probe) -> None:
    gate = Gate()

    async def fail() -> Response:
        await gate.wait()
        return Response("broken", 503)

    add_route(probe, fail)
    async with asyncio.timeout(20), client_of(probe) as client:
        requests = [asyncio.create_task(client.get("/")) for _ in range(50)]
        await all_wait(probe, 50)
        gate.opened.set()
        answers = await asyncio.gather(*requests)

    assert {(answer.status_code, answer.text) for answer in answers} == {(503, "broken")}
    assert (probe.n, probe.cache.stats().entries) == (1, 0)


@pytest.mark.parametrize("who", ["leader", "follower"])
async def test_who_hangs_up_ends_alone(probe: Probe, who: str) -> None:
    gate = Gate()
    add_route(probe, gate.wait)

    async with asyncio.timeout(20), client_of(probe) as client:
        requests = [asyncio.create_task(client.get("/")) for _ in range(50)]
        await gate.reached.wait()
        await all_wait(probe, 50)
        requests[0 if who == "leader" else 3].cancel()
        await asyncio.sleep(0)
        gate.opened.set()
        answers = await asyncio.gather(*requests, return_exceptions=True)

    ended = [answer for answer in answers if isinstance(answer, asyncio.CancelledError)]
    served = [a for a in answers if isinstance(a, httpx2.Response) and a.status_code == 200]
    assert (len(ended), len(served), probe.n) == (1, 49, 1)


async def test_what_is_for_one_client_is_not_given_to_those_who_waited(probe: Probe) -> None:
    gate = Gate()

    async def personal() -> Response:
        number = probe.n
        await gate.wait()
        response = Response(str(number))
        response.set_cookie("sid", str(number))
        return response

    add_route(probe, personal)
    async with asyncio.timeout(20), client_of(probe) as client:
        requests = [asyncio.create_task(client.get("/")) for _ in range(10)]
        await all_wait(probe, 10)
        gate.opened.set()
        answers = await asyncio.gather(*requests)

    assert len({answer.text for answer in answers}) == 10
    assert all(f"sid={answer.text};" in answer.headers["set-cookie"] for answer in answers)


async def test_those_who_waited_with_another_language_get_their_own(probe: Probe) -> None:
    gate = Gate()

    @probe.app.get("/")
    @cache_response
    async def route() -> Response:
        number = probe.next()
        await gate.wait()
        return Response(str(number), headers={"Vary": "Accept-Language"})

    async with asyncio.timeout(20), client_of(probe) as client:
        requests = [
            asyncio.create_task(client.get("/", headers={"Accept-Language": language}))
            for language in ("de", "fr", "de", "fr")
        ]
        await all_wait(probe, 4)
        gate.opened.set()
        german, french, german_too, french_too = await asyncio.gather(*requests)

    assert german.text == german_too.text
    assert french.text == french_too.text
    assert german.text != french.text
    assert probe.n == 2


async def test_who_is_sent_from_flight_to_flight_is_served_alone_in_the_end() -> None:
    """Each answer varies by something else, and each time somebody else was first."""
    app, numbers, gates = FastAPI(), iter(range(1, 9)), [Gate() for _ in range(5)]
    cache = ResponseCache()
    cache.install(app)

    @app.get("/")
    @cache_response
    async def route() -> Response:
        number = next(numbers)
        await gates[number].wait()
        return Response(str(number), headers={"Vary": f"h{number}"})

    asked = [
        {"h1": "a"},
        {"h1": "b", "h2": "x"},
        {"h1": "b", "h2": "c", "h3": "y"},
        {"h1": "b", "h2": "c", "h3": "d"},
    ]
    transport = httpx2.ASGITransport(app=app)
    async with (
        asyncio.timeout(20),
        httpx2.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        requests = [asyncio.create_task(client.get("/", headers=headers)) for headers in asked]
        n_collapsed = 0
        for number, n_more in ((1, 3), (2, 2), (3, 1), (4, 0)):
            n_collapsed += n_more
            await gates[number].reached.wait()
            while cache.stats().collapsed < n_collapsed:  # noqa: ASYNC110
                await asyncio.sleep(0)
            gates[number].opened.set()
        answers = await asyncio.gather(*requests)

    assert [answer.text for answer in answers] == ["1", "2", "3", "4"]


def test_a_flight_in_a_loop_that_rests_does_not_hold_another_loop_up() -> None:
    app = FastAPI()
    cache = ResponseCache()
    cache.install(app)
    gate, runs = Gate(), []

    @app.get("/")
    @cache_response
    async def route() -> int:
        runs.append(1)
        if len(runs) == 1:
            await gate.wait()
        return len(runs)

    async def get() -> int:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return int((await client.get("/")).json())

    with asyncio.Runner() as one, asyncio.Runner() as other:
        first = one.get_loop().create_task(get())
        one.run(gate.reached.wait())
        second = other.run(get())
        gate.opened.set()

        assert (one.get_loop().run_until_complete(first), second) == (2, 2)


async def test_what_is_forgotten_does_not_come_back_compressed() -> None:
    app = FastAPI()
    cache = ResponseCache()
    cache.install(app)

    @app.get("/")
    @cache_response
    async def route() -> str:
        return "a page that compresses well " * 100

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        await client.get("/")
        assert await cache.clear()
        await asyncio.gather(*cache.engine.maker._tasks)

    assert cache.stats().entries == 0


async def test_stale_is_served_at_once_and_made_new_behind(probe: Probe) -> None:
    gate = Gate()
    gate.opened.set()

    async def work() -> int:
        number = probe.n
        await gate.wait()
        return number

    add_route(probe, work, ttl=10, swr=1000)
    async with asyncio.timeout(20), client_of(probe) as client:
        first = await client.get("/")
        gate.opened.clear()
        gate.reached.clear()
        let_time_pass(probe, 11)
        stale = [await client.get("/") for _ in range(3)]
        await gate.reached.wait()
        gate.opened.set()
        while "refreshing" in (fresh := await client.get("/")).headers["cache-status"]:  # noqa: ASYNC110
            await asyncio.sleep(0)

    assert [answer.json() for answer in (first, *stale)] == [1, 1, 1, 1]
    assert all("hit; ttl=-1; detail=refreshing" in a.headers["cache-status"] for a in stale)
    assert (fresh.json(), probe.n) == (2, 2)


async def test_a_refresh_has_dependencies_of_its_own(probe: Probe) -> None:
    """The session of the request that was served stale is closed by then."""
    events: list[str] = []

    async def session() -> Any:
        events.append("open")
        yield events
        events.append("close")

    session.cache_safe = True  # type: ignore[attr-defined]
    refreshed = asyncio.Event()

    @probe.app.get("/")
    @cache_response(ttl=10, swr=1000)
    async def route(events: Annotated[list[str], Depends(session)]) -> int:
        assert events[-1] == "open"
        if probe.next() > 1:
            refreshed.set()
        return probe.n

    async with asyncio.timeout(20), client_of(probe) as client:
        await client.get("/")
        let_time_pass(probe, 11)
        await client.get("/")
        await refreshed.wait()

    assert events.count("open") - events.count("close") <= 1


@pytest.mark.parametrize("way", ["raises", "503"])
async def test_stale_stands_in_for_an_error(probe: Probe, way: str) -> None:
    async def work() -> Any:
        if probe.n == 1:
            return "good"
        if way == "raises":
            raise RuntimeError
        return Response(status_code=503)

    add_route(probe, work, ttl=10, stale_if_error=1000)
    async with client_of(probe) as client:
        await client.get("/")
        let_time_pass(probe, 11)
        answer = await client.get("/")
        let_time_pass(probe, 2000)
        probe.cache.engine.maker.forget_failures()
        too_late = await client.get("/")

    assert (answer.status_code, answer.json()) == (200, "good")
    assert answer.headers["cache-status"].endswith("detail=error")
    assert too_late.status_code in {500, 503}


async def test_a_failing_refresh_is_not_tried_with_every_request(probe: Probe) -> None:
    async def work() -> int:
        if probe.n > 1:
            raise RuntimeError
        return probe.n

    add_route(probe, work, ttl=10, swr=1000)
    async with client_of(probe) as client:
        await client.get("/")
        let_time_pass(probe, 11)
        for _ in range(20):
            await client.get("/")
            await asyncio.sleep(0)

    assert probe.n == 2


async def test_a_stream_ends_when_its_only_reader_hangs_up(probe: Probe) -> None:
    began = asyncio.Event()

    async def endless() -> Any:
        while True:
            yield b"x" * 1000
            began.set()
            await asyncio.sleep(0)

    async def work() -> StreamingResponse:
        return StreamingResponse(endless())

    add_route(probe, work, max_bytes=10)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [],
        "server": ("test", 80),
        "client": ("test", 1),
        "http_version": "1.1",
    }

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        await asyncio.sleep(0)

    async with asyncio.timeout(20):
        request = asyncio.create_task(probe.app(scope, receive, send))
        await began.wait()
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
        while probe.cache.engine.maker._tasks or probe.cache.engine.maker._flights:  # noqa: ASYNC110
            await asyncio.sleep(0)

    assert request.cancelled()


async def test_the_answer_does_not_wait_for_background_tasks(probe: Probe) -> None:
    gate = Gate()

    @probe.app.get("/")
    @cache_response
    async def route(tasks: BackgroundTasks) -> int:
        tasks.add_task(gate.wait)
        return probe.next()

    async with asyncio.timeout(20), client_of(probe) as client:
        answers = [(await client.get("/")).json() for _ in range(2)]
        await gate.reached.wait()
        gate.opened.set()

    assert answers == [1, 1]


async def test_stopping_ends_flights(probe: Probe) -> None:
    gate = Gate()
    add_route(probe, gate.wait)

    async with asyncio.timeout(20), client_of(probe) as client, probe.cache.lifespan():
        request = asyncio.create_task(client.get("/"))
        await gate.reached.wait()
        request.cancel()

    assert not gate.opened.is_set()


def let_time_pass(probe: Probe, seconds: float) -> None:
    clock = probe.cache.engine._clock
    probe.cache.engine._clock = lambda: clock() + seconds
