"""How good are the answers? The relevance sets through the HTTP API, scored by their own scorer."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from benchmarks import search_index
from hotdish_search.app import create_app
from hotdish_search.meaning import find_embedder
from hotdish_search.settings import Settings

ROOT = Path(__file__).parent.parent
SETS = Path(os.environ.get("HOTDISH_RELEVANCE", ROOT.parent / "shared" / "relevance"))
NO_SETS = (
    f"Not run: there are no relevance sets in {SETS.name}. Name their folder in HOTDISH_RELEVANCE."
)
KINDS = ("exact", "tail", "prefix", "typo", "websearch", "title", "intent", "qa_link", "topic",
         "lint_link")  # fmt: skip
LIMIT = 10
LEARNING_S = 1800


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gave for the query of an id: places, best first, and how long it took."""

    id: str
    results: list[str]
    ms: float


def run() -> str:
    """Give the table of strict MRR@10 by kind of query."""
    if not (SETS / "score.py").exists():
        return NO_SETS
    built = search_index.build()
    scores = score(asyncio.run(answer_all(built.settings)))
    rows = [
        "| measure | " + " | ".join(KINDS) + " |",
        "|---|" + "---|" * len(KINDS),
        *(
            f"| {title} | " + " | ".join(f"{scores[kind][how][what]:.3f}" for kind in KINDS) + " |"
            for title, how, what in (
                ("strict MRR@10", "strict", "mrr"),
                ("strict S@1", "strict", "s1"),
                ("strict S@10", "strict", "s10"),
                ("right page first", "lenient", "s1"),
            )
        ),
    ]
    return "\n".join(rows)


def score(answers: Sequence[Answer]) -> dict[str, dict[str, dict[str, float]]]:
    """Score answers with the scorer of the sets; queries that were not asked do not count."""
    lines = [json.dumps({"id": answer.id, "results": answer.results}) for answer in answers]
    runs = search_index.WORK / "runs.jsonl"
    runs.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(SETS / "score.py"), str(runs), "--gold", str(SETS / "dev"),
               "--only-run", "--json"]  # fmt: skip
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    scores: dict[str, dict[str, dict[str, float]]] = json.loads(printed)
    return scores


async def answer_all(settings: Settings, *, passes: int = 1) -> list[Answer]:
    """Ask every query of the sets through the API; the least time of the passes counts."""
    answers: dict[str, Answer] = {}
    async with serving(settings) as client:
        for _ in range(passes):
            for gold in queries():
                found = await ask(client, gold["query"])
                before = answers.get(gold["id"])
                took = min(found["took_ms"], before.ms if before else found["took_ms"])
                hits = [hit["id"] for hit in found["results"]]
                answers[gold["id"]] = Answer(gold["id"], hits, took)
    return list(answers.values())


async def learn(settings: Settings) -> float:
    """Have a server learn what the entries mean, and give the processor seconds that it took."""
    started = time.process_time()
    async with serving(settings):
        return time.process_time() - started


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """Run the application, and give a client once it knows what it learns in the background."""
    app = create_app(settings)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://bench") as client,
    ):
        if settings.meaning and find_embedder() is not None:
            async with asyncio.timeout(LEARNING_S):
                while not await _knows_meaning(client):  # noqa: ASYNC110  as a person would wait
                    await asyncio.sleep(0.5)
        yield client


async def _knows_meaning(client: httpx2.AsyncClient) -> bool:
    """Whether words that are none find something: only meaning can."""
    return bool((await ask(client, "zzyzxq vvuuqx"))["results"])


async def ask(client: httpx2.AsyncClient, query: str) -> dict[str, Any]:
    """Ask the API, past its cache."""
    answer = await client.get(
        "/api/search",
        params={"q": query[:300], "limit": LIMIT},
        headers={"Authorization": "none"},  # the cache stands aside
    )
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def queries(every: int = 1) -> list[dict[str, str]]:
    """Give the queries of the development half, or each n-th of every set."""
    return [
        json.loads(line)
        for path in sorted((SETS / "dev").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()[::every]
    ]
