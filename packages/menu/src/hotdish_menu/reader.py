"""Reads a menu file: every row that can be shown, and all problems at once."""

from __future__ import annotations

import csv
import os.path
from itertools import islice
from typing import TYPE_CHECKING

from hotdish_menu.columns import BY_FOLDED, ORIGINAL, REQUIRED
from hotdish_menu.decoding import decode, find_delimiter, read_rows
from hotdish_menu.errors import UsageError
from hotdish_menu.model import Menu, Problem, Section
from hotdish_menu.rows import RowReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from os import PathLike

    from hotdish_menu.model import Item, Platform


def read_menu(path: str | PathLike[str], platform: Platform, *, n_first: int | None = None) -> Menu:
    """Read a menu file from disk.

    Args:
        path: The CSV file.
        platform: The system the menu is for; rows meant for another one are left out.
        n_first: Read this many rows only, to paint them at once; the rest is read afterwards.

    Raises:
        UsageError: The file cannot be read, or is no menu at all.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        reason = error.strerror or str(error)
        msg = f"Cannot read the menu {os.fspath(path)!r}: {reason}. Check the path and its spelling"
        raise UsageError(msg) from None
    return parse_menu(data, path, platform, n_first=n_first)


def parse_menu(
    data: bytes, path: str | PathLike[str], platform: Platform, *, n_first: int | None = None
) -> Menu:
    """Read a menu from the bytes of its file; see `read_menu`."""
    name = os.path.basename(path)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        msg = f"{name} is an Excel workbook. Save it as CSV UTF-8 from Excel, and use that file"
        raise UsageError(msg)
    text, encoding = decode(data)
    delimiter, start = find_delimiter(text)
    rows = read_rows(text, delimiter, start)
    try:
        header_line, header = next(((n, row) for n, row in rows if any(row)), (1, []))
        columns, problems = _read_header(name, header_line, header)
        reader = RowReader(columns, platform)
        items = reader.read(rows if n_first is None else islice(rows, n_first))
        is_whole = n_first is None or next(rows, None) is None
    except csv.Error as error:
        msg = f"{name} is no CSV file that can be read: {error}"
        raise UsageError(msg) from None
    if is_whole and not items and not reader.problems and not reader.n_left_out:
        problems.append(
            Problem(0, 0, "warning", "the file has no rows; add one below the headings")
        )
    return Menu(
        path=os.fspath(path),
        sections=group(items),
        problems=(*problems, *reader.problems),
        encoding=encoding,
        delimiter=delimiter,
        is_whole=is_whole,
    )


def group(items: Iterable[Item]) -> tuple[Section, ...]:
    """Put items under their headings.

    A heading stands where it first appears, once, however often and in whatever case it comes
    back; items without one come last.
    """
    headings: dict[str, str] = {}
    members: dict[str, list[Item]] = {}
    for item in items:
        key = item.section.casefold()
        headings.setdefault(key, item.section)
        members.setdefault(key, []).append(item)
    order = sorted(members, key=lambda key: key == "")
    return tuple(Section(headings[key], tuple(members[key])) for key in order)


def _read_header(
    file_name: str, line: int, header: Sequence[str]
) -> tuple[dict[str, int], list[Problem]]:
    """Find where each known column stands; unknown ones are left alone, as the original does."""
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    for position, cell in enumerate(header):
        name = BY_FOLDED.get(cell.strip().casefold())
        if name is None:
            if close := _near_column(cell):
                text = f"column {cell.strip()!r} is not known and left out; did you mean {close}?"
                problems.append(Problem(line, position + 1, "warning", text))
        elif name in columns:
            text = f"column {name} stands twice; the first one counts"
            problems.append(Problem(line, position + 1, "warning", text))
        else:
            columns[name] = position
    if missing := [name for name in REQUIRED if name not in columns]:
        msg = (
            f"{file_name} is no menu: line {line} lacks the column"
            f"{'s' if len(missing) > 1 else ''} {', '.join(missing)}. "
            f"The first row names the columns: {', '.join(ORIGINAL)}"
        )
        raise UsageError(msg)
    return columns, problems


def _near_column(cell: str) -> str:
    # Imported here: only a misspelt heading needs it, and the window starts faster without.
    from difflib import get_close_matches  # noqa: PLC0415

    close = get_close_matches(cell.strip().casefold(), BY_FOLDED, n=1, cutoff=0.8)
    return BY_FOLDED[close[0]] if close else ""
