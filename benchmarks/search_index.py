"""The index of Python's real documentation that the benchmarks of hotdish-search share."""

import asyncio
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hotdish_search.engines import make_engine
from hotdish_search.indexing.build import Reporter, Wanted, build_index
from hotdish_search.settings import Settings, load_settings

WORK = Path(__file__).with_name(".work")


@dataclass(frozen=True, slots=True)
class Built:
    """An index that was built for the benchmarks."""

    settings: Settings
    seconds: float
    megabytes: float
    n_entries: int
    n_pages: int


@cache
def build() -> Built:
    """Build the index of the best documentation at hand, once a run."""
    settings = load_settings(data_dir=WORK / "search").model_copy(
        update={"database_url": f"sqlite:///{WORK / 'search' / 'index.sqlite3'}"}
    )
    path = WORK / "search" / "index.sqlite3"
    path.unlink(missing_ok=True)
    reporter = Reporter(say=lambda _: None, step=lambda _: lambda _done, _all: None)
    started = time.perf_counter()
    docset, parsed = asyncio.run(
        build_index(
            Wanted(),
            make_engine(settings.database),
            cache_folder=settings.cache_dir,
            reporter=reporter,
        )
    )
    return Built(
        settings,
        time.perf_counter() - started,
        path.stat().st_size / 1e6,
        docset.n_entries,
        parsed.report.pages,
    )
