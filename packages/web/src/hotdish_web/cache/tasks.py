"""Ends background tasks for sure."""

import asyncio
from collections.abc import Iterable
from typing import Any

LOOK_AGAIN_S = 1.0


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they are done, and take what they raise.

    Once is not always enough: Python 3.11's `asyncio.wait_for`, which Redis's client uses, loses a
    cancellation that comes as its own work ends (https://github.com/python/cpython/issues/86296).
    """
    tasks = list(tasks)
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=LOOK_AGAIN_S)
    await asyncio.gather(*tasks, return_exceptions=True)
