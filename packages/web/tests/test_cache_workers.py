"""Several real uvicorn workers on one cache, and what happens when its store is ill."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from tests.servers import free_port, redis_server, wait_until_open

pytestmark = pytest.mark.slow

ONE_REQUEST_EACH = httpx2.Limits(max_keepalive_connections=0)


@dataclass(frozen=True, slots=True)
class Workers:
    port: int
    calls: Path

    @property
    def n_runs(self) -> int:
        return self.calls.stat().st_size if self.calls.exists() else 0

    def client(self) -> httpx2.Client:
        # A new connection for each request, so that every worker gets its share.
        url = f"http://127.0.0.1:{self.port}"
        return httpx2.Client(base_url=url, timeout=20, limits=ONE_REQUEST_EACH)


@contextmanager
def workers(folder: Path, cache_url: str, n_workers: int, **environment: str) -> Iterator[Workers]:
    port, calls = free_port(), folder / "calls"
    environment |= {**os.environ, "CACHE_URL": cache_url, "CALLS": str(calls)}
    command = [sys.executable, "-m", "uvicorn", "worker_app:app", "--port", str(port)]
    command += ["--app-dir", str(Path(__file__).parent), "--workers", str(n_workers)]
    command += ["--log-level", "critical"]
    process = subprocess.Popen(command, env=environment, cwd=folder)
    try:
        wait_until_open(port, process)
        found = Workers(port, calls)
        with found.client() as client:
            wait_for_all(client, n_workers)
        yield found
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def wait_for_all(client: httpx2.Client, n_workers: int) -> None:
    seen: set[int] = set()
    end = time.monotonic() + 30
    while len(seen) < n_workers:
        assert time.monotonic() < end, f"only {len(seen)} of {n_workers} workers answer"
        with contextlib.suppress(httpx2.TransportError):
            seen.add(client.get("/worker").json()["worker"])


@pytest.fixture(params=["redis", "sqlite"])
def cache_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/shared.db"
        return
    with redis_server() as (port, _):
        yield f"redis://127.0.0.1:{port}/0"


def storm(port: int, path: str, n_requests: int) -> Counter[str]:
    """Send many requests at once, each on its own connection; gives the statuses."""

    async def one() -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer.split(b" ", 2)[1].decode()

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(one() for _ in range(n_requests)))

    return Counter(asyncio.run(all_at_once()))


def test_one_process_runs_the_route_once_for_200_first_requests(tmp_path: Path) -> None:
    with workers(tmp_path, "memory://", 1) as served:
        assert storm(served.port, "/json", 200) == Counter({"200": 200})
        assert served.n_runs == 1


def test_two_workers_run_the_route_once_for_200_first_requests(
    tmp_path: Path, cache_url: str
) -> None:
    with workers(tmp_path, cache_url, 2, PATIENT="1") as served:
        assert storm(served.port, "/json", 200) == Counter({"200": 200})
        assert served.n_runs == 1


def test_a_failure_is_at_most_one_run_in_each_worker(tmp_path: Path, cache_url: str) -> None:
    with workers(tmp_path, cache_url, 2, PATIENT="1") as served:
        assert storm(served.port, "/failing", 50) == Counter({"500": 50})
        assert served.n_runs <= 2


def test_what_one_worker_made_all_serve(tmp_path: Path, cache_url: str) -> None:
    with workers(tmp_path, cache_url, 2, PATIENT="1") as served, served.client() as client:
        answers = [client.get("/quick/a").json() for _ in range(30)]

        assert {answer["run"] for answer in answers} == {1}
        assert served.n_runs == 1


@pytest.mark.parametrize("how", ["/invalidate/quick:a", "/clear"])
def test_every_worker_forgets(tmp_path: Path, cache_url: str, how: str) -> None:
    with workers(tmp_path, cache_url, 2, PATIENT="1") as served, served.client() as client:
        for name in "ab":
            for _ in range(20):
                client.get(f"/quick/{name}")
        assert client.post(how).json() is True
        end = time.monotonic() + 10
        # Told by a message, which may be a moment behind the answer.
        while {client.get("/quick/a").json()["run"] for _ in range(12)} != {3}:
            assert time.monotonic() < end
        others = {client.get("/quick/b").json()["run"] for _ in range(12)}

        assert others == ({4} if how == "/clear" else {2})
        assert served.n_runs <= 4


def ask_for_new(client: httpx2.Client, n_requests: int) -> None:
    """Ask for something new each time. How long that may take is in test_cache_patience."""
    for number in range(n_requests):
        answer = client.get(f"/quick/{time.time_ns()}-{number}")
        assert answer.status_code == 200


def test_a_redis_that_is_not_there_hurts_nobody(tmp_path: Path) -> None:
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    with workers(tmp_path, nobody, 1) as served, served.client() as client:
        ask_for_new(client, 6)
        hits = {client.get("/quick/same").json()["run"] for _ in range(5)}

    assert len(hits) == 1


def test_a_redis_that_never_answers_hurts_nobody(tmp_path: Path) -> None:
    with socket.socket() as black_hole:
        black_hole.bind(("127.0.0.1", 0))
        black_hole.listen(64)
        url = f"redis://127.0.0.1:{black_hole.getsockname()[1]}/0"
        with workers(tmp_path, url, 1) as served, served.client() as client:
            ask_for_new(client, 8)
            hits = {client.get("/quick/same").json()["run"] for _ in range(5)}
            state = client.get("/worker").json()["shared"]

    assert (len(hits), state) == (1, "failing")


def test_a_redis_killed_while_it_is_used_is_survived_and_taken_up_again(tmp_path: Path) -> None:
    port = free_port()
    with workers(tmp_path, f"redis://127.0.0.1:{port}/0", 2) as served, served.client() as client:
        with redis_server(port) as (_, process):
            end = time.monotonic() + 20
            while client.get("/worker").json()["shared"] != "ok":
                assert time.monotonic() < end
            ask_for_new(client, 4)
            process.kill()
            process.wait()
            ask_for_new(client, 10)
        with redis_server(port):
            end = time.monotonic() + 20
            while not client.post("/invalidate/quick:x").json():
                assert time.monotonic() < end
            ask_for_new(client, 4)
