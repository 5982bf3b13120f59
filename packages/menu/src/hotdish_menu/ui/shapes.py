"""Draws smooth rounded rectangles, for Tk's own shapes have jagged edges."""

from __future__ import annotations

from math import hypot
from typing import NamedTuple

from hotdish_menu.colors import rgb

Color = tuple[int, int, int]
# Colour, distance from the image's edge, radius of the corners: later ones lie over earlier ones.
Layer = tuple[Color, int, int]


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
    """Give the shape as a PPM: Tk takes its bytes as they are, where a PNG would be unpacked."""
    layers = _layers(shape)
    n_bent = _n_bent(shape)
    half = (shape.height + 1) // 2
    straight = _row(shape, layers, half)
    rows = [_row(shape, layers, y) if y < n_bent else straight for y in range(half)]
    rows += reversed(rows[: shape.height - half])
    return b"P6 %d %d 255\n" % (shape.width, shape.height) + b"".join(rows)


def _layers(shape: Shape) -> list[Layer]:
    paper, fill = rgb(shape.paper), rgb(shape.fill)
    layers: list[Layer] = []
    if shape.ring:
        radius = shape.radius + shape.margin
        layers = [
            (rgb(shape.ring), 0, radius),
            (paper, shape.ring_width, radius - shape.ring_width),
        ]
    edge = shape.border_width if shape.border else 0
    if edge:
        layers.append((rgb(shape.border), shape.margin, shape.radius))
    return [*layers, (fill, shape.margin + edge, max(0, shape.radius - edge))]


def _row(shape: Shape, layers: list[Layer], y: int) -> bytes:
    """Give one row of pixels; only its ends are computed, for the middle is all alike."""
    half = (shape.width + 1) // 2
    n_end = min(_n_bent(shape), half)
    paper = rgb(shape.paper)
    left = [_pixel(paper, layers, x, y) for x in range(n_end)]
    middle = _pixel(paper, layers, half, y) * (shape.width - 2 * n_end)
    right = left[: min(n_end, shape.width - n_end)]
    return b"".join(left) + middle + b"".join(reversed(right))


def _n_bent(shape: Shape) -> int:
    """Say how far from its edge the shape is not like in its middle."""
    return shape.margin + max(shape.radius, shape.border_width) + 1


def _pixel(paper: Color, layers: list[Layer], x: int, y: int) -> bytes:
    """Lay everything over each other at one pixel of the upper left quarter."""
    color = paper
    for layer, inset, radius in layers:
        share = _coverage(x + 0.5 - inset, y + 0.5 - inset, radius)
        if share >= 1:
            color = layer
        elif share > 0:
            color = _mixed(layer, color, share)
    return bytes(color)


def _coverage(x: float, y: float, radius: int) -> float:
    """Say how much of a pixel is inside: none half a pixel outside the edge, all half inside."""
    if x < radius and y < radius:
        return radius - hypot(radius - x, radius - y) + 0.5
    return min(x, y) + 0.5


def _mixed(upper: Color, lower: Color, share: float) -> Color:
    red, green, blue = (
        round(u * share + w * (1 - share)) for u, w in zip(upper, lower, strict=True)
    )
    return red, green, blue
