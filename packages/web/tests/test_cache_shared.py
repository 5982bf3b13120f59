"""Two caches on one shared store, as two workers have them, in one process."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request, Response

from hotdish_web import ResponseCache, SQLiteStore, cache_response
from hotdish_web.cache.breaker import Breaker

pytestmark = pytest.mark.anyio


class Worker:
    """An application with a cache of its own on the shared file."""

    def __init__(self, path: Path, runs: list[str], opened: asyncio.Event) -> None:
        self.app = FastAPI()
        self.cache = ResponseCache(SQLiteStore(path), secret="s3cret")
        # On a busy machine an operation may take long; what is tested here is not that.
        self.cache.tiers.breaker = Breaker(limit_s=10)
        self.cache.install(self.app)

        @self.app.get("/slow")
        @cache_response(ttl=600, tags=["slow"])
        async def slow() -> int:
            runs.append("slow")
            await opened.wait()
            return len(runs)

        @self.app.get("/vary")
        @cache_response(ttl=600)
        async def vary(request: Request, response: Response) -> str:
            runs.append("vary")
            response.headers["Vary"] = "Accept-Language"
            return f"{request.headers['accept-language']} {len(runs)}"

        @self.app.get("/personal")
        @cache_response(ttl=600)
        async def personal(response: Response) -> int:
            runs.append("personal")
            response.set_cookie("sid", "x")
            return len(runs)

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(
                path, headers={k.replace("_", "-"): headers[k] for k in headers}
            )


async def both(tmp_path: Path, test: Any) -> None:
    runs: list[str] = []
    opened = asyncio.Event()
    one, other = (Worker(tmp_path / "cache.db", runs, opened) for _ in range(2))
    async with asyncio.timeout(30), one.cache.lifespan(), other.cache.lifespan():
        await test(one, other, runs, opened)


async def test_both_wait_for_one_run(tmp_path: Path) -> None:
    async def test(one: Worker, other: Worker, runs: list[str], opened: asyncio.Event) -> None:
        requests = [asyncio.create_task(w.get("/slow")) for w in [one, other] * 20]
        while not runs or other.cache.stats().collapsed + one.cache.stats().collapsed < 38:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await asyncio.sleep(0.3)  # past the fallback look of the one that waits
        opened.set()
        answers = await asyncio.gather(*requests)

        assert {answer.json() for answer in answers} == {1}
        assert runs == ["slow"]
        assert one.cache.stats().shared_store == "ok"

    await both(tmp_path, test)


async def test_what_one_kept_the_other_finds(tmp_path: Path) -> None:
    async def test(one: Worker, other: Worker, runs: list[str], opened: asyncio.Event) -> None:
        opened.set()
        first = await one.get("/slow")
        second = await other.get("/slow")

        assert first.json() == second.json()
        assert "; hit;" in second.headers["cache-status"]
        assert await one.cache.invalidate("slow")
        while "; hit;" in (await other.get("/slow")).headers["cache-status"]:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert runs == ["slow", "slow"]

    await both(tmp_path, test)


async def test_variants_travel_too(tmp_path: Path) -> None:
    async def test(one: Worker, other: Worker, runs: list[str], opened: asyncio.Event) -> None:
        for language in ("de", "fr"):
            await one.get("/vary", accept_language=language)
        german = await other.get("/vary", accept_language="de")
        french = await other.get("/vary", accept_language="fr")

        assert (german.json(), french.json(), len(runs)) == ("de 1", "fr 2", 2)

    await both(tmp_path, test)


async def test_what_is_personal_is_made_by_each(tmp_path: Path) -> None:
    async def test(one: Worker, other: Worker, runs: list[str], opened: asyncio.Event) -> None:
        answers = await asyncio.gather(*(w.get("/personal") for w in [one, other] * 3))

        assert len({answer.json() for answer in answers}) == len(runs) == 6

    await both(tmp_path, test)


async def test_a_long_run_keeps_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotdish_web.cache.tiers.LOCK_TTL_S", 0.4)
    monkeypatch.setattr("hotdish_web.cache.tiers.RENEW_EVERY_S", 0.05)

    async def test(one: Worker, other: Worker, runs: list[str], opened: asyncio.Event) -> None:
        requests = [asyncio.create_task(one.get("/slow"))]
        while not runs:  # noqa: ASYNC110
            await asyncio.sleep(0)
        requests.append(asyncio.create_task(other.get("/slow")))
        await asyncio.sleep(1.0)
        opened.set()
        await asyncio.gather(*requests)

        assert runs == ["slow"]

    await both(tmp_path, test)
