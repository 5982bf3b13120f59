"""Draws smooth rounded rectangles as PNG, for Tk's own shapes have jagged edges."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import NamedTuple

from hotdish_menu.colors import rgb

# Each pixel of an edge is looked at this many times in both directions.
_SAMPLES = 4

Color = tuple[int, int, int]


class Shape(NamedTuple):
    """A rounded rectangle with room around it for a ring, all in pixels."""

    width: int
    height: int
    radius: int
    fill: str
    border: str = ""
    border_width: int = 0
    ring: str = ""
    ring_width: int = 0
    margin: int = 0
    paper: str = "#ffffff"
    """What lies behind. Tk would have to ask the screen for it to blend a see-through image."""


def draw(shape: Shape) -> bytes:
    """Give the shape as a PNG."""
    half = (shape.height + 1) // 2
    corner = shape.margin + shape.radius + 1
    middle = _row(shape, half)
    rows = [_row(shape, y) if y < corner else middle for y in range(half)]
    rows += reversed(rows[: shape.height - half])
    return _png(shape.width, shape.height, b"".join(b"\0" + row for row in rows))


def _row(shape: Shape, y: int) -> bytes:
    """Give one row of pixels; only its ends are computed, for the middle is all alike."""
    n_end = min(shape.margin + shape.radius + 1, (shape.width + 1) // 2)
    left = [_pixel(shape, x, y) for x in range(n_end)]
    middle = _pixel(shape, shape.width // 2, y)
    right = left[: max(0, min(n_end, shape.width - n_end))]
    return b"".join(left) + middle * (shape.width - 2 * n_end) + b"".join(reversed(right))


def _pixel(shape: Shape, x: int, y: int) -> bytes:
    """Lay ring, border and fill over each other at one pixel."""
    edge = shape.border_width if shape.border else 0
    layers = [(shape.fill, shape.margin + edge, shape.radius - edge)]
    if shape.border:
        layers.insert(0, (shape.border, shape.margin, shape.radius))
    color = rgb(shape.paper)
    if shape.ring:
        outer = _coverage(shape, x, y, 0, shape.radius + shape.margin)
        inner_radius = shape.radius + shape.margin - shape.ring_width
        inner = _coverage(shape, x, y, shape.ring_width, inner_radius)
        color = _over(color, shape.ring, max(0.0, outer - inner))
    for layer, inset, radius in layers:
        color = _over(color, layer, _coverage(shape, x, y, inset, max(0, radius)))
    return bytes(color)


def _over(color: Color, upper: str, share: float) -> Color:
    red, green, blue = (
        round(u * share + c * (1 - share)) for u, c in zip(rgb(upper), color, strict=True)
    )
    return red, green, blue


def _coverage(shape: Shape, x: int, y: int, inset: int, radius: int) -> float:
    """Say how much of a pixel lies inside the rectangle that is `inset` from the edge."""
    # The four corners are alike, so every pixel is looked at as one of the upper left.
    x = min(x, shape.width - 1 - x)
    y = min(y, shape.height - 1 - y)
    if x < inset or y < inset:
        return 0.0
    if x >= inset + radius or y >= inset + radius:
        return 1.0
    return _corner(x - inset, y - inset, radius)


@cache
def _corner(x: int, y: int, radius: int) -> float:
    inside = 0
    for i in range(_SAMPLES):
        for j in range(_SAMPLES):
            dx = radius - (x + (i + 0.5) / _SAMPLES)
            dy = radius - (y + (j + 0.5) / _SAMPLES)
            inside += dx * dx + dy * dy <= radius * radius
    return inside / _SAMPLES**2


def _png(width: int, height: int, raw: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(raw, 1)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )
