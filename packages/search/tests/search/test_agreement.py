"""SQLite and PostgreSQL give the same answers: one ranking, and full text that finds the same."""

import json
import os
from pathlib import Path

import anyio
import pytest
from tests.servers import PostgresServer

from hotdish_search.engines import make_engine
from hotdish_search.indexing.build import Reporter, Wanted, build_index
from hotdish_search.model import SearchRequest
from hotdish_search.service import SearchService

ROOT = Path(__file__).parents[4]
SETS = Path(os.environ.get("HOTDISH_RELEVANCE", ROOT.parent / "shared" / "relevance")) / "dev"
LEAST_AGREEMENT = 0.95
# Where the relevance sets are not at hand, queries of our own stand in.
OWN_QUERIES = (
    "json.dumps", "dumps", "pathlib.Pa", "itertoools", "read a file line by line", "sort a dict",
    "convert string to datetime", "run a command and get its output", "decorator with arguments",
    "TypeError: 'int' object is not iterable", "walk a folder", "parse xml", "for", "async with",
    "regular expression groups", "environment variables", "copy a list", "random number",
)  # fmt: skip


def queries() -> list[str]:
    if not SETS.is_dir():
        return list(OWN_QUERIES)
    lines = (line for path in sorted(SETS.glob("*.jsonl"))
             for line in path.read_text(encoding="utf-8").splitlines())  # fmt: skip
    return [json.loads(line)["query"][:300] for line in lines]


@pytest.mark.slow
def test_both_engines_agree_on_the_first_three_hits(
    python_docs: Path,
    postgres: PostgresServer,
    silent: Reporter,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = queries()

    async def ask(url: str) -> list[list[str]]:
        engine = make_engine(url)
        wanted = Wanted(source=str(python_docs))
        await build_index(wanted, engine, cache_folder=tmp_path, reporter=silent)
        async with SearchService(make_engine(url)) as service:
            answers = [await service.search(SearchRequest(query, limit=3)) for query in asked]
        return [[hit.entry.id for hit in answer.results] for answer in answers]

    sqlite = anyio.run(ask, f"sqlite:///{tmp_path / 'index.sqlite3'}")
    postgresql = anyio.run(ask, postgres.url())

    differing = [
        f"{query!r}: SQLite {one}, PostgreSQL {other}"
        for query, one, other in zip(asked, sqlite, postgresql, strict=True)
        if one != other
    ]
    with capsys.disabled():
        print(*differing, sep="\n", end="\n" if differing else "")  # noqa: T201
    assert len(differing) <= (1 - LEAST_AGREEMENT) * len(asked)
