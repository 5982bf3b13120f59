"""Comma-separated tables as text, and what spreadsheets make of them."""

import csv
import io
from collections.abc import Iterable, Sequence

from hotdish_todo.writers.target import Options

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(header: Sequence[str], rows: Iterable[Sequence[str]], options: Options) -> str:
    """Give a table as text, with the line ends of RFC 4180 and no byte order mark.

    With `excel_safe`, a cell that a spreadsheet would run as a formula begins with an apostrophe.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows(map(_safe, rows) if options.excel_safe else rows)
    return file.getvalue()


def one_line(text: str) -> str:
    r"""Give a text without line ends.

    >>> one_line(" two\r\nlines ")
    'two lines'
    """
    if "\n" in text or "\r" in text:
        text = " ".join(part.strip() for part in text.splitlines())
    return text.strip()


def _safe(row: Sequence[str]) -> list[str]:
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row]
