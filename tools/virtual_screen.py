"""A screen in memory (Xvfb) with keys and a mouse (xdotool), for tests, benchmarks and guides.

The picture is read from the server's own memory file, so looking costs the program nothing.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Picture:
    """The pixels of a screen, or a part of one, as rows of red, green and blue bytes."""

    width: int
    height: int
    rows: tuple[bytes, ...]

    def crop(self, x: int, y: int, width: int, height: int) -> Picture:
        """Cut out a part."""
        rows = tuple(row[3 * x : 3 * (x + width)] for row in self.rows[y : y + height])
        return Picture(width, height, rows)

    def save(self, path: Path) -> None:
        """Write a PNG, with a palette if there are few colours, for it is smaller so."""
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = [row[i : i + 3] for row in self.rows for i in range(0, len(row), 3)]
        colors = {color: n for n, color in enumerate(dict.fromkeys(pixels))}
        if len(colors) <= 256:
            kind, table = 3, b"".join(colors)
            lines = [
                bytes(colors[row[i : i + 3]] for i in range(0, len(row), 3)) for row in self.rows
            ]
        else:
            kind, table = 2, b""
            lines = list(self.rows)
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, kind, 0, 0, 0)
        body = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
        chunks = [(b"IHDR", header), *([(b"PLTE", table)] if table else []), (b"IDAT", body)]
        data = b"".join(_chunk(*chunk) for chunk in (*chunks, (b"IEND", b"")))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)


class VirtualScreen:
    """An X server of its own, on a free display number, that ends with the `with` block."""

    def __init__(self, width: int = 900, height: int = 820, dpi: int = 96) -> None:
        self.width, self.height, self.dpi = width, height, dpi
        self._folder = tempfile.TemporaryDirectory(prefix="screen-")
        self._server: subprocess.Popen[bytes] | None = None
        self._memory: mmap.mmap | None = None
        self.display = ""

    def __enter__(self) -> Self:
        """Start the server."""
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            [
                *(
                    "Xvfb",
                    "-displayfd",
                    str(writing),
                    "-fbdir",
                    self._folder.name,
                    "-nolisten",
                    "tcp",
                ),
                *(
                    "-screen",
                    "0",
                    f"{self.width}x{self.height}x24",
                    "-dpi",
                    str(self.dpi),
                    "-noreset",
                ),
            ],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            number = pipe.readline().strip().decode()
        if not number:
            msg = "Xvfb did not start. Install it: apt-get install xvfb"
            raise RuntimeError(msg)
        self.display = f":{number}"
        with Path(self._folder.name, "Xvfb_screen0").open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return self

    def __exit__(self, *_: object) -> None:
        """End the server."""
        if self._memory:
            self._memory.close()
        if self._server:
            self._server.terminate()
            self._server.wait()
        self._folder.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """Give the environment for programs that shall appear here."""
        return {**os.environ, "DISPLAY": self.display}

    def xdotool(self, *words: str) -> str:
        """Run xdotool on this screen."""
        done = subprocess.run(
            ["xdotool", *words],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        return done.stdout.strip()

    def press(self, *keys: str) -> None:
        """Press keys one after the other, by their X names: Return, ctrl+f."""
        self.xdotool("key", "--clearmodifiers", "--delay", "20", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self.xdotool("type", "--delay", "20", text)

    def click(self, x: int, y: int) -> None:
        """Click at a place."""
        self.xdotool("mousemove", str(x), str(y), "click", "1")

    def picture(self) -> Picture:
        """Take a picture of the whole screen."""
        memory, start, stride = self._layout()
        rows = []
        for y in range(self.height):
            row = memory[start + y * stride : start + y * stride + 4 * self.width]
            packed = bytearray(3 * self.width)
            packed[0::3], packed[1::3], packed[2::3] = row[2::4], row[1::4], row[0::4]
            rows.append(bytes(packed))
        return Picture(self.width, self.height, tuple(rows))

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Look at one pixel: red, green, blue."""
        memory, start, stride = self._layout()
        blue, green, red = memory[start + y * stride + 4 * x : start + y * stride + 4 * x + 3]
        return red, green, blue

    def column(self, x: int) -> bytes:
        """Look at one column of pixels, from the top down: red, green, blue."""
        memory, start, stride = self._layout()
        places = range(start + 4 * x, start + 4 * x + self.height * stride, stride)
        return b"".join(memory[place : place + 3][::-1] for place in places)

    def wait_for_window(self, title: str) -> str:
        """Wait until a window is seen; gives its number and the keyboard."""
        number = self.xdotool("search", "--sync", "--onlyvisible", "--name", title).split()[-1]
        self.xdotool("windowfocus", "--sync", number)
        return number

    def _layout(self) -> tuple[mmap.mmap, int, int]:
        """Find the pixels behind the header of the X window dump that Xvfb keeps."""
        assert self._memory is not None, "the screen is not started"
        words = struct.unpack_from(">25I", self._memory)
        header, stride, n_colors = words[0], words[12], words[19]
        return self._memory, header + 12 * n_colors, stride


def wait_until(condition: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Ask again and again, until it is so.

    Raises:
        TimeoutError: it did not come to be in time.
    """
    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
