"""The tables that every engine has, and how an entry becomes a row and back."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from sqlalchemy import (
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
)

from hotdish_search.indexing.content import Content, Docset
from hotdish_search.model import Entry, VersionNote
from hotdish_search.ranking import rank as ranking
from hotdish_search.ranking.names import Name, Names
from hotdish_search.ranking.statistics import Statistics

metadata = MetaData()
AnyRow = Row[*tuple[Any, ...]]

docset_table = Table(
    "docset",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("build", Text, nullable=False),
    Column("built_at", DateTime(timezone=True), nullable=False),
    Column("n_entries", Integer, nullable=False),
    Column("statistics", LargeBinary, nullable=False),
)

entry_table = Table(
    "entry",
    metadata,
    Column("docset", ForeignKey("docset.number", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False),
    Column("popularity", Float, nullable=False),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("page_title", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("example", Text, nullable=False),
    Column("details", Text, nullable=False),  # JSON: what is only shown, never searched
)

name_table = Table(
    "name",
    metadata,
    Column("docset", ForeignKey("docset.number", ondelete="CASCADE"), nullable=False),
    Column("entry", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("weight", Float, nullable=False),
    Index("name_docset", "docset"),
)

TABLES = (docset_table, entry_table, name_table)
DOCSET_COLUMNS = (
    "name", "project", "version", "origin", "folder", "build", "built_at", "n_entries",
)  # fmt: skip
ENTRY_COLUMNS = (
    "id", "title", "kind", "part", "page", "page_title", "module", "signature", "summary", "text",
    "example",
)  # fmt: skip

# What ranking keeps in memory of every entry.
INDEX_COLUMNS = ("place", "popularity", "page", "part", "kind")


def docset_row(docset: Docset, number: int, statistics: bytes) -> dict[str, Any]:
    """Give the row of a docset."""
    row = {field: getattr(docset, field) for field in DOCSET_COLUMNS}
    return {**row, "number": number, "statistics": statistics}


def docset_of(row: AnyRow) -> Docset:
    """Give back the docset of a row; SQLite forgets the time zone, which is always UTC."""
    fields = {field: getattr(row, field) for field in DOCSET_COLUMNS}
    return Docset(**{**fields, "built_at": row.built_at.replace(tzinfo=dt.UTC)})


def entry_rows(content: Content, docset: int) -> list[dict[str, Any]]:
    """Give the rows of all entries."""
    return [
        {
            **{column: getattr(entry, column) for column in ENTRY_COLUMNS},
            "docset": docset,
            "number": number,
            "place": content.places[number],
            "popularity": content.popularity[number],
            "details": orjson.dumps(
                {"names": entry.names, "breadcrumbs": entry.breadcrumbs, "notes": entry.notes}
            ).decode(),
        }
        for number, entry in enumerate(content.entries)
    ]


def name_rows(content: Content, docset: int) -> list[dict[str, Any]]:
    """Give the rows of all names."""
    return [
        {"docset": docset, "entry": name.entry, "text": name.text, "weight": name.weight}
        for name in content.names
    ]


def entry_of(fields: Mapping[str, Any]) -> Entry:
    """Give back the entry of a row with `ENTRY_COLUMNS` and `details`."""
    details = orjson.loads(fields["details"])
    return Entry(
        **{column: fields[column] for column in ENTRY_COLUMNS},
        names=tuple(details["names"]),
        breadcrumbs=tuple(details["breadcrumbs"]),
        notes=tuple(VersionNote(**note) for note in details["notes"]),
    )


def content_of(docset: AnyRow, entries: Sequence[AnyRow], names: Iterable[AnyRow]) -> Content:
    """Give back the content of whole rows, the entries in the order of their numbers."""
    found = (Name(name.text, name.entry, name.weight) for name in names)
    return Content(
        docset=docset_of(docset),
        entries=[entry_of(entry._asdict()) for entry in entries],
        places=[entry.place for entry in entries],
        popularity=[entry.popularity for entry in entries],
        names=sorted(found, key=lambda name: (name.entry, name.text)),
        full_text=Statistics.load(docset.statistics).full_text(),
        statistics=docset.statistics,
    )


def make_index(
    entries: Sequence[AnyRow], names: Iterable[AnyRow], statistics: bytes
) -> ranking.Index:
    """Give what ranking keeps in memory, from rows with `INDEX_COLUMNS` and from names."""
    pages: dict[str, int] = {}
    return ranking.Index(
        names=Names(Name(name.text, name.entry, name.weight) for name in names),
        statistics=Statistics.load(statistics),
        places=np.array([entry.place for entry in entries], np.int32),
        popularity=np.array([entry.popularity for entry in entries], np.float32),
        pages=np.array([pages.setdefault(entry.page, len(pages)) for entry in entries], np.int32),
        parts=np.array([ranking.PARTS.index(entry.part) for entry in entries], np.int32),
        kinds=np.array([ranking.KINDS.index(entry.kind) for entry in entries], np.int32),
    )
