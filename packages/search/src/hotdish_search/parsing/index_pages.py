"""The general index: which terms its makers chose for which anchors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from hotdish_search.parsing.markup import collapse

_FURTHER_TARGET = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class IndexTerm:
    """One line of the general index.

    Attributes:
        head: The outer term: "** ", "with".
        detail: The inner term: "operator", "statement"; "" where there is none.
        position: 0 for the first target of the term, which is its main one.
    """

    head: str
    detail: str
    page: str
    anchor: str
    position: int

    @property
    def text(self) -> str:
        """Outer and inner term in one: "file copying"."""
        return f"{self.head} {self.detail}".strip()


def read_index_terms(folder: Path) -> list[IndexTerm]:
    """Read all terms of the general index, whole or split by letters."""
    return [term for path in _index_files(folder) for term in _terms_of(path)]


def _index_files(folder: Path) -> list[Path]:
    whole = folder / "genindex-all.html"
    if whole.is_file():
        return [whole]
    return sorted(folder.glob("genindex*.html"))


def _terms_of(path: Path) -> Iterator[IndexTerm]:
    tree = LexborHTMLParser(path.read_bytes())
    for item in tree.css("table.genindextable li"):
        outer = item.parent.parent if item.parent else None
        text, targets = _line(item)
        head = _line(outer)[0] if outer is not None and outer.tag == "li" else ""
        for position, target in enumerate(targets):
            page, _, anchor = unquote(target).partition("#")
            yield IndexTerm(head or text, text if head else "", page, anchor, position)


def _line(item: LexborNode) -> tuple[str, list[str]]:
    """Own text of a line, without its inner lines, and the targets of its links."""
    text = []
    targets = []
    for child in item.iter(include_text=True):
        if child.tag == "ul":
            break
        if child.tag == "a":
            targets.append(child.attributes.get("href") or "")
        words = child.text()
        if not _FURTHER_TARGET.fullmatch(words.strip()):
            text.append(words)
    return collapse("".join(text)).rstrip(" ,"), targets
