"""Make hits of found entries: snippet, highlights, and which of them deserves a card."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from hotdish_search.model import Entry, Hit, Range, Ranges
from hotdish_search.query.understand import Query
from hotdish_search.query.words import TOKEN, stem, terms

SNIPPET_LENGTH = 200
SNIPPET_SEARCHED = 1500  # characters of an entry's text; later ones seldom say what it is
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W_A-Z]+")
_CARD_KINDS = {"section", "page", "row", "other"}


def make_hits(
    entries: Sequence[Entry], scores: Sequence[float], query: Query, docset: str
) -> tuple[Hit, ...]:
    """Give what is shown of found entries."""
    wanted = frozenset((*query.terms, *query.synonyms))
    typed = [name.lower() for name in query.names if name]
    root = f"/docs/{docset}/"
    hits: list[Hit] = []
    for entry, score in zip(entries, scores, strict=True):
        snippet = make_snippet(entry, query)
        hit = Hit(
            entry,
            root + entry.id,
            snippet,
            round(score * 10_000) / 10_000,  # in a third of the time of `round(score, 4)`
            matches(snippet, wanted),
            _in_title(entry.title, typed, wanted),
        )
        hits.append(hit)
    return tuple(hits)


def make_snippet(entry: Entry, query: Query) -> str:
    """Give one line of an entry: its summary, or a sentence that holds more of the words."""
    best = entry.summary
    if not query.is_name:
        asked = frozenset(query.terms)
        held = len(asked.intersection(terms(best)))
        for sentence in _SENTENCE_END.split(entry.text[:SNIPPET_SEARCHED]):
            if held == len(asked):
                break
            # One word more is no reason to leave the summary, which says what the entry is.
            least = held + 1 + (best is entry.summary and bool(best))
            if _may_hold(sentence, asked, least):
                count = len(asked.intersection(terms(sentence)))
                if count >= least:
                    best, held = sentence, count
    return clip(best or entry.text, SNIPPET_LENGTH)


def _may_hold(sentence: str, asked: frozenset[str], least: int) -> bool:
    """Tell whether a sentence can hold so many terms, in a tenth of the time of cutting it."""
    lower = sentence.lower()
    # Most stems are the beginning of their words, but for the last letter: "dictionari".
    return sum(term[:-1] in lower for term in asked) >= least


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
    ranges = _ranges(text)
    found = [ranges[term] for term in wanted if term in ranges]
    if len(found) < 2:  # noqa: PLR2004
        return found[0] if found else ()
    return tuple(_outermost(chain.from_iterable(found)))


def _outermost(ranges: Iterable[Range]) -> Iterator[Range]:
    """Give ranges in order without those inside others."""
    reached = 0
    for begin, end in sorted(ranges, key=lambda each: (each[0], -each[1])):
        if end > reached:
            yield begin, end
            reached = end


@lru_cache(maxsize=1024)  # who types a name is shown the same few lines again and again
def _ranges(text: str) -> dict[str, Ranges]:
    """Give where a text's tokens and their pieces stand, by term."""
    ranges: dict[str, dict[Range, None]] = {}
    for token in TOKEN.finditer(text):
        start = token.start()
        for term, begin, end in _pieces(token[0]):
            ranges.setdefault(term, {})[start + begin, start + end] = None
    return {term: tuple(found) for term, found in ranges.items()}


@lru_cache(maxsize=2048)
def _pieces(token: str) -> list[tuple[str, int, int]]:
    """Give a token as a whole and in pieces, each as a term, from, to."""
    pieces = ((stem(piece[0].lower()), *piece.span()) for piece in _PIECE.finditer(token))
    return [(token.lower(), 0, len(token)), *pieces]


def card(hits: Sequence[Hit], query: Query) -> Hit | None:
    """Give the first hit if it surely is what was asked: a symbol typed by its name."""
    if not hits or hits[0].entry.kind in _CARD_KINDS:
        return None
    first = hits[0].entry.title.lower()
    typed = {name.lower() for name in query.names}
    sure = any(first == name or first.endswith(f".{name}") for name in typed)
    return hits[0] if sure and hits[0].entry.summary else None


def _in_title(title: str, typed: Sequence[str], wanted: frozenset[str]) -> Ranges:
    """Mark the letters that were typed; else the words that were asked for."""
    lower = title.lower()
    for name in typed:
        begin = lower.find(name)
        if begin >= 0:
            return ((begin, begin + len(name)),)
    return matches(title, wanted)
