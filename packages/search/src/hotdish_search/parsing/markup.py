"""What every other module asks of an HTML node: its classes, its text, the text without spaces."""

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.tags import HEADINGS


def classes(node: LexborNode) -> list[str]:
    """The class names of a node, in the order of the page."""
    return (node.attributes.get("class") or "").split()


def collapse(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(text.split())


def plain(node: LexborNode) -> str:
    """The text of a node and of all that is inside it, on one line."""
    return collapse(node.text())


def is_section(node: LexborNode) -> bool:
    """Whether a node is a section: `<section>` since Sphinx 4.5, `<div class="section">` before."""
    return node.tag == "section" or (node.tag == "div" and "section" in classes(node))


def heading_of(section: LexborNode) -> LexborNode | None:
    """The heading of a section, or None."""
    return next((child for child in section.iter() if child.tag in HEADINGS), None)


def ids_inside(node: LexborNode) -> list[str]:
    """The id of a node (first) and those of all elements inside it."""
    return [value for element in node.css("[id]") if (value := element.id)]
