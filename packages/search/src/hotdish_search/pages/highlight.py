"""Text with marked ranges as safe HTML."""

from collections.abc import Iterable

from markupsafe import Markup, escape


def highlight(text: str, ranges: Iterable[tuple[int, int]]) -> Markup:
    """Escape a text and wrap its ranges in `<mark>`.

    Ranges may overlap, touch, be out of order or reach beyond the text.

    >>> highlight("a < b", [(4, 5)])
    Markup('a &lt; <mark>b</mark>')
    """
    parts: list[str] = []
    done = 0
    for start, end in _merged(ranges, len(text)):
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    parts.append(escape(text[done:]))
    return Markup("".join(parts))  # noqa: S704 - every piece of the text went through escape


def _merged(ranges: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in ranges):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
