"""Turns the bytes of a CSV file into rows, whatever program wrote it."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING

from hotdish_menu.columns import BY_FOLDED

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS = ",;\t|"
# A cell may hold a whole script; Python's own limit is 128 KiB.
LONGEST_CELL = 16 * 2**20

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """Decode a file and name its encoding.

    A byte order mark decides; without one it is UTF-16 if every other byte of the start is zero,
    UTF-8 if it can be, and else the Windows code page of this computer.

    >>> decode("Größe".encode("cp1252"))
    ('Größe', 'cp1252')
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    head = data[:200]
    if head and head.count(0) * 3 > len(head):
        encoding = "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
        return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _code_page()
        return data.decode(encoding, "replace"), encoding


def find_delimiter(text: str) -> tuple[str, int]:
    r"""Find what parts the cells, and where the table starts.

    A first line `sep=;`, as Excel writes and understands it, wins; else it is the character
    that gives the most known headings.

    >>> find_delimiter("sep=|\nName|Method\n")
    ('|', 6)
    >>> find_delimiter("Name;Method;Command\n")
    (';', 0)
    """
    if text[:4].casefold() == "sep=" and len(text) > len("sep="):
        return text[4], text.find("\n") + 1 or len(text)
    best = max(DELIMITERS, key=lambda char: n_known_headings(text, char))
    return best, 0


def n_known_headings(text: str, delimiter: str) -> int:
    """Count the headings of the first line that the menu knows."""
    first = next(csv.reader(_as_lines(text[:65536]), delimiter=delimiter), [])
    return len({cell.strip().casefold() for cell in first} & BY_FOLDED.keys())


def read_rows(text: str, delimiter: str, start: int) -> Iterator[tuple[int, list[str]]]:
    """Go through the rows with the number of the line each starts at.

    Raises:
        csv.Error: a cell is longer than any script can be.
    """
    csv.field_size_limit(LONGEST_CELL)
    skipped = text.count("\n", 0, start)
    reader = csv.reader(_as_lines(text[start:] if start else text), delimiter=delimiter)
    line = 1
    for row in reader:
        yield line + skipped, row
        line = reader.line_num + 1


def _as_lines(text: str) -> io.StringIO:
    """Read text with any of the three kinds of line ends; within cells they are plain ones."""
    return io.StringIO(text, newline=None)


def _code_page() -> str:
    """Name the code page of this Windows; elsewhere the one most files come from."""
    import locale  # noqa: PLC0415 - few files need it, and none before the first paint

    encoding = locale.getpreferredencoding(do_setlocale=False).casefold()
    return encoding if encoding.startswith("cp") else "cp1252"
