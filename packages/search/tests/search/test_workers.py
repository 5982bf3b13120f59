"""Production as compose.yaml describes it: several workers, PostgreSQL, a shared Redis."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import anyio
import pytest
from tests.servers import PostgresServer, free_port, redis_server, wait_until_open

from hotdish_search.engines import make_engine
from hotdish_search.indexing.content import Content

pytestmark = pytest.mark.slow
N_WORKERS = 4
PROGRAM = Path(sys.executable).with_name("hotdish-search")


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    port = free_port()
    server = subprocess.Popen(
        [PROGRAM, "serve", "--port", str(port), "--workers", str(N_WORKERS)],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_open(port, server)
        yield f"http://127.0.0.1:{port}", server
    finally:
        if server.poll() is None:
            server.terminate()
        server.communicate(timeout=30)


@pytest.fixture(scope="module")
def production(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment of compose.yaml: the database in parts, and a cache."""
    with redis_server() as (port, _):
        yield {
            "ENV": "production",
            "POSTGRES_USERNAME": "postgres",
            "POSTGRES_PASSWORD": postgres.password,
            "POSTGRES_HOST": postgres.host,
            "POSTGRES_PORT": str(postgres.port),
            "POSTGRES_DB_NAME": "postgres",
            "CACHE_URL": f"redis://127.0.0.1:{port}/0",
            "HOTDISH_SEARCH_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        }


@pytest.fixture
def indexed(postgres: PostgresServer, small_content: Content) -> None:
    anyio.run(make_engine(postgres.url()).replace, small_content, lambda _done, _all: None)


def ask(url: str) -> tuple[dict[str, object], str]:
    """Ask once, and a second time if the connection breaks, as browsers do."""
    for is_last in (False, True):
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  loopback
                return json.load(answer), answer.headers["Cache-Status"]
        except (URLError, ConnectionError):
            if is_last:
                raise
    raise AssertionError


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], check=False, capture_output=True, text=True
    ).stdout.splitlines()
    return [int(line.split()[0]) for line in listed if "multiprocessing.spawn" in line]


@pytest.mark.usefixtures("indexed")
def test_workers_share_one_cache_and_end_cleanly(production: dict[str, str]) -> None:
    with serving(production) as (url, server):
        answers = [ask(f"{url}/api/search?q=soup.stir") for _ in range(40)]
        workers = children_of(server.pid)
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=30)[1]

    assert len(workers) == N_WORKERS
    assert sum("fwd" in status for _, status in answers) == 1
    assert all(answer["total"] for answer, _ in answers)
    assert server.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in said
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


@pytest.mark.usefixtures("indexed")
def test_no_request_is_lost_when_a_worker_dies(production: dict[str, str]) -> None:
    found: list[object] = []
    half_way = threading.Event()

    def load(url: str, name: str) -> None:
        for number in range(60):
            answer, _ = ask(f"{url}/api/search?q=stir+the+pot+{name}{number}")
            found.append(answer["total"])
            if number == 20:
                half_way.set()

    with serving(production) as (url, server):
        ask(f"{url}/api/search?q=soup")
        clients = [threading.Thread(target=load, args=(url, name)) for name in "abcd"]
        for client in clients:
            client.start()
        assert half_way.wait(60)
        killed = children_of(server.pid)[0]
        os.kill(killed, signal.SIGKILL)
        for client in clients:
            client.join(60)

    assert len(found) == 4 * 60
    assert all(found)


@pytest.mark.usefixtures("indexed")
def test_a_worker_that_dies_while_it_is_asked_for_a_sign_is_replaced(
    production: dict[str, str],
) -> None:
    with serving(production) as (_, server):
        wait_for_workers(server)
        silent = children_of(server.pid)[0]
        os.kill(silent, signal.SIGSTOP)
        time.sleep(2)  # all are asked twice a second
        os.kill(silent, signal.SIGKILL)
        wait_for_workers(server, without=silent)


def wait_for_workers(server: "subprocess.Popen[str]", without: int | None = None) -> None:
    end = time.monotonic() + 30
    while len({*children_of(server.pid)} - {without}) < N_WORKERS:
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.parametrize("n_workers", [1, 2])
def test_an_application_that_cannot_start_ends_with_1(tmp_path: Path, n_workers: int) -> None:
    application = "async def app(scope, receive, send): raise RuntimeError('no pot')\n"
    (tmp_path / "broken.py").write_text(application)
    program = (
        "import sys, uvicorn\n"
        "from hotdish_search.cli.serve import run\n"
        f"config = uvicorn.Config('broken:app', port=0, workers={n_workers}, lifespan='on')\n"
        "sys.exit(0 if run(config) else 1)\n"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(
        command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60
    )

    assert (ended.returncode, "no pot" in ended.stderr) == (1, True)


def test_the_first_start_builds_one_index_for_all_workers(
    tmp_path: Path, python_docs: Path
) -> None:
    """Without a database named: SQLite, and the documentation that is nearest."""
    assert python_docs.is_dir()
    environment = {"HOTDISH_SEARCH_DATA_DIR": str(tmp_path), "DATABASE_URL": "",
                   "POSTGRES_HOST": ""}  # fmt: skip
    environment = {k: v for k, v in environment.items() if v}
    with serving(environment) as (url, server):
        answer, _ = ask(f"{url}/api/search?q=json.du")
        server.terminate()
        said = server.communicate(timeout=30)[1]

    assert answer["total"]
    assert said.count("is indexed:") == 1
