"""What does a search cost over HTTP, beside constant routes?

One uvicorn worker at a time is asked by `wrk` over 16 connections. The figure that holds on a
shared machine is the server's own CPU time for each request; requests a second are shown too.
`Authorization` makes the response cache stand aside, so "uncached" is a search each time.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.servers import free_port, wait_until_open

from benchmarks import search_index
from hotdish_search.settings import Settings

SECONDS = 4
ROUNDS = 3
CONNECTIONS = 16
TICKS = os.sysconf("SC_CLK_TCK")
ANSWER = {"results": [{"title": f"name{n}", "summary": "A sentence of some words. " * 4}
                      for n in range(10)]}  # fmt: skip
NAMES = ("json.du", "os.path.join", "asyn", "dumps", "str.spl", "iter", "read_t", "TaskGroup",
         "data", "path", "Counter", "sub", "open", "re.", "len", "print")  # fmt: skip
QUESTIONS = ("how to read a file", "sort a dict by value", "run a shell command",
             "convert string to date", "list of files in a folder", "parse json")  # fmt: skip


async def _constant(_: Request) -> JSONResponse:
    return JSONResponse(ANSWER)


starlette_app = Starlette(routes=[Route("/", _constant)])
fastapi_app = FastAPI()


@fastapi_app.get("/")
async def _constant_fastapi() -> dict[str, list[dict[str, str]]]:
    return ANSWER


@dataclass(frozen=True, slots=True)
class Case:
    """One row: which application, and what it is asked."""

    title: str
    app: str
    paths: tuple[str, ...]
    is_cached: bool = True


def _search(queries: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"/api/search?q={query.replace(' ', '+')}" for query in queries)


SEARCH = "hotdish_search.app:create_app"
CASES = (
    Case("Starlette, constant route", "benchmarks.search_http:starlette_app", ("/",)),
    Case("FastAPI, constant route", "benchmarks.search_http:fastapi_app", ("/",)),
    Case("home page, cached", SEARCH, ("/",)),
    Case("names, cached", SEARCH, _search(NAMES)),
    Case("names and prefixes, uncached", SEARCH, _search(NAMES), is_cached=False),
    Case("questions, uncached", SEARCH, _search(QUESTIONS), is_cached=False),
)


def run() -> str:
    """Give the table: least CPU a request of some rounds, and its ratio to the constant routes."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return "Not run: `wrk` is not installed (apt-get install wrk)."
    built = search_index.build()
    best: dict[str, tuple[float, float]] = {}
    for _ in range(ROUNDS):
        for case in CASES:
            measured = measure(case, wrk, built.settings)
            best[case.title] = min(best.get(case.title, measured), measured)
    starlette, fastapi = (best[case.title][0] for case in CASES[:2])
    rows = [
        "| | CPU µs a request | times Starlette's constant route | times FastAPI's | requests/s |",
        "|---|---|---|---|---|",
    ]
    rows += [
        f"| {title} | {cpu:.0f} | {cpu / starlette:.2f} | {cpu / fastapi:.2f} | {rate:,.0f} |"
        for title, (cpu, rate) in best.items()
    ]
    return "\n".join(rows)


def measure(case: Case, wrk: str, settings: Settings) -> tuple[float, float]:
    """Give CPU microseconds a request, and requests a second."""
    with serving(case.app, settings) as (port, process):
        _ask(wrk, port, case, seconds=1)
        before = _cpu_s(process.pid)
        rate, n_requests = _ask(wrk, port, case, seconds=SECONDS)
        return (_cpu_s(process.pid) - before) / n_requests * 1e6, rate


@contextmanager
def serving(
    app: str, settings: Settings, *, with_meaning: bool = False
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Run one uvicorn worker on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "error"]
    if ":create_" in app:
        command.append("--factory")
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database,
        "HOTDISH_SEARCH_DATA_DIR": str(settings.data_dir),
        "HOTDISH_SEARCH_MEANING": str(with_meaning),
    }
    process = subprocess.Popen(command, env=environment, cwd=Path(__file__).parent.parent)
    try:
        wait_until_open(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait()


def _ask(wrk: str, port: int, case: Case, *, seconds: int) -> tuple[float, int]:
    script = search_index.WORK / "paths.lua"
    paths = ",".join(f'"{path}"' for path in case.paths)
    secret = "" if case.is_cached else 'wrk.headers["Authorization"] = "none"\n'
    script.write_text(
        f"local paths = {{{paths}}}\nlocal i = 0\n{secret}"
        "request = function() i = i % #paths + 1; return wrk.format('GET', paths[i]) end\n",
        encoding="utf-8",
    )
    printed = subprocess.run(
        [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{port}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "Non-2xx" not in printed, printed
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1])  # type: ignore[index]
    return rate, int(re.search(r"(\d+) requests in", printed)[1])  # type: ignore[index]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
