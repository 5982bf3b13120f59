"""How good are the results while the last word of a question is still being typed?

The questions of the relevance sets whose last word is a plain one, through the HTTP API, with that
word whole, shorter and missing.
"""

import asyncio
import json
from collections.abc import Mapping

from benchmarks import search_index
from benchmarks.search_relevance import NO_SETS, SETS, ask, queries, serving
from hotdish_search.settings import Settings

KINDS = ("websearch", "title", "intent")
SHORTEST = 4  # letters of a last word that is worth cutting

Typed = Mapping[str, str]  # how much of the last word -> the question


def run() -> str:
    """Give the table: a row for each part of the last word that was typed."""
    if not SETS.exists():
        return NO_SETS
    built = search_index.build()
    scored = asyncio.run(measure(built.settings))
    n_questions = len(next(iter(scored.values())))
    rows = [
        f"Means over {n_questions:,} questions.",
        "",
        "| of the last word | strict MRR@10 | first result as when it is whole | told as a slip |",
        "|---|---|---|---|",
    ]
    for title, questions in scored.items():
        means = (sum(column) / n_questions for column in zip(*questions, strict=True))
        rows.append(f"| {title} | {' | '.join(f'{mean:.3f}' for mean in means)} |")
    return "\n".join(rows)


async def measure(settings: Settings) -> dict[str, list[tuple[float, bool, bool]]]:
    """Give for each part of the word, and each question, what the table has the means of."""
    aliases = json.loads((SETS / "aliases.json").read_text(encoding="utf-8"))
    scored: dict[str, list[tuple[float, bool, bool]]] = {}
    async with serving(settings) as client:
        for gold in queries():
            if gold["kind"] not in KINDS or (typed := shorten(gold["query"])) is None:
                continue
            right = {aliases.get(place, place) for place in gold["relevant"]}
            whole: list[str] = []
            for title, question in typed.items():
                answer = await ask(client, question)
                hits = [aliases.get(hit["id"], hit["id"]) for hit in answer["results"]]
                places = list(dict.fromkeys(hits))
                whole = whole or places
                rank = next((n for n, place in enumerate(places, 1) if place in right), None)
                one = (1 / rank if rank else 0.0, places[:1] == whole[:1],
                       answer["corrected_to"] is not None)  # fmt: skip
                scored.setdefault(title, []).append(one)
    return scored


def shorten(question: str) -> Typed | None:
    """Give a question with less and less of its last word; None for one that ends otherwise."""
    head, _, last = question.rpartition(" ")
    is_plain = last.isascii() and last.isalpha() and last.islower()
    if " " not in head or not is_plain or len(last) < SHORTEST:
        return None
    return {
        "all": question,
        "all but a letter": f"{head} {last[:-1]}",
        "half": f"{head} {last[: (len(last) + 1) // 2]}",
        "two letters": f"{head} {last[:2]}",
        "nothing": head,
    }
