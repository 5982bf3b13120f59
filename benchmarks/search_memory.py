"""How much memory does one worker take, with meaning and without?

A uvicorn worker over the real index answers mixed searches, over the API and over the page, so
whatever it keeps is there when it is measured.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator
from itertools import chain, islice, product
from pathlib import Path

import httpx2

from benchmarks import search_index
from benchmarks.search_http import SEARCH, serving
from benchmarks.search_queries import QUERIES
from hotdish_search.settings import Settings

N_SEARCHES = 400
N_WORKERS = 5  # one after the other; two that do the same differ by some megabytes
GOALS = {False: 150, True: 350}  # MB, with meaning or not
LOADING_S = 60
PATHS, PARTS = ("/api/search", "/search"), ("", "library")


def run() -> str:
    """Give the table: megabytes of a worker that has just started, and of one that has worked."""
    built = search_index.build()
    asyncio.run(search_index.learn(built))
    rows = [
        "| | started | after the searches | of them its own | goal |",
        "|---|---:|---:|---:|---:|",
    ]
    for with_meaning, goal in GOALS.items():
        runs = [measure(built.settings, with_meaning=with_meaning) for _ in range(N_WORKERS)]
        started, resident, own = map(statistics.median, zip(*runs, strict=True))
        title = "with meaning" if with_meaning else "without"
        figures = (started, resident, own, goal)
        rows.append(f"| {title} | " + " | ".join(f"{figure:.0f} MB" for figure in figures) + " |")
    return "\n".join(rows) + (
        f"\n\nResident memory of one worker after {N_SEARCHES} searches of all kinds, median of "
        f"{N_WORKERS} workers one after the other; what is not "
        "its own, such as libraries, further workers share."
    )


def measure(settings: Settings, *, with_meaning: bool) -> tuple[float, float, float]:
    """Give the resident megabytes at the start, those after the searches, and those not shared."""
    with serving(SEARCH, settings, with_meaning=with_meaning) as (port, process):
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            if with_meaning:
                _wait_for_meaning(client)
            started = _memory(process.pid)["Rss"]
            for path, part, query in islice(product(PATHS, PARTS, _queries()), N_SEARCHES):
                client.get(path, params={"q": query, "part": part}).raise_for_status()
        memory = _memory(process.pid)
    return started, memory["Rss"], memory["Private_Clean"] + memory["Private_Dirty"]


def _queries() -> Iterator[str]:
    """Give one query of each kind, then another of each, and so on."""
    return chain.from_iterable(zip(*QUERIES.values(), strict=True))


def _wait_for_meaning(client: httpx2.Client) -> None:
    """Wait until words that are none find something, which they only do by meaning."""
    ends = time.monotonic() + LOADING_S
    past_cache = {"Authorization": "none"}
    while not client.get(PATHS[0], params={"q": "zzyzxq vvuuqx"}, headers=past_cache).json()[
        "results"
    ]:
        assert time.monotonic() < ends, "the worker did not take what was learned"
        time.sleep(0.1)


def _memory(pid: int) -> dict[str, float]:
    """Give the megabytes of a process by kind: https://docs.kernel.org/filesystems/proc.html."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) * 1024 / 1e6 for line in lines}
