"""A search from the query to the answer: understand, retrieve, rank, present."""

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import anyio
import anyio.lowlevel
import anyio.to_thread

from hotdish_search.engines import Engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.content import Docset as StoredDocset
from hotdish_search.meaning import VectorShelf
from hotdish_search.meaning.vectors import Likeness, Vectors, texts_of
from hotdish_search.memory import settle
from hotdish_search.model import SearchAnswer, SearchRequest
from hotdish_search.present import card, make_hits
from hotdish_search.query.understand import Query, understand
from hotdish_search.ranking.arrays import IntArray
from hotdish_search.ranking.group import Choice, choose
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import Named
from hotdish_search.ranking.rank import KINDS, PARTS, rank, rank_names
from hotdish_search.ranking.reading import read
from hotdish_search.service_protocol import BadRequestError, Docset, IndexNotReadyError

logger = logging.getLogger(__name__)
MAX_QUERY_LENGTH = 300
# How often a server looks whether its index was replaced; until then it answers from the old one.
LOOK_EVERY_S = 1.0
_LOADED_AT_ONCE = 100  # entries whose texts are read for their meaning


@dataclass(frozen=True, slots=True)
class _Loaded:
    docset: StoredDocset
    index: Index


@dataclass(slots=True)
class _Opened:
    """An engine with what ranking keeps of it, and how many searches use it at this moment."""

    engine: Engine
    loaded: Mapping[str, _Loaded]
    n_searches: int = 0


class SearchService:
    """All docsets of one database, searched; it can follow when their index is replaced."""

    def __init__(
        self, engine: Engine, shelf: VectorShelf | None = None, *, data_dir: Path = Path()
    ) -> None:
        """Take an engine that is not open yet, and what finds by meaning, if that is installed.

        Args:
            engine: The database.
            shelf: What finds by meaning.
            data_dir: The data folder, below which imported documentation lies.
        """
        self._opened = _Opened(engine, {})
        self._shelf = shelf
        self._data_dir = data_dir
        self._vectors: dict[str, Vectors] = {}  # by build

    async def open(self) -> None:
        """Open the database and read into memory what ranking needs.

        Raises:
            HotdishSearchError: There is no index, or not one of ours.
        """
        self._opened = await _open(self._opened.engine)

    async def close(self) -> None:
        """Close the database."""
        await self._opened.engine.close()

    async def __aenter__(self) -> Self:
        """Open it; `async with` closes it again."""
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()

    @asynccontextmanager
    async def following(self, changed: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """While the block runs, take the new index when it is replaced, and tell so afterwards."""
        settle()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._follow, changed)
            if self._shelf is not None:
                tasks.start_soon(self._learn, self._shelf, changed)
            yield
            tasks.cancel_scope.cancel()

    async def recall(self) -> None:
        """Take what was learned of the entries' meaning; nothing is learned for it."""
        if self._shelf is None:
            return
        for one in self._opened.loaded.values():
            build, n_entries = one.docset.build, len(one.index)
            vectors = await anyio.to_thread.run_sync(self._shelf.load, build, n_entries)
            if vectors is not None:
                self._vectors[build] = vectors

    async def _follow(self, changed: Callable[[], Awaitable[None]]) -> None:
        while True:
            await anyio.sleep(LOOK_EVERY_S)
            try:
                if await self._opened.engine.is_stale():
                    await self._take_new_index()
                    settle()
                    await changed()
            except HotdishSearchError:
                # The old index goes on answering; the next look may find a whole one.
                logger.exception("The new index cannot be opened, the old one goes on")

    async def _learn(self, shelf: VectorShelf, changed: Callable[[], Awaitable[None]]) -> None:
        """Get the vectors of every docset that has none; searches go on without meanwhile."""
        while True:
            opened = self._opened
            builds = {one.docset.build: one for one in opened.loaded.values()}
            self._vectors = {
                build: self._vectors[build] for build in builds if build in self._vectors
            }
            try:
                for build in builds.keys() - self._vectors.keys():
                    vectors = await self._vectors_of(builds[build], opened, shelf)
                    if vectors is not None:
                        self._vectors[build] = vectors
                        await changed()
            except (OSError, HotdishSearchError):
                logger.exception("What entries mean cannot be learned; searches go on without")
                return
            await anyio.sleep(LOOK_EVERY_S)

    async def _vectors_of(
        self, one: _Loaded, opened: _Opened, shelf: VectorShelf
    ) -> Vectors | None:
        build, n_entries = one.docset.build, len(one.index)
        vectors = await anyio.to_thread.run_sync(shelf.load, build, n_entries)
        if vectors is None:
            return await shelf.make(build, partial(self._texts, opened, one))
        # The first query is slow, for it loads the model. Let it be ours.
        await anyio.to_thread.run_sync(shelf.likeness, vectors, "")
        return vectors

    async def _texts(self, opened: _Opened, one: _Loaded) -> list[tuple[str, ...]]:
        """Give what is embedded of each entry, in the entries' order."""
        texts: list[tuple[str, ...]] = []
        opened.n_searches += 1
        try:
            for begin in range(0, len(one.index), _LOADED_AT_ONCE):
                numbers = range(begin, min(begin + _LOADED_AT_ONCE, len(one.index)))
                entries = await opened.engine.entries(one.docset.name, numbers)
                texts += [texts_of(entry) for entry in entries]
                await anyio.lowlevel.checkpoint()
        finally:
            opened.n_searches -= 1
        return texts

    async def _take_new_index(self) -> None:
        """Open the new index beside the old one, which ends with the last search that uses it."""
        old, self._opened = self._opened, await _open(self._opened.engine.again())
        while old.n_searches:  # noqa: ASYNC110  a counter, waited for once in many days
            await anyio.sleep(LOOK_EVERY_S / 10)
        await old.engine.close()

    def docsets(self) -> list[Docset]:
        """Give the docsets that can be searched; the first is the default."""
        return [
            Docset(name=name, title=f"{one.docset.project} {one.docset.version}".strip(),
                   build=one.docset.build)
            for name, one in self._opened.loaded.items()
        ]  # fmt: skip

    def docs_folder(self, docset: str) -> Path | None:
        """Give the folder of a docset's own HTML, or None if there is none."""
        loaded = self._opened.loaded.get(docset)
        if loaded is None or not loaded.docset.folder:
            return None
        folder = self._data_dir.absolute() / loaded.docset.folder
        return folder if folder.is_dir() else None

    async def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer one search.

        Raises:
            BadRequestError: The query is too long or a filter's value is unknown.
            IndexNotReadyError: There is nothing to search yet.
        """
        opened = self._opened
        loaded = _check(request, opened)
        opened.n_searches += 1
        try:
            return await self._search(request, loaded, opened.engine)
        finally:
            opened.n_searches -= 1

    async def _search(
        self, request: SearchRequest, loaded: _Loaded, engine: Engine
    ) -> SearchAnswer:
        started = time.perf_counter()
        name, index = loaded.docset.name, loaded.index
        query = understand(request.query)
        if not query.text:
            return SearchAnswer(request.query, name, 0.0, 0, ())
        query, named, corrected = read(query, index, verbatim=request.verbatim)

        def choose_of_all(candidates: IntArray) -> Choice:
            likeness = self._likeness(query, named, loaded)
            found = rank(query, named, candidates, index, likeness)
            return choose(found, request, query, index)

        # Who types a name is answered by names, at the speed of typing, if they fill the list.
        is_filtered = request.part is not None or request.kind is not None
        may_be_full = query.is_name and len(named) >= request.limit and not is_filtered
        choice = choose(rank_names(named), request, query, index) if may_be_full else None
        if choice is not None and len(choice.entries) == request.limit:
            entries = await engine.entries(name, choice.entries)
        else:
            terms = (*query.terms, *query.synonyms)
            choice, entries = await engine.search(name, terms, choose_of_all)
        hits = make_hits(entries, choice.scores, query, name)
        return SearchAnswer(
            query=request.query,
            docset=name,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
            total=choice.total,
            results=hits,
            corrected_to=corrected,
            answer=card(hits, query),
            part_counts=choice.part_counts,
        )

    def _likeness(self, query: Query, named: Named, loaded: _Loaded) -> Likeness | None:
        """Give how near entries are in meaning; a name that was found, or no word, has none."""
        vectors = self._vectors.get(loaded.docset.build)
        is_named = query.is_name and len(named) > 0
        if vectors is None or self._shelf is None or is_named or not query.terms:
            return None
        return self._shelf.likeness(vectors, query.text)


async def _open(engine: Engine) -> _Opened:
    await engine.open()
    docsets = await engine.docsets()
    loaded = {docset.name: _Loaded(docset, await engine.load(docset.name)) for docset in docsets}
    return _Opened(engine, loaded)


def _check(request: SearchRequest, opened: _Opened) -> _Loaded:
    if len(request.query) > MAX_QUERY_LENGTH:
        msg = (
            f"The query has {len(request.query)} characters, at most {MAX_QUERY_LENGTH} are "
            "searched. Shorten it"
        )
        raise BadRequestError(msg)
    for what, value, known in (
        ("part", request.part, PARTS),
        ("kind", request.kind, KINDS),
        ("docset", request.docset, opened.loaded),
    ):
        if value is not None and value not in known:
            msg = f"There is no {what} {value!r}. Use one of: {', '.join(sorted(known))}"
            raise BadRequestError(msg)
    if not opened.loaded:
        msg = "The index is empty. Build it: hotdish-search index"
        raise IndexNotReadyError(msg)
    return opened.loaded[request.docset or next(iter(opened.loaded))]
