"""An answer as JSON: how it is written, and how OpenAPI describes it."""

import orjson
from pydantic import BaseModel, Field

from hotdish_search.model import Hit, Ranges, SearchAnswer


class HitSchema(BaseModel):
    """One answer of a search, ready to be shown."""

    id: str = Field(description="The place, relative to the docset's root, as in the HTML.")
    title: str
    kind: str
    part: str
    module: str
    signature: str
    summary: str
    page_title: str
    badges: list[str] = Field(description="Such as `added 3.9`, `deprecated 3.12`.")
    breadcrumbs: list[str] = Field(description="Headings around it, outermost first.")
    example: str = Field(description="The first example, or an empty text.")
    url: str = Field(description="Where it is served.")
    snippet: str = Field(description="One line of plain text.")
    score: float = Field(description="Comparable within one search only.")
    highlights: Ranges = Field(description="What matches in `snippet`: `[start, end)`.")
    title_highlights: Ranges = Field(description="What matches in `title`: `[start, end)`.")


class AnswerSchema(BaseModel):
    """The answer to one search."""

    query: str
    docset: str
    took_ms: float
    total: int = Field(
        description="How many places the hits were chosen from: all that match, or names and what "
        "is near to them where these fill the list."
    )
    corrected_to: str | None = Field(
        description="What was searched instead of a query that names nothing."
    )
    answer: HitSchema | None = Field(
        description="The hit that deserves a card above the list; it is the first result too."
    )
    part_counts: dict[str, int] = Field(description="How many of the places lie in each part.")
    results: list[HitSchema]


def write_answer(answer: SearchAnswer) -> bytes:
    """Give an answer as `AnswerSchema` describes it.

    What is told of an entry whatever was asked is kept as JSON, so only the rest is written anew.
    """
    results = [orjson.Fragment(_write_hit(hit)) for hit in answer.results]
    return orjson.dumps(
        {
            "query": answer.query,
            "docset": answer.docset,
            "took_ms": answer.took_ms,
            "total": answer.total,
            "corrected_to": answer.corrected_to,
            "answer": results[0] if answer.answer else None,
            "part_counts": answer.part_counts,
            "results": results,
        }
    )


def _write_hit(hit: Hit) -> bytes:
    asked = orjson.dumps(
        {
            "url": hit.url,
            "snippet": hit.snippet,
            "score": hit.score,
            "highlights": hit.highlights,
            "title_highlights": hit.title_highlights,
        }
    )
    return hit.entry.told + asked.removeprefix(b"{")
