"""A search's answer turned into what the results template shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from hotdish_search.model import Entry, Hit, SearchAnswer, SearchRequest
from hotdish_search.pages.highlight import highlight
from hotdish_search.pages.signature import signature_pieces
from hotdish_search.pages.words import PARTS, is_name, kind_word

FIRST_PAGE = 20
ALL = 50
_EXAMPLE_LINES = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One hit in the list."""

    url: str
    title: Markup
    is_name: bool
    kind: str
    place: str
    snippet: Markup
    badges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The one answer above the list."""

    url: str
    title: str
    is_name: bool
    kind: str
    place: str
    signatures: tuple[tuple[str, ...], ...]
    summary: str
    example: str
    badges: tuple[str, ...]
    import_line: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the documentation with its number of hits."""

    label: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that the results template shows."""

    query: str
    corrected_to: str
    is_verbatim: bool
    corrected_url: str
    verbatim_url: str
    repaired_url: str
    total: int
    took_ms: int
    card: Card | None
    lines: tuple[Line, ...]
    news: tuple[Line, ...]  # What's New, folded away below the rest
    tabs: tuple[Tab, ...]
    kind: str
    without_kind_url: str
    everywhere_url: str
    more_url: str

    @property
    def status(self) -> str:
        """Say how many hits there are, for the live region of screen readers."""
        if not self.total:
            return f"Nothing found for {self.query}"
        number = "1 result" if self.total == 1 else f"{self.total} results"
        return f"{number} for {self.corrected_to or self.query}"


def search_url(request: SearchRequest, **changes: str | int | None) -> str:
    """Give the address of a search's page, with some of its choices changed.

    >>> search_url(SearchRequest("re.sub", limit=20, part="library"), part=None)
    '/search?q=re.sub'
    """
    choices = {
        "q": request.query,
        "part": request.part,
        "kind": request.kind,
        "docset": request.docset,
        "verbatim": int(request.verbatim),
        **changes,
    }
    return "/search?" + urlencode({name: value for name, value in choices.items() if value})


def make_results(request: SearchRequest, answer: SearchAnswer) -> Results:
    """Arrange an answer: card first, then the list, What's New folded unless it was asked for."""
    card = _card(answer.answer) if answer.answer and not request.part else None
    listed = [hit for hit in answer.results if not (card and hit.url == card.url)]
    is_folded = request.part is None and any(hit.entry.part != "whatsnew" for hit in answer.results)
    news = [hit for hit in listed if is_folded and hit.entry.part == "whatsnew"]
    corrected_to = answer.corrected_to or ""
    return Results(
        query=request.query,
        corrected_to=corrected_to,
        is_verbatim=request.verbatim,
        corrected_url=search_url(request, q=corrected_to),
        verbatim_url=search_url(request, verbatim=1),
        repaired_url=search_url(request, verbatim=None),
        total=answer.total,
        took_ms=max(1, round(answer.took_ms)),
        card=card,
        lines=tuple(_line(hit) for hit in listed if hit not in news),
        news=tuple(_line(hit) for hit in news),
        tabs=_tabs(request, answer.part_counts),
        kind=kind_word(request.kind) if request.kind else "",
        without_kind_url=search_url(request, kind=None),
        everywhere_url=search_url(request, kind=None, part=None),
        more_url=_more_url(request, answer),
    )


def _line(hit: Hit) -> Line:
    entry = hit.entry
    return Line(
        url=hit.url,
        title=highlight(entry.title, hit.title_highlights),
        is_name=is_name(entry.kind, entry.title),
        kind=kind_word(entry.kind),
        place=_place(entry),
        snippet=highlight(hit.snippet, hit.highlights),
        badges=entry.badges,
    )


def _card(hit: Hit) -> Card:
    entry = hit.entry
    return Card(
        url=hit.url,
        title=entry.title,
        is_name=is_name(entry.kind, entry.title),
        kind=kind_word(entry.kind),
        place=_place(entry),
        signatures=tuple(
            tuple(signature_pieces(line)) for line in entry.signature.splitlines() if line.strip()
        ),
        summary=entry.summary or hit.snippet,
        example=_clip(entry.example),
        badges=entry.badges,
        import_line=_import_line(entry),
    )


def _place(entry: Entry) -> str:
    """Say where an entry lies: the module of a name, the page of a heading, the part of a page."""
    if entry.module and entry.module != entry.title:
        return entry.module
    if entry.page_title and entry.page_title != entry.title and not entry.module:
        return entry.page_title.partition(" — ")[0]
    return PARTS.get(entry.part, entry.part)


def _clip(example: str) -> str:
    lines = example.splitlines()
    return "\n".join([*lines[:_EXAMPLE_LINES], "…"] if len(lines) > _EXAMPLE_LINES else lines)


def _import_line(entry: Entry) -> str:
    if not is_name(entry.kind, entry.title) or entry.part not in {"library", "builtins"}:
        return ""
    if entry.kind == "module":
        return f"import {entry.title}"
    is_inside = entry.module and entry.title.startswith(entry.module + ".")
    return f"import {entry.module}" if is_inside else ""


def _tabs(request: SearchRequest, counts: Mapping[str, int]) -> tuple[Tab, ...]:
    if not counts:
        return ()
    everywhere = search_url(request, part=None)
    return (
        Tab("All", sum(counts.values()), everywhere, is_current=request.part is None),
        *(
            Tab(label, counts[part], search_url(request, part=part), request.part == part)
            for part, label in PARTS.items()
            if counts.get(part)
        ),
    )


def _more_url(request: SearchRequest, answer: SearchAnswer) -> str:
    is_cut = answer.total > len(answer.results) and request.limit < ALL
    return search_url(request, limit=ALL) if is_cut else ""
