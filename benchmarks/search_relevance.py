"""How good are the answers? The relevance sets through the HTTP API, scored by their own scorer."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import httpx2

from benchmarks import search_index
from hotdish_search.app import create_app

ROOT = Path(__file__).parent.parent
SETS = Path(os.environ.get("HOTDISH_RELEVANCE", ROOT.parent / "shared" / "relevance"))
KINDS = ("exact", "tail", "prefix", "typo", "websearch", "title", "intent", "qa_link", "topic",
         "lint_link")  # fmt: skip
LIMIT = 10


def run() -> str:
    """Give the table of strict MRR@10 by kind of query."""
    if not (SETS / "score.py").exists():
        return (
            f"Not run: there are no relevance sets in {SETS.name}. "
            "Name their folder in HOTDISH_RELEVANCE."
        )
    built = search_index.build()
    runs = search_index.WORK / "runs.jsonl"
    runs.write_text(asyncio.run(answer_all(built)), encoding="utf-8")
    scores = score(runs)
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


def score(runs: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Score a file of answers with the scorer of the sets."""
    command = [
        sys.executable,
        str(SETS / "score.py"),
        str(runs),
        "--gold",
        str(SETS / "dev"),
        "--json",
    ]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    scores: dict[str, dict[str, dict[str, float]]] = json.loads(printed)
    return scores


async def answer_all(built: search_index.Built) -> str:
    """Ask every query of the sets through the API, one JSON line each."""
    app = create_app(built.settings)
    lines = []
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://bench") as client,
    ):
        for gold in queries():
            answer = await client.get(
                "/api/search", params={"q": gold["query"][:300], "limit": LIMIT}
            )
            hits = [hit["id"] for hit in answer.raise_for_status().json()["results"]]
            lines.append(json.dumps({"id": gold["id"], "results": hits}))
    return "\n".join(lines)


def queries() -> list[dict[str, str]]:
    """Give the queries of the development half."""
    return [
        json.loads(line)
        for path in sorted((SETS / "dev").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
