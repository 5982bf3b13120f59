"""Operations, format codes and values of options that have no anchor: rows and list items."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.markup import classes, plain
from hotdish_search.parsing.notes import change_of, read_notes
from hotdish_search.parsing.place import Place
from hotdish_search.parsing.sentences import shorten

_LONGEST_TITLE = 80
_METHOD_OF_SEQUENCE = re.compile(r"s\.(\w+)\(")


@dataclass(frozen=True, slots=True)
class Row:
    """One row or item: what its first cell shows, and what is told about it."""

    title: str
    names: tuple[str, ...]
    text: str
    node: LexborNode


def row_place(row: Row, parent: Place) -> Place:
    """The place of a row, which is found at the place around it."""
    notes = [
        note
        for node in row.node.css("div")
        if (change := change_of(classes(node)))
        for note in read_notes(node, change)
    ]
    return Place(
        id=parent.id,
        form="row",
        title=row.title,
        parent=parent,
        names=[*row.names],
        signatures=[row.title],
        blocks=[row.text],
        lead=[row.text],
        notes=notes,
    )


def coded_rows(table: LexborNode) -> Iterator[Row]:
    """The rows of a table that explain a piece of code."""
    for line in table.css("tr"):
        cells = [cell for cell in line.iter() if cell.tag == "td"]
        if len(cells) > 1 and (codes := _codes(cells[0])):
            text = " ".join(told for cell in cells[1:] if (told := plain(cell)))
            yield Row(shorten(plain(cells[0]), _LONGEST_TITLE), codes, text, line)


def coded_items(items: LexborNode, option: str) -> Iterator[Row]:
    """The items of a list that each explain a value of an option: `-X importtime to ...`."""
    for item in items.iter():
        code = item.css_first("code")
        text = plain(item)
        if code is not None and (name := plain(code)).startswith(option) and text.startswith(name):
            yield Row(name, (name,), text, item)


def method_of_sequence(code: str) -> str:
    """The method in the code of a table of sequence operations, or "".

    >>> method_of_sequence("s.append(x)")
    'append'
    """
    found = _METHOD_OF_SEQUENCE.match(code)
    return found[1] if found else ""


def _codes(cell: LexborNode) -> tuple[str, ...]:
    # A cell with linked code only points at the place that explains it.
    if cell.css_first("a code") is not None:
        return ()
    return tuple(plain(code) for code in cell.css("code"))
