"""One HTML page: its main part, and why a page has none."""

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from hotdish_search.parsing.anchors import PlaceFinder, add_anchors, add_links
from hotdish_search.parsing.blocks import BlockReader
from hotdish_search.parsing.markup import is_section
from hotdish_search.parsing.place import Page

_SECTION = "section[id], div.section[id]"
# Tables of contents repeat headings of other places; permalinks, links to the source, line numbers
# and marks of footnotes are no text.
_ORNAMENTS = (
    "a.headerlink, .viewcode-link, .viewcode-back, .section-number, .toctree-wrapper,"
    " nav.contents, div.contents, .linenos"
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A page that holds nothing to search; `moved_to` is set where it only redirects."""

    path: str
    reason: str
    moved_to: str = ""


def read_page(path: str, html: bytes) -> Page | Skipped:
    """Read one page of the documentation."""
    tree = LexborHTMLParser(html)
    main = main_part(tree)
    if main is None:
        return _without_sections(path, tree)
    _remove_ornaments(main)
    page = Page(path)
    reader = BlockReader(page)
    reader.read(main)
    if not page.places:
        return Skipped(path, "no heading")
    finder = PlaceFinder(reader.place_of_node, page.places[0])
    add_anchors(page, main, finder)
    add_links(page, main, finder)
    return page


def _remove_ornaments(main: LexborNode) -> None:
    for ornament in main.css(_ORNAMENTS):
        ornament.decompose()
    for line_break in main.css("br"):
        line_break.replace_with(" ")
    for mark in main.css("a.footnote-reference"):
        before = mark.prev
        if before is not None and before.is_text_node:
            before.replace_with(before.text().rstrip())
        mark.decompose()


def main_part(tree: LexborHTMLParser) -> LexborNode | None:
    """Give what holds the top sections: themes name it differently, but all have sections."""
    section = tree.css_first(_SECTION)
    if section is None:
        return None
    while section.parent is not None and is_section(section.parent):
        section = section.parent
    return section.parent


def _without_sections(path: str, tree: LexborHTMLParser) -> Skipped:
    refresh = tree.css_first('meta[http-equiv="refresh"]')
    if refresh is None:
        return Skipped(path, "no section")
    content = refresh.attributes.get("content") or ""
    _, _, url = content.partition("=")
    return Skipped(path, "redirect", moved_to=url.strip(" '\""))
