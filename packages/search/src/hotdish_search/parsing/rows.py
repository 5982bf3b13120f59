"""Table rows whose first cell is code: operations and format codes that have no anchor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.markup import plain

_LONGEST_TITLE = 80
_METHOD_OF_SEQUENCE = re.compile(r"s\.(\w+)\(")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what its first cell shows, and what the others tell about it."""

    title: str
    names: tuple[str, ...]
    text: str


def coded_rows(table: LexborNode) -> Iterator[Row]:
    """The rows of a table that explain a piece of code."""
    for line in table.css("tr"):
        cells = [cell for cell in line.iter() if cell.tag == "td"]
        if len(cells) > 1 and (codes := _codes(cells[0])):
            text = " ".join(told for cell in cells[1:] if (told := plain(cell)))
            yield Row(plain(cells[0])[:_LONGEST_TITLE], tuple(codes), text)


def method_of_sequence(code: str) -> str:
    """The method in the code of a table of sequence operations, or "".

    >>> method_of_sequence("s.append(x)")
    'append'
    """
    found = _METHOD_OF_SEQUENCE.match(code)
    return found[1] if found else ""


def _codes(cell: LexborNode) -> list[str]:
    # Code inside a link only points at the place that explains it.
    return [plain(code) for code in cell.css("code") if not _is_linked(code, cell)]


def _is_linked(code: LexborNode, cell: LexborNode) -> bool:
    parent = code.parent
    while parent is not None and parent.mem_id != cell.mem_id:
        if parent.tag == "a":
            return True
        parent = parent.parent
    return False
