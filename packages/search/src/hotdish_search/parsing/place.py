"""What one page yields before names are known: places, anchors, links and what was lost."""

import re
from dataclasses import dataclass, field
from typing import Literal

from hotdish_search.model import VersionNote

# Sphinx numbers these anchors itself, so they name nothing and change with every edit of a page.
NUMBERED_ANCHOR = re.compile(r"(?:index-|id)\d+")

LEADING_PARAGRAPHS = 3

Form = Literal["section", "definition", "row"]


@dataclass(slots=True)
class Place:
    """A section, a definition or a row while its page is being read.

    Attributes:
        id: Id of the entry that will be made of it.
        form: How the place is written: "section", "definition" or "row".
        role: What the HTML says it is: the last class of a definition list ("method"), or "".
        title: Heading, or the name as the signature shows it.
        parent: The place around it, or None for the top of a page.
        names: Further names that the HTML itself shows.
        anchors: Ids in the page that mean this place, its own first.
        signatures: Signatures as printed.
        blocks: Own text, block by block.
        lead: The first paragraphs of plain prose, from which the summary is taken.
        keywords: Keywords that the heading shows as such (`with`).
        example: First block of code.
        notes: Version notes.
    """

    id: str
    form: Form
    title: str
    role: str = ""
    parent: "Place | None" = None
    names: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    lead: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    example: str = ""
    notes: list[VersionNote] = field(default_factory=list)

    @property
    def page(self) -> str:
        """The path of its page."""
        return self.id.partition("#")[0]

    def add_block(self, text: str, *, is_prose: bool) -> None:
        """Append a block of own text; prose may become the summary."""
        if not text:
            return
        self.blocks.append(text)
        if is_prose and len(self.lead) < LEADING_PARAGRAPHS:
            self.lead.append(text)

    def around(self) -> "tuple[Place, ...]":
        """The places around this one, outermost first."""
        return (*self.parent.around(), self.parent) if self.parent else ()


@dataclass(frozen=True, slots=True)
class RawLink:
    """A link before its target is looked up."""

    source: str
    page: str
    anchor: str
    text: str
    sentence: str


@dataclass(slots=True)
class Page:
    """Everything that one page yields.

    Attributes:
        anchors: Every id of the page -> the place it means.
        n_sections: Sections seen.
        n_signatures: Signatures seen.
        lost: "page#anchor: reason" of what became nothing.
    """

    path: str
    title: str = ""
    places: list[Place] = field(default_factory=list)
    anchors: dict[str, Place] = field(default_factory=dict)
    links: list[RawLink] = field(default_factory=list)
    n_sections: int = 0
    n_signatures: int = 0
    lost: list[str] = field(default_factory=list)

    def add(self, place: Place) -> None:
        """Add a place; an anchor that the page gives twice keeps meaning the first one."""
        self.places.append(place)
        for anchor in place.anchors:
            self.anchors.setdefault(anchor, place)
