"""How long does a search take, in process, by kind of query? And what does a build cost?

Both engines answer the same queries, with meaning and without, in turns. `first` is the median of
searches that nobody made before, the other columns are of those that somebody did, so what they
need of the database is at hand. On a shared machine the processor's time tells more than the
clock's.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import anyio
from tests.servers import postgres_server, wheel_postgres

from benchmarks import search_index
from benchmarks.search_queries import QUERIES
from hotdish_search.engines import make_engine
from hotdish_search.meaning import VectorShelf
from hotdish_search.model import SearchRequest
from hotdish_search.service import SearchService
from hotdish_search.settings import Settings

ROUNDS = 6
GOALS = {"exact name": 1, "last part": 1, "prefix": 1, "question": 10}  # ms, p50


@dataclass(slots=True)
class Times:
    """Milliseconds of searches of one kind, by the clock and of the processor."""

    first: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def run() -> str:
    """Give the table of times and the cost of the build."""
    built = search_index.build()
    with postgres_server(wheel_postgres()) as server:
        databases = {"SQLite": built, "PostgreSQL": search_index.build(server.url())}
        gc.freeze()  # a server never read the pages that the builds left in memory
        measured = asyncio.run(measure(databases))
    rows = [
        "| engine, kind of query | p50 ms | p95 | p99 | first | CPU p50 | goal, p50 |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for (engine, kind), times in measured.items():
        hundredths = statistics.quantiles(times.clock, n=100, method="inclusive")
        figures = (
            *(hundredths[percent - 1] for percent in (50, 95, 99)),
            statistics.median(times.first),
            statistics.median(times.processor),
        )
        told = " | ".join(f"{figure:.2f}" for figure in figures)
        rows.append(f"| {engine}, {kind} | {told} | {GOALS.get(kind, '')} |")
    return "\n".join(rows) + (
        "\n\nThe goal for p99 is 30 ms everywhere. "
        f"The index was built in {built.seconds:.1f} s from {built.n_pages:,} pages: "
        f"{built.n_entries:,} entries, {built.megabytes:.1f} MB."
    )


async def measure(
    databases: Mapping[str, search_index.Built],
) -> dict[tuple[str, str], Times]:
    """Time every query several times, on each engine in turn."""
    measured: dict[tuple[str, str], Times] = {}
    async with AsyncExitStack() as stack:
        services = {
            f"{name}{', meaning' * with_meaning}": await stack.enter_async_context(
                _serving(built.settings, with_meaning=with_meaning)
            )
            for with_meaning in (False, True)
            for name, built in databases.items()
        }
        for round_number in range(ROUNDS):
            for engine, service in services.items():
                for kind, queries in QUERIES.items():
                    times = measured.setdefault((engine, kind), Times())
                    for query in queries:
                        clock, processor = await _ask(service, query)
                        if round_number:
                            times.clock.append(clock)
                            times.processor.append(processor)
                        else:
                            times.first.append(clock)
    return measured


async def _ask(service: SearchService, query: str) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    await service.search(SearchRequest(query))
    return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000


@asynccontextmanager
async def _serving(settings: Settings, *, with_meaning: bool) -> AsyncIterator[SearchService]:
    """Give a service that knows all that it will ever know."""
    shelf = VectorShelf.find(settings.meaning_dir, is_wanted=with_meaning)
    learned = anyio.Event()

    async def tell() -> None:
        learned.set()

    service = SearchService(make_engine(settings.database), shelf)
    async with service, service.following(tell):
        if shelf is not None:
            await learned.wait()
        yield service
