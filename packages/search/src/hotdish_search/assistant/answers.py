"""What the tools answer.

Some clients show a model only the text of an answer, others only its structured content, so each
holds everything; and both are short, for every token is paid for.
"""

from typing import Annotated

from pydantic import BaseModel, Field

from hotdish_search.assistant.place import Place
from hotdish_search.model import Hit, SearchAnswer
from hotdish_search.present import clip

_SIGNATURE_LENGTH = 200
_MOST_SECTIONS = 40
_FENCE = "```"


class FoundPlace(BaseModel):
    """One hit."""

    id: Annotated[str, Field(description="What read_docs takes.")]
    title: str
    kind: str
    page: Annotated[str, Field(description="Title of its page, where the title needs it.")] = ""
    signature: str = ""
    summary: str = ""
    versions: Annotated[list[str], Field(description="Such as `added 3.9`.")] = []


class Found(BaseModel):
    """The answer of search_docs."""

    docset: str
    total: int
    corrected_to: Annotated[
        str | None,
        Field(description="What was searched instead, since nothing has the name given."),
    ] = None
    results: list[FoundPlace]


class DocsetName(BaseModel):
    """One documentation."""

    name: str
    title: str


class Docsets(BaseModel):
    """The answer of list_docsets; the first is the default."""

    docsets: list[DocsetName]


def found_of(answer: SearchAnswer) -> Found:
    """Give an answer without what a model does not need."""
    return Found(
        docset=answer.docset,
        total=answer.total,
        corrected_to=answer.corrected_to,
        results=[_place_of(hit) for hit in answer.results],
    )


def text_of(found: Found, query: str) -> str:
    """Give an answer as text, two or three lines a hit."""
    if not found.results:
        return (
            f"Nothing in {found.docset} for {query!r}. "
            "Try fewer or other words, or only the last part of a name."
        )
    lines = [f"{found.total} places in {found.docset}, best first; read_docs takes the ids."]
    if found.corrected_to:
        repaired = f"Nothing is named {query!r}: these are the results for {found.corrected_to!r}."
        lines = [f"{repaired} verbatim=true searches what you gave.", *lines]
    for number, place in enumerate(found.results, start=1):
        about = ", ".join((place.kind, *([place.page] if place.page else []), *place.versions))
        lines.append(f"{number}. {place.title} ({about}) id={place.id}")
        lines += [f"   {line}" for line in (place.signature, place.summary) if line]
    return "\n".join(lines)


def reading(place: Place, name: str, start: int, length: int) -> str:
    """Give a stretch of a place's text that ends with a paragraph, and how to go on."""
    end = _end_of_stretch(place.text, start, length)
    lines = [f"[{name}]", "", place.text[start:end].strip("\n")]
    if end < len(place.text):
        lines += [
            "",
            f"[Characters {start} to {end} of {len(place.text)}; go on with start={end}.]",
        ]
        if start == 0 and place.sections:
            lines.append("[Or read one of its sections:")
            lines += [f"{id_} {title}" for id_, title in place.sections[:_MOST_SECTIONS]]
            lines[-1] += "]"
    return "\n".join(lines)


def _place_of(hit: Hit) -> FoundPlace:
    entry = hit.entry
    is_heading = entry.kind in {"section", "row"} and entry.page_title != entry.title
    return FoundPlace(
        id=entry.id,
        title=entry.title,
        kind=entry.kind,
        page=entry.page_title if is_heading else "",
        signature=clip(" | ".join(entry.signature.splitlines()), _SIGNATURE_LENGTH),
        summary=entry.summary or hit.snippet,
        versions=list(entry.badges),
    )


def _end_of_stretch(text: str, start: int, length: int) -> int:
    """Give where to stop: after a paragraph if one ends late enough, not in code or a heading."""
    end = start + length
    if end >= len(text):
        return len(text)
    place = end
    while (place := text.rfind("\n\n", start + length // 2, place)) > 0:
        last_line = text[start:place].rpartition("\n")[2]
        if text.count(_FENCE, start, place) % 2 == 0 and not last_line.startswith("#"):
            return place + 2
    return end
