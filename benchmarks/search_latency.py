"""How long does a search take, in process, by kind of query? And what does a build cost?"""

import asyncio
import statistics
import time

from benchmarks import search_index
from hotdish_search.engines import make_engine
from hotdish_search.model import SearchRequest
from hotdish_search.service import SearchService

ROUNDS = 5
# Our own queries, as people type them; every prefix of the names is asked too, as typing does.
QUERIES = {
    "exact name": ("json.dumps", "os.path.join", "str.split", "asyncio.TaskGroup", "re.sub"),
    "last part": ("dumps", "join", "namedtuple", "urlopen", "TaskGroup"),
    "prefix": ("j", "js", "jso", "json.", "json.d", "dataclas", "st", "os.pa", "async", "ite"),
    "typo": ("itertoools", "defalutdict", "jsno.dumps", "enumarate", "subprocces.run"),
    "question": (
        "how to read a file line by line",
        "convert a string to a date",
        "run a shell command and get its output",
        "remove duplicates from a list but keep the order",
        "what is the difference between a list and a tuple",
        "wait for several coroutines at the same time",
    ),
}


def run() -> str:
    """Give the table of times and the cost of the build."""
    built = search_index.build()
    rows = ["| kind of query | p50 ms | p95 ms | worst ms |", "|---|---|---|---|"]
    for kind, times in asyncio.run(measure(built)).items():
        p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        rows.append(f"| {kind} | {p50:.2f} | {p95:.2f} | {max(times):.2f} |")
    return "\n".join(rows) + (
        f"\n\nThe index was built in {built.seconds:.1f} s from {built.n_pages:,} pages: "
        f"{built.n_entries:,} entries, {built.megabytes:.1f} MB."
    )


async def measure(built: search_index.Built) -> dict[str, list[float]]:
    """Time every query several times on a warm service, in milliseconds."""
    service = SearchService(make_engine(built.settings.database))
    await service.open()
    times: dict[str, list[float]] = {kind: [] for kind in QUERIES}
    for round_number in range(ROUNDS + 1):
        for kind, queries in QUERIES.items():
            for query in queries:
                started = time.perf_counter()
                await service.search(SearchRequest(query))
                if round_number:  # the first round warms up
                    times[kind].append((time.perf_counter() - started) * 1000)
    await service.close()
    return times
