"""One run of a route for many requests: it goes on when its first client hangs up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType

from starlette.types import Message

from hotdish_web.cache.entry import Entry

QUEUED_MESSAGES = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a flight ended. Without an entry its answer was for its leader only."""

    entry: Entry | None = None
    stored: bool = False
    from_store: bool = False
    error: BaseException | None = None
    traceback: TracebackType | None = None

    @classmethod
    def of_error(cls, error: BaseException) -> "Outcome":
        """Give the outcome of a run that raised."""
        return cls(error=error, traceback=error.__traceback__)

    @property
    def failed(self) -> bool:
        """True if the route raised, or answered that the server is at fault."""
        lowest_error = 500
        return self.error is not None or (
            self.entry is not None and self.entry.status >= lowest_error
        )


class Flight:
    """A detached task that makes one answer, and those who wait for it.

    What turns out to be for one client only (a cookie, a stream, too long an answer) is handed to
    the leader piece by piece; the others are told to ask for themselves.
    """

    def __init__(self, work: "Callable[[Flight], Awaitable[Outcome]]", *, has_leader: bool) -> None:
        self._settled: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._messages: asyncio.Queue[Message | BaseException | None] = asyncio.Queue(
            QUEUED_MESSAGES
        )
        self._has_leader = has_leader
        self._is_streaming = False
        self.task = asyncio.create_task(self._run(work))

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that it runs in."""
        return self.task.get_loop()

    async def outcome(self) -> Outcome:
        """Wait for the end. Who waits may be cancelled; the flight goes on."""
        return await asyncio.shield(self._settled)

    def leave(self) -> None:
        """Tell that the leader is gone."""
        self._has_leader = False
        if self._is_streaming:
            self.task.cancel()  # nobody listens any more

    def settle(self, outcome: Outcome) -> None:
        """Give all who wait their answer; the flight may have more to do."""
        if not self._settled.done():
            self._settled.set_result(outcome)

    async def stream(self) -> AsyncIterator[Message]:
        """Give the messages of an answer that is for the leader only."""
        while (message := await self._messages.get()) is not None:
            if isinstance(message, BaseException):
                raise message
            yield message

    async def pass_on(self, message: Message) -> None:
        """Hand a message to the leader, who may be slow; nobody is kept waiting but this flight."""
        self.settle(Outcome())
        self._is_streaming = True
        if not self._has_leader:
            raise asyncio.CancelledError
        await self._messages.put(message)

    async def _run(self, work: "Callable[[Flight], Awaitable[Outcome]]") -> None:
        outcome = Outcome()  # of a flight that is ended from outside
        try:
            outcome = await work(self)
        finally:
            self.settle(outcome)
        if self._is_streaming:
            await self._messages.put(outcome.error)
