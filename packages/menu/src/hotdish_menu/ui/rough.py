"""Draws rounded rectangles without smooth edges, for the first paint on X11.

The first smooth picture that Tk shows there makes it ask the screen for 256 colours one by one,
and wait for each: that is a tenth of the time until the window is there. A bitmap of two colours
needs nothing; the smooth pictures take its place as soon as the window is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hotdish_menu.ui.shapes import Shape


class Rough(NamedTuple):
    """What a bitmap image of Tk is made of: two X bitmaps and the colours of their bits."""

    data: str
    foreground: str
    background: str
    maskdata: str


def draw_rough(shape: Shape) -> Rough | None:
    """Give the shape with jagged edges; None if it has more than two colours on the paper."""
    edge = shape.border_width if shape.border else 0
    if shape.ring and edge:
        return None
    inside = _bits(shape, shape.margin + edge, shape.radius - edge)
    line = _bits(shape, shape.margin, shape.radius)
    if shape.ring:
        radius = shape.radius + shape.margin
        gap = _bits(shape, shape.ring_width, radius - shape.ring_width)
        outer = _bits(shape, 0, radius)
        line = [o & ~g | i for o, g, i in zip(outer, gap, inside, strict=True)]
    front = [bits & ~i for bits, i in zip(line, inside, strict=True)]
    color = shape.ring or shape.border or shape.fill
    return Rough(_bitmap(shape, front), color, shape.fill, _bitmap(shape, line))


def _bits(shape: Shape, inset: int, radius: int) -> list[int]:
    """Give a rounded rectangle `inset` from the edge as one number for each row, a bit a pixel."""
    rows = [0] * shape.height
    for y in range(inset, shape.height - inset):
        # The rows of the corners begin farther in, by the circle through the row's middle.
        from_edge = min(y - inset, shape.height - inset - 1 - y) + 0.5
        rise = max(0.0, radius - from_edge)
        start = inset + round(radius - (max(0, radius) ** 2 - rise**2) ** 0.5) if rise else inset
        width = max(0, shape.width - 2 * start)
        rows[y] = ((1 << width) - 1) << start
    return rows


def _bitmap(shape: Shape, rows: list[int]) -> str:
    n_bytes = (shape.width + 7) // 8
    data = b"".join(row.to_bytes(n_bytes, "little") for row in rows)
    digits = data.hex(",").replace(",", ",0x")
    return (
        f"#define i_width {shape.width}\n#define i_height {shape.height}\n"
        f"static char i_bits[] = {{ 0x{digits} }};"
    )
