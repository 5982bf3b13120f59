"""Sections: which nodes are some, and the place that each becomes."""

import re

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.markup import ids_inside, plain
from hotdish_search.parsing.place import Page, Place
from hotdish_search.parsing.tags import HEADINGS

# A log of changes has a section for each version, and in each of them the same few headings
# ("Library", "Tests"): those would flood the results and stay part of their version.
_LOG_OF_CHANGES = re.compile(r"(?:^|/)(?:changelog|changes|history|news)[^/]*\.html$")


def section_place(
    page: Page,
    section: LexborNode,
    heading: LexborNode,
    parent: Place | None,
) -> Place:
    """The place of a section; the first one of a page is the page itself."""
    title = plain(heading)
    is_top = not page.places
    anchors = _anchors_of(section)
    if is_top:
        page.title = title
    return Place(
        id=page.path if is_top or not section.id else f"{page.path}#{section.id}",
        form="section",
        title=title,
        parent=parent,
        anchors=anchors,
        keywords=[plain(code) for code in heading.css("code.std-keyword")],
    )


def is_part_of_its_version(page: Page, parent: Place | None) -> bool:
    """Whether a section lies inside the section of one version of a log of changes."""
    is_inside = parent is not None and parent.parent is not None
    return is_inside and _LOG_OF_CHANGES.search(page.path) is not None


def is_heading_of(section: Place, definition: Place, full_name: str = "") -> bool:
    """Whether a section is headed by nothing but the name of a definition in it.

    Some documentations give every method a section, or every function a page of its own.
    """
    if section.form != "section" or definition.form != "definition" or not definition.anchors:
        return False
    heading = section.title.removesuffix("()")
    # A signature may say more than the name: "django-admin migrate".
    names = (*definition.names, *(word for name in definition.names for word in name.split()))
    return any(name == heading or name.endswith(f".{heading}") for name in (*names, full_name))


def _anchors_of(section: LexborNode) -> list[str]:
    """Its own id, then those of the targets that stand before its heading, and of the heading."""
    anchors = [section.id] if section.id else []
    for child in section.iter():
        if child.tag == "span" or child.tag in HEADINGS:
            anchors += ids_inside(child)
        if child.tag in HEADINGS:
            break
    return anchors
