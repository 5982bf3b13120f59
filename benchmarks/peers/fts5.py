"""SQLite's full text search, the way its documentation has it, and with more care."""

import re
import sqlite3
from collections.abc import Callable, Sequence

from benchmarks.peers.asking import LIMIT, Built, Job, main

Way = Callable[[list[str]], str]  # from the words of a query to an expression of FTS5


def build(job: Job) -> Built:
    """Put the places into one table."""
    path = job.folder / "index.sqlite3"
    database = sqlite3.connect(path)
    database.execute(
        "CREATE VIRTUAL TABLE places USING fts5(id UNINDEXED, title, headings, body, "
        "tokenize='porter unicode61', prefix='2 3')"
    )
    database.executemany(
        "INSERT INTO places VALUES (?, ?, ?, ?)",
        [(one.id, one.title, one.headings, one.text) for one in job.documents],
    )
    database.commit()
    ranking, ways = VARIANTS[job.variant]
    statement = f"SELECT id FROM places WHERE places MATCH ? ORDER BY {ranking} LIMIT {LIMIT}"  # noqa: S608

    def search(query: str) -> list[str]:
        words = re.findall(r"\w+", query)
        found: dict[str, None] = {}
        for way in ways if words else ():
            if len(found) < LIMIT:
                found |= dict.fromkeys(row[0] for row in database.execute(statement, [way(words)]))
        return list(found)[:LIMIT]

    return Built(sqlite3.sqlite_version, search, path.stat().st_size)


def all_words(words: list[str]) -> str:
    return " ".join(f'"{word}"' for word in words)


def last_as_prefix(words: list[str]) -> str:
    return f"{all_words(words)}*"


def any_word(words: list[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)


VARIANTS: dict[str, tuple[str, Sequence[Way]]] = {
    "all words": ("bm25(places)", (all_words,)),
    "fields": ("bm25(places, 0, 10, 3, 1)", (all_words, last_as_prefix, any_word)),
}

if __name__ == "__main__":
    main(build)
