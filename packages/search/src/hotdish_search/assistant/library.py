"""The search of a server that may start before there is an index, and outlives many of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio

from hotdish_search.engines import make_engine
from hotdish_search.meaning import VectorShelf
from hotdish_search.meaning.vectors import Vectors
from hotdish_search.service import SearchService
from hotdish_search.settings import Settings

if TYPE_CHECKING:
    from anyio.abc import TaskGroup


class Library:
    """Opens the search when it is wanted first, and again and again until there is an index."""

    def __init__(self, settings: Settings) -> None:
        """Say where the index is; nothing is opened yet."""
        self._settings = settings
        self._service: SearchService | None = None
        self._opening = anyio.Lock()
        self._tasks: TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While the block runs the search can be had; it follows when its index is replaced."""
        async with anyio.create_task_group() as self._tasks:
            yield
            self._tasks.cancel_scope.cancel()
        if self._service is not None:
            await self._service.close()

    async def service(self) -> SearchService:
        """Give the search.

        Raises:
            HotdishSearchError: There is no index; the message says what to run.
        """
        async with self._opening:
            if self._service is None:
                service = self._make()
                await service.open()
                self._service = service
                if self._tasks is not None:
                    self._tasks.start_soon(_follow, service)
            return self._service

    def _make(self) -> SearchService:
        settings = self._settings
        shelf = ReadyVectors.find(settings.meaning_dir, is_wanted=settings.meaning)
        return SearchService(make_engine(settings.database), shelf, data_dir=settings.data_dir)


class ReadyVectors(VectorShelf):
    """Vectors that `serve`, `export --meaning` or an import left; none are made here.

    Nobody who starts an assistant expects it to use the processor for minutes.
    """

    async def make(
        self,
        build: str,
        read_texts: Callable[[], Awaitable[Sequence[Sequence[str]]]],
        progress: Callable[[int, int], None] | None = None,
    ) -> Vectors | None:
        """Make none."""
        del build, read_texts, progress
        return None


async def _follow(service: SearchService) -> None:
    async with service.following(anyio.lowlevel.checkpoint):
        await anyio.sleep_forever()
