"""Databases that an index can live in, an explicit table by the URL's scheme."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.content import Content, Docset
from hotdish_search.model import Entry
from hotdish_search.ranking.arrays import IntArray
from hotdish_search.ranking.group import Choice
from hotdish_search.ranking.index import Index

# Scheme of the URL -> where its engine is. Imported when used, so that one engine's driver is not
# needed for the other.
ENGINES = {
    "sqlite": "hotdish_search.engines.sqlite:SQLiteEngine",
    "postgresql": "hotdish_search.engines.postgres:PostgresEngine",
}

Progress = Callable[[int, int], None]
# Orders candidates (numbers of entries) and chooses those to load.
Choose = Callable[[IntArray], Choice]


class Engine(Protocol):
    """One database with indexes of documentations in it."""

    def again(self) -> "Engine":
        """Give another engine on the same database, not open yet."""
        ...

    async def exists(self) -> bool:
        """Tell whether there is an index; one in another layout is none, it is built anew."""
        ...

    async def open(self) -> None:
        """Connect; raises `HotdishSearchError` with what to do if that fails."""
        ...

    async def close(self) -> None:
        """Give back every connection."""
        ...

    async def is_stale(self) -> bool:
        """Tell whether the database was replaced since it was opened."""
        ...

    async def docsets(self) -> list[Docset]:
        """Give the docsets in the database, by name."""
        ...

    async def load(self, docset: str) -> Index:
        """Read into memory what ranking needs of a docset."""
        ...

    async def content(self, docset: str) -> Content:
        """Give all of a docset as `replace` takes it, but for what entries do not store."""
        ...

    async def search(
        self, docset: str, terms: Sequence[str], choose: Choose
    ) -> tuple[Choice, list[Entry]]:
        """Find candidates by full text, let `choose` order them, load the chosen entries.

        `choose` runs in a thread, for it takes milliseconds.
        """
        ...

    async def entries(self, docset: str, numbers: Sequence[int]) -> list[Entry]:
        """Give the entries with these numbers, in this order, and have them at hand afterwards."""
        ...

    async def replace(self, content: Content, progress: Progress) -> None:
        """Put a docset in place of its older build, at once or not at all."""
        ...


def make_engine(url: str) -> Engine:
    """Give the engine for a database URL; nothing is opened yet.

    Raises:
        HotdishSearchError: The URL is no URL, or no engine is known for it.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        msg = "DATABASE_URL is not a database URL. Write it like sqlite:////home/me/index.sqlite3"
        raise HotdishSearchError(msg) from None
    scheme = parsed.get_backend_name()
    if scheme not in ENGINES:
        msg = f"No search engine for {scheme!r} in DATABASE_URL. Use one of: {', '.join(ENGINES)}"
        raise HotdishSearchError(msg)
    module, _, name = ENGINES[scheme].partition(":")
    factory: Callable[[URL], Engine] = getattr(import_module(module), name)
    return factory(parsed)
