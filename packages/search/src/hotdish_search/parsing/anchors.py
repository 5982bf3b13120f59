"""Which place each remaining anchor and each link of a page belongs to."""

from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.markup import plain
from hotdish_search.parsing.place import Page, Place, RawLink
from hotdish_search.parsing.sentences import sentence_around

_PARAGRAPHS = frozenset({"p", "li", "dd", "td", "th", "dt", "caption", "pre"}) | {
    f"h{level}" for level in range(1, 7)
}


class PlaceFinder:
    """Finds the nearest place around a node."""

    def __init__(self, place_of_node: dict[int, Place], top: Place) -> None:
        self._place_of_node = place_of_node
        self._top = top

    def place_of(self, node: LexborNode) -> Place:
        """The nearest place around a node; the top of the page where there is none."""
        current: LexborNode | None = node
        while current is not None:
            place = self._place_of_node.get(current.mem_id)
            if place is not None:
                return place
            current = current.parent
        return self._top


def add_anchors(page: Page, main: LexborNode, finder: PlaceFinder) -> None:
    """Give every id of the page that names no place itself the place around it."""
    for node in main.css("[id]"):
        anchor = node.id
        if anchor and anchor not in page.anchors:
            page.anchors[anchor] = finder.place_of(node)


def add_links(page: Page, main: LexborNode, finder: PlaceFinder) -> None:
    """Keep every link of the page into the documentation, with the sentence around it."""
    for link in main.css("a.reference.internal"):
        target, _, anchor = unquote(link.attributes.get("href") or "").partition("#")
        if "://" in target:
            continue
        words = plain(link)
        paragraph = _paragraph_around(link)
        is_sentence = paragraph is not None and paragraph.tag not in {"dt", "pre"}
        sentence = sentence_around(plain(paragraph), words) if paragraph and is_sentence else ""
        source = finder.place_of(link).id
        page.links.append(RawLink(source, _join(page.path, target), anchor, words, sentence))


def _paragraph_around(link: LexborNode) -> LexborNode | None:
    current = link.parent
    while current is not None and current.tag not in _PARAGRAPHS:
        current = current.parent
    return current


def _join(page: str, target: str) -> str:
    """The page that a relative link of a page means.

    >>> _join("library/json.html", "../c-api/list.html")
    'c-api/list.html'
    """
    if not target:
        return page
    parts = page.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
