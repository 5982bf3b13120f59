"""Vectors of whole docsets on disk: computed once for each build, then read by every worker.

They are files beside the index and not in it, so an index is ready in seconds and the vectors
follow; who copies the folder to another server spares it the minutes that they cost.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Self

import anyio.to_thread
import numpy as np
from filelock import FileLock, Timeout

from hotdish_search.meaning.embedder import Embedder, find_embedder
from hotdish_search.meaning.product import ByteRows
from hotdish_search.meaning.vectors import (
    Likeness,
    Vectors,
    as_bytes,
    count_starts,
    write_vectors,
)

logger = logging.getLogger(__name__)
_CHUNK = 32  # texts between two looks at whether the server is to stop; half a second


def _log(done: int, total: int) -> None:
    if done % (64 * _CHUNK) == 0:
        logger.info("Learned what %d of %d entries mean", done, total)


class VectorShelf:
    """A folder of vectors, and the embedder that makes what is missing."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Name the folder; it is made when there is something to keep."""
        self.folder = folder
        self._embedder = embedder

    @classmethod
    def find(cls, folder: Path, *, is_wanted: bool = True) -> Self | None:
        """Give the shelf with the embedder that is installed, or None if there is none, or no wish.

        Args:
            folder: The folder of vectors.
            is_wanted: Whether to find by meaning at all.
        """
        embedder = find_embedder() if is_wanted else None
        return cls(folder, embedder) if embedder else None

    def likeness(self, vectors: Vectors, query: str) -> Likeness:
        """Give for every entry how near it is to a query in meaning."""
        return vectors.likeness(self._embedder.embed([query])[0])

    def load(self, build: str, n_entries: int) -> Vectors | None:
        """Give the vectors of a build, or None if they are not there, whole, yet."""
        return Vectors.open(self._path(build), n_entries, self._embedder.dimensions)

    async def make(
        self,
        build: str,
        read_texts: Callable[[], Awaitable[Sequence[Sequence[str]]]],
        progress: Callable[[int, int], None] = _log,
    ) -> Vectors | None:
        """Compute and keep the vectors of a build; None if another process is at it already.

        Args:
            build: The build of the docset.
            read_texts: Gives the texts of each entry; called if there is anything to do.
            progress: Told how many texts are done, of all.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(build)
        with _claim(path.with_suffix(".lock")) as is_ours:
            if not is_ours:
                return None
            texts = await read_texts()
            rows = await self._embed(list(chain.from_iterable(texts)), progress)
            building = path.with_suffix(".building")
            write_vectors(building, rows, count_starts(texts))
            building.replace(path)
            return await anyio.to_thread.run_sync(self.load, build, len(texts))

    async def _embed(self, texts: Sequence[str], progress: Callable[[int, int], None]) -> ByteRows:
        rows = np.zeros((len(texts), self._embedder.dimensions), dtype=np.int8)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for begin in range(0, len(order), _CHUNK):
            numbers = order[begin : begin + _CHUNK]
            chunk = [texts[number] for number in numbers]
            rows[numbers] = as_bytes(await anyio.to_thread.run_sync(self._embedder.embed, chunk))
            progress(min(begin + _CHUNK, len(texts)), len(texts))
        return rows

    def _path(self, build: str) -> Path:
        return path_of(self.folder, build, self._embedder.name)


def path_of(folder: Path, build: str, model: str) -> Path:
    """Give where the vectors lie that a model made of a build."""
    return folder / f"{build}-{model}.vectors"


def kept_models(folder: Path, build: str) -> list[str]:
    """Give the models whose vectors of a build are there."""
    files = folder.glob(path_of(folder, build, "*").name)
    return sorted(file.stem.removeprefix(f"{build}-") for file in files)


@contextmanager
def _claim(path: Path) -> Iterator[bool]:
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
