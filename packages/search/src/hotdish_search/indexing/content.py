"""What an index is made of: entries, their names, their words and how wanted they are."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from numpy.typing import ArrayLike

from hotdish_search.indexing.phrasebook import owners
from hotdish_search.model import Entry, Link, ParsedDocs
from hotdish_search.query.words import terms
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import Name, Names, weight
from hotdish_search.ranking.neighbours import find_neighbours
from hotdish_search.ranking.spelling import Spelling
from hotdish_search.ranking.statistics import Statistics
from hotdish_search.ranking.topics import Topics
from hotdish_search.ranking.weights import KINDS, PARTS

MAX_LINKS = 25  # link texts kept for one place; more say nothing new
_HEADINGS = {"section", "page"}  # their titles are words, not names


@dataclass(frozen=True, slots=True)
class Docset:
    """One documentation that is, or is being, indexed.

    Attributes:
        name: Such as `python-3.11`; part of URLs.
        build: Changes whenever the content changes; caches are keyed by it.
        folder: Where its HTML lies, to be served: a whole path, or one below the data folder; "" if
            it is not here.
    """

    name: str
    project: str
    version: str
    origin: str
    folder: str
    build: str
    built_at: dt.datetime
    n_entries: int


@dataclass(frozen=True, slots=True)
class Lore:
    """What is known of entries that no page says.

    Attributes:
        uses: In how many files of real code each full name is used.
        asked: How people ask for an entry, by its key in the phrasebook.
        topics: For each everyday word the keys of what it stands for, best first.
    """

    uses: Mapping[str, float] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Content:
    """All that one docset puts into the database.

    Attributes:
        entries: Its entries; an entry's number is its place in this sequence.
        full_text: For each entry its index terms, once each, joined by spaces.
        index: What ranking knows of them.
    """

    docset: Docset
    entries: Sequence[Entry]
    full_text: Sequence[str]
    index: Index


def make_content(
    parsed: ParsedDocs,
    *,
    name: str,
    folder: str,
    origin: str,
    lore: Lore,
) -> Content:
    """Work out everything that is stored for a documentation.

    Args:
        parsed: The documentation, cut into entries.
        name: Name of the docset.
        folder: Where its HTML lies.
        origin: Where it came from, in words.
        lore: What is known of its entries beside what it says.
    """
    entries = _with_phrases(parsed.entries, lore.asked)
    canonical = _places(entries)
    links = _links_by_place(parsed.links, canonical)
    places = [canonical[entry.id] for entry in entries]
    specials = _uses_of_special_methods(lore.uses)
    popularity = [_uses_of(entry, lore.uses, specials) for entry in entries]
    documents = [
        _document(entry, links.get(place, ()), entries)
        for entry, place in zip(entries, places, strict=True)
    ]
    names = [
        Name(
            text,
            number,
            weight(entry.kind, entry.part, popularity[number], _votes(entry, place, links)),
        )
        for number, (entry, place) in enumerate(zip(entries, places, strict=True))
        for text in _names_of(entry)
    ]
    index = make_index(
        entries,
        names=names,
        statistics=Statistics.count(documents),
        places=places,
        popularity=np.log1p(np.array(popularity)),
        topics=lore.topics,
    )
    docset = Docset(
        name=name,
        project=parsed.project,
        version=parsed.version,
        origin=origin,
        folder=folder,
        build=hashlib.blake2b(repr(entries).encode() + index.dump(), digest_size=8).hexdigest(),
        built_at=dt.datetime.now(tz=dt.UTC),
        n_entries=len(entries),
    )
    full_text = [" ".join(sorted(set(chain(*document.values())))) for document in documents]
    return Content(docset, entries, full_text, index)


def make_index(  # noqa: PLR0913  one parameter a thing to be put together
    entries: Sequence[Entry],
    *,
    names: Iterable[Name],
    statistics: Statistics,
    places: Sequence[int],
    popularity: ArrayLike,
    topics: Mapping[str, Sequence[str]],
) -> Index:
    """Put together what ranking knows of some entries."""
    pages: dict[str, int] = {}
    index = Index(
        names=Names.of(names),
        statistics=statistics,
        spelling=Spelling.of(" ".join((entry.text, *entry.asked)) for entry in entries),
        topics=_find_topics(entries, topics),
        places=np.array(places, np.int32),
        popularity=np.array(popularity, np.float32),
        pages=np.array([pages.setdefault(entry.page, len(pages)) for entry in entries], np.int32),
        parts=np.array([PARTS.index(entry.part) for entry in entries], np.int32),
        kinds=np.array([KINDS.index(entry.kind) for entry in entries], np.int32),
        neighbours=np.empty((len(entries), 0), np.int32),
    )
    return replace(index, neighbours=find_neighbours(index, [entry.title for entry in entries]))


def _find_topics(entries: Sequence[Entry], topics: Mapping[str, Sequence[str]]) -> Topics:
    """Give the entries of each topic; what this documentation lacks is left out."""
    known = owners(entries)
    found = {word: [known[key] for key in keys if key in known] for word, keys in topics.items()}
    return Topics({word: numbers for word, numbers in found.items() if numbers})


def _with_phrases(
    entries: Sequence[Entry], asked: Mapping[str, tuple[str, ...]]
) -> tuple[Entry, ...]:
    """Give the entries with how people ask for them."""
    owned = {number: asked[key] for key, number in owners(entries).items() if key in asked}
    return tuple(
        replace(entry, asked=owned.get(number, ())) for number, entry in enumerate(entries)
    )


def _places(entries: Sequence[Entry]) -> dict[str, int]:
    """Give for each id and alias the number of the first entry of its place."""
    canonical: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if entry.kind != "row":
            canonical.setdefault(entry.id, number)
    for number, entry in enumerate(entries):
        canonical.setdefault(entry.id, number)
        for alias in entry.aliases:
            canonical.setdefault(alias, canonical[entry.id])
    return canonical


def _links_by_place(
    links: Sequence[Link], canonical: Mapping[str, int]
) -> dict[int, list[tuple[Link, int]]]:
    """Give the links to each place with the entry that holds them, What's New left out."""
    by_place: dict[int, list[tuple[Link, int]]] = defaultdict(list)
    for link in links:
        target, source = canonical.get(link.target), canonical.get(link.source)
        if target is not None and source is not None and not link.source.startswith("whatsnew/"):
            by_place[target].append((link, source))
    return by_place


def _uses_of_special_methods(uses: Mapping[str, float]) -> Mapping[str, float]:
    """Give the uses of `__init__` and its like, whatever the class: they all are `object`'s."""
    sums: defaultdict[str, float] = defaultdict(float)
    for name, count in uses.items():
        tail = name.rpartition(".")[2]
        if tail.startswith("__") and tail.endswith("__"):
            sums[f"object.{tail}"] += count
    return sums


def _uses_of(entry: Entry, *counts: Mapping[str, float]) -> float:
    return max((count.get(name, 0.0) for name in _names_of(entry) for count in counts), default=0.0)


def _votes(entry: Entry, place: int, links: Mapping[int, list[tuple[Link, int]]]) -> int:
    sources = {source for link, source in links.get(place, ())
               if link.source.split("#", 1)[0] != entry.page}  # fmt: skip
    return len(sources)


def _names_of(entry: Entry) -> tuple[str, ...]:
    if entry.kind in _HEADINGS or (entry.kind == "row" and " " in entry.title):
        return entry.names
    if entry.kind == "option":
        # An argument such as the `file` of gzip is nothing without its program.
        return (entry.title, *(name for name in entry.names if not name.isidentifier()))
    return tuple(dict.fromkeys((entry.title, *entry.names)))


def _document(
    entry: Entry, links: Sequence[tuple[Link, int]], entries: Sequence[Entry]
) -> dict[str, list[str]]:
    """Give the index terms of an entry by field."""
    texts = dict.fromkeys(link.text for link, _ in links)
    sentences = dict.fromkeys(link.sentence for link, _ in links)
    headings = dict.fromkeys(
        entries[source].title for _, source in links if entries[source].kind in ("section", "page")
    )
    title = " ".join((entry.title, *entry.names))
    return {
        "title": list(terms(title)),
        "body": list(
            terms(" ".join((title, entry.signature, *entry.breadcrumbs[-1:], entry.text)))
        ),
        "links": list(terms(" ".join((*list(texts)[:MAX_LINKS], *list(sentences)[:MAX_LINKS])))),
        "uses": list(terms(" ".join(list(headings)[:MAX_LINKS]))),
        "index": list(terms(" ".join(entry.index_terms))),
        "asked": list(terms(" ".join(entry.asked))),
    }
