"""The words of hotdish-search as types: what the parser makes, what a search takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import orjson

Part = Literal[
    "library",
    "reference",
    "tutorial",
    "howto",
    "faq",
    "glossary",
    "using",
    "builtins",
    "extending",
    "c-api",
    "whatsnew",
    "other",
]

Kind = Literal[
    "module",
    "class",
    "function",
    "method",
    "attribute",
    "property",
    "exception",
    "data",
    "decorator",
    "keyword",
    "operator",
    "term",
    "option",
    "envvar",
    "opcode",
    "command",
    "token",
    "c-function",
    "c-macro",
    "c-type",
    "c-member",
    "c-data",
    "section",
    "page",
    "row",
    "other",
]

Change = Literal["added", "changed", "deprecated", "removed"]


@dataclass(frozen=True, slots=True)
class VersionNote:
    """One "Added in", "Changed in", "Deprecated since" or "Removed in" note."""

    change: Change
    version: str
    text: str = ""


_BADGES: Mapping[str, str] = {
    "added": "added {}",
    "deprecated": "deprecated {}",
    "removed": "removed {}",
}
# What every answer tells of an entry, whatever was asked.
_TOLD = (
    "id", "title", "kind", "part", "module", "signature", "summary", "page_title", "badges",
    "breadcrumbs", "example",
)  # fmt: skip

Range = tuple[int, int]  # from, to
Ranges = tuple[Range, ...]


@dataclass(frozen=True)  # has no slots, for what follows from an entry is kept with it
class Entry:
    """One searchable place of the documentation: a symbol, a term, a section, a page or a row.

    Attributes:
        id: The place relative to the docset's root, as in the HTML: `library/re.html#re.sub`, or
            `library/re.html` for a page. Rows of tables and definitions without an anchor carry
            the id of the section around them, so ids are unique only without them.
        title: Full dotted name of a symbol, or the heading without its number.
        names: Every further name that a person may type for it: names of joint signatures,
            operators, keywords (`with`), index terms that are names.
        kind: What it is.
        part: Which part of the documentation it belongs to.
        page: The page's path, `library/re.html`.
        page_title: The page's first heading, without number.
        breadcrumbs: Headings around it, outermost first, without the page's own title.
        module: The module that it belongs to, or "".
        signature: As printed, several signatures on lines of their own, or "".
        summary: First sentence, plain text.
        text: Its own plain text without that of the entries inside it.
        example: First example (source text), or "".
        notes: Version notes of its own.
        aliases: Other ids of the same place.
        index_terms: Terms of the general index that point here ("file, copying" as "file copying").
        asked: How people ask for it, in their own words; no page says that, a phrasebook does.
    """

    id: str
    title: str
    kind: Kind
    part: Part
    page: str
    page_title: str
    module: str = ""
    names: tuple[str, ...] = ()
    breadcrumbs: tuple[str, ...] = ()
    signature: str = ""
    summary: str = ""
    text: str = ""
    example: str = ""
    notes: tuple[VersionNote, ...] = ()
    aliases: tuple[str, ...] = ()
    index_terms: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @cached_property
    def badges(self) -> tuple[str, ...]:
        """Short words about its versions, such as "added 3.9", at most one of a kind.

        An "added" with a text is about a part of it ("Added in 3.4: the parameter x").
        """
        found: dict[str, str] = {}
        for note in self.notes:
            is_of_a_part = note.change == "added" and note.text
            if note.change in _BADGES and not is_of_a_part:
                found.setdefault(note.change, _BADGES[note.change].format(note.version).strip())
        return tuple(found.values())

    @cached_property
    def told(self) -> bytes:
        """What every answer tells of it: a JSON object that goes on, so it ends with a comma."""
        return orjson.dumps({name: getattr(self, name) for name in _TOLD})[:-1] + b","


@dataclass(frozen=True, slots=True)
class Link:
    """One internal link: who points where, with which words and in which sentence."""

    source: str  # id of the entry that holds the link
    target: str  # canonical id of the place it points to
    text: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ParseReport:
    """What became an entry and what did not, so that nothing is lost silently."""

    pages: int
    signatures: int
    sections: int
    inventory_objects: int
    skipped_pages: Mapping[str, str] = field(default_factory=dict)  # page -> reason
    lost: tuple[str, ...] = ()  # "library/x.html#y: reason"


@dataclass(frozen=True, slots=True)
class ParsedDocs:
    """A whole documentation, cut into entries."""

    project: str
    version: str
    entries: tuple[Entry, ...]
    links: tuple[Link, ...]
    report: ParseReport


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search as a person or a program asks for it.

    Attributes:
        verbatim: Search what was typed, without repair of slips.
    """

    query: str
    limit: int = 10
    docset: str | None = None
    part: str | None = None
    kind: str | None = None
    verbatim: bool = False


# A hit is made in a third of the time of a frozen one.
@dataclass(slots=True)
class Hit:
    """One answer of a search: an entry, and what this query marks in it.

    Attributes:
        url: Where it is served: `/docs/python-3.11/library/re.html#re.sub`.
        snippet: One line of plain text.
        score: Comparable within one search only.
        highlights: (start, end) ranges of the snippet that match the query.
        title_highlights: The same for the title.
    """

    entry: Entry
    url: str
    snippet: str
    score: float
    highlights: Ranges = ()
    title_highlights: Ranges = ()


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The answer to one search.

    Attributes:
        total: How many places the shown ones were chosen from: all that match, or names and what is
            near to them where these fill the list.
        corrected_to: The name that was searched instead of a query that names nothing, or None.
        answer: The hit that deserves a card above the list (it is also the first result), or None.
        part_counts: How many of the matching places lie in each part.
    """

    query: str
    docset: str
    took_ms: float
    total: int
    results: tuple[Hit, ...]
    corrected_to: str | None = None
    answer: Hit | None = None
    part_counts: Mapping[str, int] = field(default_factory=dict)

    def named(self, name: str) -> Hit | None:
        """Give the hit that has just this name, or but for upper and lower case; never a guess."""
        if self.corrected_to:
            return None
        same = (hit for hit in self.results if hit.entry.title == name)
        same_but_case = (hit for hit in self.results if hit.entry.title.lower() == name.lower())
        return next(same, None) or next(same_but_case, None) or self.answer
