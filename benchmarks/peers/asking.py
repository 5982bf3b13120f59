"""What every peer in Python does: build an index of the documents, then answer the queries.

`python -m benchmarks.peers.NAME job.json`; imports nothing but the standard library, for each
peer runs in an environment of its own.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMIT = 10


@dataclass(frozen=True, slots=True)
class Document:
    """One place of the documentation."""

    id: str
    title: str
    headings: str
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Job:
    """What a peer is given: the places, the pages they come from, a folder of its own."""

    documents: list[Document]
    pages: Path
    folder: Path
    variant: str
    queries: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Built:
    """A peer with its index: it gives the ids of the best places for a query.

    Attributes:
        clock: Processor time, which holds on a shared machine; time that passes, if the work is
            done by another process.
    """

    version: str
    search: Callable[[str], list[str]]
    n_bytes: int
    clock: Callable[[], float] = time.process_time


def main(build: Callable[[Job], Built]) -> None:
    """Do the job that the command line names, and write `result.json` into its folder."""
    job = _read_job(Path(sys.argv[1]))
    started = {clock: clock() for clock in (time.process_time, time.perf_counter)}
    built = build(job)
    result: dict[str, Any] = {
        "version": built.version,
        "build_s": built.clock() - started[built.clock],
        "megabytes": built.n_bytes / 1e6,
        "answers": _ask(built, job.queries),
    }
    (job.folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


def bytes_in(folder: Path) -> int:
    """Give the size of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _read_job(path: Path) -> Job:
    job = json.loads(path.read_text(encoding="utf-8"))
    with Path(job["documents"]).open(encoding="utf-8") as lines:
        documents = [Document(**json.loads(line)) for line in lines]
    return Job(documents, Path(job["pages"]), path.parent, job["variant"], job["queries"])


def _ask(built: Built, queries: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Ask everything in two passes; the lower of the two times counts."""
    answers = [_time(built, query) for query in queries]
    for answer, query in zip(answers, queries, strict=True):
        answer["ms"] = min(answer["ms"], _time(built, query)["ms"])
    return answers


def _time(built: Built, query: dict[str, str]) -> dict[str, Any]:
    started = built.clock()
    results = built.search(query["query"])
    return {"id": query["id"], "results": results, "ms": (built.clock() - started) * 1000}
