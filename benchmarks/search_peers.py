"""How do other searches answer the same questions over the same documentation, and how fast?

`PEERS="tantivy,MiniLM" make bench ARGS=search_peers` asks only some; the table then has only those.
hotdish-search itself is one of them.
"""

import asyncio
import hashlib
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from tests.servers import postgres_server, wheel_postgres

from benchmarks import search_index
from benchmarks.peers import PEERS, Peer
from benchmarks.peers.asking import Document, bytes_in
from benchmarks.peers.installing import HERE, UnavailableError, command, run_program
from benchmarks.search_relevance import (
    KINDS,
    NO_SETS,
    SETS,
    Answer,
    answer_all,
    learn,
    queries,
    score,
)
from hotdish_search.model import Entry
from hotdish_search.settings import Settings

FOLDER = search_index.WORK / "search-peers"
LIMIT_S = 3600
OWN = "hotdish-search"


class Cost(NamedTuple):
    """What an index takes."""

    megabytes: float
    build_s: float


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one search."""

    title: str
    answers: list[Answer]
    cost: Cost


def run() -> str:
    """Give the table: quality by kind of query, time, size, cost of the build."""
    if not (SETS / "score.py").exists():
        return NO_SETS
    wanted = _wanted()
    peers = [peer for peer in PEERS if peer.title in wanted]
    documents = write_documents(search_index.build().parsed.entries)
    lines = [line_of(row) for row in own_rows()] if OWN in wanted else []
    lines += [_peer_line(peer, documents) for peer in peers]
    columns = ("", *KINDS, "p50 ms", "index MB", "build s")
    setups = [f"- {peer.title}: {peer.setup}{_share(peer)}." for peer in peers]
    return "\n".join(
        [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *lines, "", *setups]
    )


def _wanted() -> list[str]:
    known = [OWN, *(peer.title for peer in PEERS)]
    wanted = os.environ["PEERS"].split(",") if "PEERS" in os.environ else known
    for title in wanted:
        if title not in known:
            msg = f"PEERS names {title!r}, which is none of: {', '.join(known)}"
            raise SystemExit(msg)
    return wanted


def own_rows() -> Iterator[Row]:
    """Measure hotdish-search itself, through its API, on both engines."""
    built = search_index.build()
    vectors = built.settings.data_dir / "meaning"
    shutil.rmtree(vectors, ignore_errors=True)  # so that learning is measured
    learning_s = asyncio.run(learn(built.settings))
    extra = Cost(bytes_in(vectors) / 1e6, learning_s)
    yield from _rows_of("SQLite", built, Cost(built.megabytes, built.processor_s), extra)
    with postgres_server(wheel_postgres()) as server:
        built = search_index.build(server.url())
        yield from _rows_of("PostgreSQL", built, Cost(built.megabytes, built.seconds), extra)


def _rows_of(engine: str, built: search_index.Built, cost: Cost, extra: Cost) -> Iterator[Row]:
    """Give the rows of one engine, with meaning, which costs extra, and without."""
    title = f"**{OWN}**, {engine}"
    with_meaning = Cost(cost.megabytes + extra.megabytes, cost.build_s + extra.build_s)
    _say(title)
    yield Row(title, _own_answers(built.settings), with_meaning)
    _say(f"{title}, without meaning")
    settings = built.settings.model_copy(update={"meaning": False})
    yield Row(f"{title}, without meaning", _own_answers(settings), cost)


def _own_answers(settings: Settings) -> list[Answer]:
    return asyncio.run(answer_all(settings, passes=2))


def _peer_line(peer: Peer, documents: Path) -> str:
    _say(peer.title)
    try:
        return line_of(measure(peer, documents))
    except UnavailableError as error:
        empty = " |" * (len(KINDS) + 2)
        return f"| {peer.title} | not measured: {str(error).replace('|', '/')[:200]} |{empty}"


def measure(peer: Peer, documents: Path) -> Row:
    """Install a peer, have it index the documents and answer the queries.

    What an earlier run measured is taken again while documents, queries and the peer's program are
    the same: some need a quarter of an hour.

    Raises:
        UnavailableError: It cannot be installed, or fails at its job.
    """
    folder = FOLDER / Path(peer.program).stem
    folder.mkdir(parents=True, exist_ok=True)
    asked = queries(peer.every)
    program = (HERE / peer.program).read_bytes()
    measured = folder / f"{_digest(documents.read_bytes(), program, peer, asked)}.json"
    if not measured.exists():
        _have_measured(peer, documents, asked, measured)
    result = json.loads(measured.read_text(encoding="utf-8"))
    answers = [Answer(**answer) for answer in result["answers"]]
    title = f"{peer.title} {result['version']}"
    cost = Cost(result["megabytes"], result["build_s"])
    return Row(f"{title} *" if peer.every > 1 else title, answers, cost)


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def _have_measured(
    peer: Peer, documents: Path, asked: Sequence[dict[str, str]], result: Path
) -> None:
    arguments, environment = command(peer, result.parent)
    with tempfile.TemporaryDirectory(dir=result.parent) as name:
        job = Path(name) / "job.json"
        content = {
            "documents": str(documents),
            "pages": search_index.build().docset.folder,
            "variant": peer.variant,
            "queries": asked,
        }
        job.write_text(json.dumps(content), encoding="utf-8")
        run_program([*arguments, str(job)], environment, limit_s=LIMIT_S)
        (Path(name) / "result.json").rename(result)


def write_documents(entries: Sequence[Entry]) -> Path:
    """Write the places that every peer indexes, as hotdish-search's own parser cuts them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "documents.jsonl"
    places = {entry.id: entry for entry in reversed(entries) if entry.kind != "row"}
    with path.open("w", encoding="utf-8") as file:
        for entry in reversed(places.values()):
            file.write(json.dumps(asdict(_document(entry))) + "\n")
    return path


def _document(entry: Entry) -> Document:
    # A page's own title is its heading: "json — JSON encoder and decoder", not "json".
    title = entry.title if "#" in entry.id else entry.page_title
    headings = " ".join(dict.fromkeys((entry.module, entry.page_title, *entry.breadcrumbs)))
    text = f"{entry.signature} {entry.text}".strip()
    return Document(entry.id, title, headings.strip(), entry.summary, text)


def line_of(row: Row) -> str:
    """Score the answers, and give the line of the table."""
    scores = score(row.answers)
    qualities = [f"{scores[kind]['strict']['mrr']:.2f}" if kind in scores else "" for kind in KINDS]
    p50 = statistics.median(answer.ms for answer in row.answers)
    costs = (f"{p50:.2f}", f"{row.cost.megabytes:.1f}", f"{row.cost.build_s:.1f}")
    return f"| {' | '.join((row.title, *qualities, *costs))} |"


def _share(peer: Peer) -> str:
    return f" (slow, so only every {peer.every}th query was asked)" if peer.every > 1 else ""


def _say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)
