"""Make hits of found entries: snippet, highlights, badges, and which of them deserves a card."""

import re
from collections.abc import Sequence
from functools import lru_cache

from hotdish_search.model import Entry, Hit
from hotdish_search.query.understand import Query
from hotdish_search.query.words import TOKEN, stem, terms

SNIPPET_LENGTH = 200
SNIPPET_SEARCHED = 1500  # characters of an entry's text; later ones seldom say what it is
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W_A-Z]+")
_BADGE_WORDS = {
    "added": "added {}",
    "deprecated": "deprecated {}",
    "removed": "removed {}",
}
_CARD_KINDS = {"section", "page", "row", "other"}

Ranges = tuple[tuple[int, int], ...]
_Piece = tuple[int, int, str]  # from, to, stem
_Token = tuple[str, int, list[_Piece]]  # in lower case, length, pieces


def make_hits(
    entries: Sequence[Entry], scores: Sequence[float], query: Query, docset: str
) -> tuple[Hit, ...]:
    """Give what is shown of found entries."""
    wanted = frozenset((*query.terms, *query.synonyms))
    return tuple(
        _make_hit(entry, score, query, wanted, docset)
        for entry, score in zip(entries, scores, strict=True)
    )


def _make_hit(entry: Entry, score: float, query: Query, wanted: frozenset[str], docset: str) -> Hit:
    snippet = make_snippet(entry, query)
    return Hit(
        id=entry.id,
        url=f"/docs/{docset}/{entry.id}",
        title=entry.title,
        kind=entry.kind,
        part=entry.part,
        module=entry.module,
        signature=entry.signature,
        summary=entry.summary,
        snippet=snippet,
        page_title=entry.page_title,
        score=round(score, 4),
        highlights=matches(snippet, wanted),
        title_highlights=_in_title(entry.title, query, wanted),
        badges=badges(entry) if entry.notes else (),
        breadcrumbs=entry.breadcrumbs,
        example=entry.example,
    )


def make_snippet(entry: Entry, query: Query) -> str:
    """Give one line of an entry: its summary, or a sentence that holds more of the words."""
    best = entry.summary
    if not query.is_name:
        asked = frozenset(query.terms)
        held = len(asked.intersection(terms(best)))
        for sentence, held_there in _sentences(entry.text[:SNIPPET_SEARCHED]):
            if held == len(asked):
                break
            # One word more is no reason to leave the summary, which says what the entry is.
            count = len(asked & held_there)
            if count > held + (best is entry.summary and bool(best)):
                best, held = sentence, count
    return clip(best or entry.text, SNIPPET_LENGTH)


@lru_cache(maxsize=64)
def _sentences(text: str) -> list[tuple[str, frozenset[str]]]:
    """Give the sentences of a text, each with its terms."""
    return [(sentence, frozenset(terms(sentence))) for sentence in _SENTENCE_END.split(text)]


@lru_cache(maxsize=1024)
def clip(text: str, length: int) -> str:
    """Cut a text at a word's end, with an ellipsis.

    >>> clip("one two three", 9)
    'one two …'
    """
    tidy = " ".join(text.split())
    if len(tidy) <= length:
        return tidy
    return tidy[: length - 1].rsplit(" ", 1)[0] + " …"


def matches(text: str, wanted: frozenset[str]) -> Ranges:
    """Give the ranges of what a query asked for: identifiers whole, or the pieces of them.

    >>> matches("ConfigParser.read_file", frozenset({"read"}))
    ((13, 17),)
    """
    tokens, numbers = _tokens(text)
    found = {number for term in numbers.keys() & wanted for number in numbers[term]}
    ranges: list[tuple[int, int]] = []
    for number in sorted(found):
        begin, (whole, length, pieces) = tokens[number]
        if whole in wanted:
            ranges.append((begin, begin + length))
        else:
            ranges += [(begin + start, begin + end) for start, end, term in pieces
                       if term in wanted]  # fmt: skip
    return tuple(ranges)


@lru_cache(maxsize=1024)  # who types a name is shown the same few lines again and again
def _tokens(text: str) -> tuple[list[tuple[int, _Token]], dict[str, list[int]]]:
    """Give where the tokens of a text begin, and what they are; and which of them hold a term."""
    tokens = [(token.start(), _token(token[0])) for token in TOKEN.finditer(text)]
    numbers: dict[str, list[int]] = {}
    for number, (_, (whole, _, pieces)) in enumerate(tokens):
        for term in {whole, *(piece[2] for piece in pieces)}:
            numbers.setdefault(term, []).append(number)
    return tokens, numbers


@lru_cache(maxsize=2048)
def _token(token: str) -> _Token:
    pieces = [(piece.start(), piece.end(), stem(piece[0].lower()))
              for piece in _PIECE.finditer(token)]  # fmt: skip
    return token.lower(), len(token), pieces


def badges(entry: Entry) -> tuple[str, ...]:
    """Give short words about an entry's versions, at most one of a kind.

    An "added" with a text is about a part of the entry ("Added in 3.4: the parameter x").
    """
    found: dict[str, str] = {}
    for note in entry.notes:
        is_of_a_part = note.change == "added" and note.text
        if note.change in _BADGE_WORDS and not is_of_a_part:
            found.setdefault(note.change, _BADGE_WORDS[note.change].format(note.version).strip())
    return tuple(found.values())


def card(hits: Sequence[Hit], query: Query) -> Hit | None:
    """Give the first hit if it surely is what was asked: a symbol typed by its name."""
    if not hits or hits[0].kind in _CARD_KINDS:
        return None
    first = hits[0].title.lower()
    typed = {name.lower() for name in query.names}
    sure = any(first == name or first.endswith(f".{name}") for name in typed)
    return hits[0] if sure and hits[0].summary else None


def _in_title(title: str, query: Query, wanted: frozenset[str]) -> Ranges:
    """Mark the letters that were typed; else the words that were asked for."""
    for name in query.names:
        begin = title.lower().find(name.lower())
        if name and begin >= 0:
            return ((begin, begin + len(name)),)
    return matches(title, wanted)
