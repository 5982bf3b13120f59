"""Messages between the workers on one machine: a datagram socket for each, in one folder."""

import asyncio
import contextlib
import json
import os
import secrets
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

LARGEST_MESSAGE = 65_536


class SocketBus:
    """Sends small messages to every process that listens on the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.is_possible = hasattr(socket, "AF_UNIX") and os.name == "posix"

    def publish(self, message: list[Any]) -> None:
        """Send to all who listen; who is gone is tidied away, who is too slow looks by itself."""
        if not self.is_possible or not self._folder.is_dir():
            return
        data = json.dumps(message).encode()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)  # noqa: FBT003
            for place in self._folder.glob("*.sock"):
                try:
                    sender.sendto(data, str(place))
                except (ConnectionRefusedError, FileNotFoundError):
                    place.unlink(missing_ok=True)
                except OSError:  # its queue is full, or the message is too long
                    continue

    async def listen(self) -> AsyncIterator[list[Any]]:
        """Give each message as it comes."""
        if not self.is_possible:
            await asyncio.Event().wait()  # for ever, until the task is cancelled
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._folder / f"{os.getpid()}-{secrets.token_hex(4)}.sock"
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
            receiver.setblocking(False)  # noqa: FBT003
            receiver.bind(str(place))
            try:
                while True:
                    data = await loop.sock_recv(receiver, LARGEST_MESSAGE)
                    with contextlib.suppress(ValueError):
                        yield json.loads(data)
            finally:
                place.unlink(missing_ok=True)
