"""How do costs grow with the number of documentations, and with the entries of one?

Debian packages documentations that Sphinx made; they are unpacked below `benchmarks/.work`, not
installed. Each line of the tables is measured in a process of its own, as a worker would be.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.freevm_memory import resident_mib
from benchmarks.search_index import SILENT, WORK
from benchmarks.search_queries import QUERIES
from hotdish_search.app import create_app
from hotdish_search.engines import make_engine
from hotdish_search.indexing import phrasebook
from hotdish_search.indexing.build import Wanted, build_index
from hotdish_search.indexing.content import Lore, make_content
from hotdish_search.model import ParsedDocs, SearchRequest
from hotdish_search.ranking import popularity
from hotdish_search.service import SearchService
from hotdish_search.settings import load_settings
from hotdish_search.sources.apt import Apt, refreshed_apt
from hotdish_search.sources.command import run as run_command
from hotdish_search.sources.folder import INVENTORY
from hotdish_search.sources.job import Limits, NoDocsError

FOLDER = WORK / "search-scaling"
PYTHON = "python"
PACKAGES = (
    "python-django-doc", "sphinx-doc", "python-flask-doc", "python-pytest-doc",  # up to 5 with
    "python-sqlalchemy-doc", "python-sympy-doc", "cmake-doc", "python-lxml-doc",  # Python's own
    "python-cryptography-doc", "python-hypothesis-doc", "python-werkzeug-doc", "python-tornado-doc",
    "python-aiohttp-doc", "python-psycopg2-doc", "mypy-doc", "python-jinja2-doc",
    "python-setuptools-doc", "python-click-doc", "python-requests-doc",
)  # fmt: skip
MILESTONES = (1, 5, 20)  # docsets in one database
SHARES = (4, 2, 1)  # every n-th page of Python's documentation
ROUNDS = 7
GROUPS = {
    "names": ("exact name", "last part", "prefix"),
    "typos": ("typo",),
    "questions": ("question",),
}
COLUMNS = ("entries", "build s", "index MB", "open s", "worker MB",
           *(f"{group} p50 / worst ms" for group in GROUPS))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A documentation to index: what it is called here, and where its pages are."""

    name: str
    place: str


def run() -> str:
    """Give the two tables."""
    try:
        sources = [Source(PYTHON, "auto"), *map(_unpacked, PACKAGES)]
    except NoDocsError as error:
        return f"Not run: {error}."
    docsets, parsed = docsets_table(sources)
    return f"""\
Several docsets in one SQLite database; Python's is searched.

{docsets}

One docset: a quarter, a half and all of the pages of Python's documentation, and the entries of \
all {len(sources)} documentations together.

{entries_table(parsed)}

Without meaning. All times are processor time, a query's the least of {ROUNDS}. The docsets are \
added one by one, and each build rewrites the one file; a build of the second table begins after \
the pages were read. A worker's memory is PSS, after the queries."""


def docsets_table(sources: Sequence[Source]) -> tuple[str, list[ParsedDocs]]:
    """Add docset after docset to one database, and measure at the milestones."""
    database = _new_database("docsets")
    lines, parsed, seconds = [], [], 0.0
    for number, source in enumerate(sources, start=1):
        _say(f"{number}: {source.name}")
        started = time.process_time()
        parsed.append(_index(source, database))
        seconds += time.process_time() - started
        if number in MILESTONES:
            n_entries = sum(len(one.entries) for one in parsed)
            lines.append(
                _line(f"{number} docset{'s' * (number > 1)}", n_entries, seconds, database)
            )
    return _table(lines), parsed


def entries_table(parsed: Sequence[ParsedDocs]) -> str:
    """Measure docsets of several sizes, each alone in a database."""
    python, lore = parsed[0], Lore(popularity.load(), phrasebook.load(), phrasebook.load_topics())
    sizes = {f"1/{share} of Python's": _every_page(python, share) for share in SHARES}
    sizes["all together"] = _together(parsed)
    lines = []
    for title, docs in sizes.items():
        _say(title)
        database = _new_database("entries")
        started = time.process_time()
        content = make_content(docs, name=PYTHON, folder="", origin="", lore=lore)
        asyncio.run(make_engine(database).replace(content, lambda _done, _all: None))
        seconds = time.process_time() - started
        lines.append(_line(title, len(docs.entries), seconds, database))
    return _table(lines)


def _table(lines: Iterable[str]) -> str:
    head = f"| | {' | '.join(COLUMNS)} |\n|---{'|---' * len(COLUMNS)}|"
    return "\n".join((head, *lines))


def _line(title: str, n_entries: int, seconds: float, database: str) -> str:
    megabytes = Path(database.removeprefix("sqlite:///")).stat().st_size / 1e6
    command = [sys.executable, "-m", "benchmarks.search_scaling", database]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    worker = json.loads(printed)
    times = [f"{p50:.2f} / {worst:.2f}" for p50, worst in worker["times"].values()]
    costs = (f"{n_entries:,}", f"{seconds:.0f}", f"{megabytes:.0f}", f"{worker['open_s']:.1f}",
             f"{worker['mib']:.0f}", *times)  # fmt: skip
    return f"| {title} | {' | '.join(costs)} |"


async def measure(database: str) -> dict[str, object]:
    """Open an index as a worker does, and time the queries of each group."""
    create_app(load_settings(database=database))  # for what a worker has imported
    started = time.process_time()
    async with SearchService(make_engine(database)) as service:
        opened = time.process_time() - started
        least: dict[str, float] = {}
        for _ in range(ROUNDS):
            for query in (query for some in QUERIES.values() for query in some):
                started = time.process_time()
                await service.search(SearchRequest(query, docset=PYTHON))
                took = (time.process_time() - started) * 1000
                least[query] = min(took, least.get(query, took))
        mib = resident_mib(os.getpid())
    times = {}
    for group, kinds in GROUPS.items():
        some = [least[query] for kind in kinds for query in QUERIES[kind]]
        times[group] = statistics.median(some), max(some)
    return {"open_s": opened, "mib": mib, "times": times}


def _index(source: Source, database: str) -> ParsedDocs:
    settings = load_settings(database=database)
    wanted = Wanted(source=source.place, name=source.name)
    building = build_index(
        wanted, make_engine(database), cache_folder=settings.cache_dir, reporter=SILENT
    )
    _, parsed = asyncio.run(building)
    return parsed


def _every_page(docs: ParsedDocs, share: int) -> ParsedDocs:
    """Give every n-th page's entries; links to the others lead nowhere and do not count."""
    pages = set(sorted({entry.page for entry in docs.entries})[::share])
    return replace(docs, entries=tuple(entry for entry in docs.entries if entry.page in pages))


def _together(parsed: Sequence[ParsedDocs]) -> ParsedDocs:
    """Give one documentation with the entries and links of all, each below a folder of its own."""
    entries = [
        replace(entry, id=f"{n}/{entry.id}", page=f"{n}/{entry.page}",
                aliases=tuple(f"{n}/{alias}" for alias in entry.aliases))
        for n, docs in enumerate(parsed)
        for entry in docs.entries
    ]  # fmt: skip
    links = [
        replace(link, source=f"{n}/{link.source}", target=f"{n}/{link.target}")
        for n, docs in enumerate(parsed)
        for link in docs.links
    ]
    return replace(parsed[0], entries=tuple(entries), links=tuple(links))


def _unpacked(package: str) -> Source:
    """Get a package of Debian, unless an earlier run has, and find the documentation in it.

    Raises:
        NoDocsError: apt does not know it or cannot get it.
    """
    tree = FOLDER / "packages" / package
    if not tree.is_dir():
        _say(f"downloading {package}")
        folder = FOLDER / "downloads" / package
        folder.mkdir(parents=True, exist_ok=True)
        tree.parent.mkdir(parents=True, exist_ok=True)
        building = tree.with_name(f"{package}.unfinished")
        run_command(["dpkg-deb", "-x", str(_download(package, folder)), str(building)], Limits())
        building.rename(tree)
    inventory = next(tree.rglob(INVENTORY))
    return Source(package.removeprefix("python-").removesuffix("-doc"), str(inventory.parent))


def _download(package: str, folder: Path) -> Path:
    def progress(_done: int, _all: int | None) -> None: ...

    try:
        return Apt(Limits()).download(package, folder, progress)
    except NoDocsError:
        return refreshed_apt(Limits(), FOLDER / "apt", progress).download(package, folder, progress)


def _new_database(name: str) -> str:
    path = FOLDER / f"{name}.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return f"sqlite:///{path}"


def _say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1]))))
