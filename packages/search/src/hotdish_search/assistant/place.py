"""The text of one place of the documentation, cut out of its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from hotdish_search.assistant.markdown import to_markdown
from hotdish_search.doc_files import find_file, read_file
from hotdish_search.errors import HotdishSearchError
from hotdish_search.parsing.markup import heading_of, is_section, plain
from hotdish_search.parsing.page import main_part


@dataclass(frozen=True, slots=True)
class Place:
    """The text of a place.

    Attributes:
        text: Markdown.
        sections: Ids and headings of the sections right inside it.
    """

    text: str
    sections: tuple[tuple[str, str], ...]


def read_place(folder: Path, place: str) -> Place:
    """Read a place by its id, `library/re.html#re.sub`, or a whole page by its path.

    Raises:
        HotdishSearchError: There is no such page, or no such place on it.
    """
    path, _, anchor = place.partition("#")
    file = find_file(folder, path)
    if file is None or not path.endswith(".html"):
        msg = f"There is no page {path!r}. Take ids as search_docs gives them"
        raise HotdishSearchError(msg)
    return _read(file, file.stat().st_mtime_ns, path, anchor)


# A long text is read in several calls, and the longest pages take a second to convert.
@lru_cache(maxsize=16)
def _read(file: Path, _changed_ns: int, path: str, anchor: str) -> Place:
    tree = LexborHTMLParser(read_file(file))
    node = main_part(tree) if not anchor else _place_at(tree, anchor)
    if node is None:
        what = f"place {anchor!r} on {path}" if anchor else f"text on {path}"
        msg = f"There is no {what}. Take ids as search_docs gives them"
        raise HotdishSearchError(msg)
    text = to_markdown(node)
    return Place(text, tuple((f"{path}#{inner}", title) for inner, title in _sections_in(node)))


def _place_at(tree: LexborHTMLParser, anchor: str) -> LexborNode | None:
    """Give the element that an anchor stands for, which often is not the one that carries it."""
    node = next((each for each in tree.css("[id]") if each.id == anchor), None)
    if node is None or is_section(node):
        return node
    if node.tag == "dt":
        return _definition(node)
    if not plain(node):  # an empty anchor before what it names, as at the built-in types
        following = _next_element(node)
        if following is not None and following.tag == "dl":
            first = following.css_first("dt")
            return following if first is None else _definition(first)
        return _around(node)
    if node.tag in {"span", "strong", "code", "em", "a"}:
        return _around(node)
    return node


def _around(node: LexborNode) -> LexborNode | None:
    """Give the block around an inline element."""
    current: LexborNode | None = node
    while current is not None:
        if current.tag == "dt":
            return _definition(current)
        if is_section(current) or current.tag in {"pre", "li", "table", "figure"}:
            return current
        current = current.parent
    return None


def _definition(dt: LexborNode) -> LexborNode:
    """Give all signatures of a definition with its description, without its neighbours."""
    group = [*reversed([*_siblings(dt, "dt", forward=False)]), dt, *_siblings(dt, "dt")]
    described = _next_element(group[-1])
    if described is not None and described.tag == "dd":
        group.append(described)
    html = "".join(part.html or "" for part in group)
    wrapped = LexborHTMLParser(f"<dl>{html}</dl>").css_first("dl")
    assert wrapped is not None  # noqa: S101  it was just written
    return wrapped


def _siblings(node: LexborNode, tag: str, *, forward: bool = True) -> Iterator[LexborNode]:
    current = _next_element(node, forward=forward)
    while current is not None and current.tag == tag:
        yield current
        current = _next_element(current, forward=forward)


def _next_element(node: LexborNode, *, forward: bool = True) -> LexborNode | None:
    current = node.next if forward else node.prev
    while current is not None and not current.is_element_node:
        current = current.next if forward else current.prev
    return current


def _sections_in(node: LexborNode) -> Iterator[tuple[str, str]]:
    """Give ids and headings of the sections right inside; of the only one, what is inside that."""
    inner = [child for child in node.iter() if is_section(child) and child.id]
    if len(inner) == 1 and not is_section(node):
        yield from _sections_in(inner[0])
        return
    for section in inner:
        heading = heading_of(section)
        if heading is not None and section.id:
            yield section.id, plain(heading)
