"""The tables that every engine has, and how an entry becomes a row and back."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
)

from hotdish_search.indexing.content import Content, Docset
from hotdish_search.model import Entry, VersionNote
from hotdish_search.ranking.index import Index

# The number of what is stored and how; an index with another one is not read.
LAYOUT = 6
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
    Column("ranking", LargeBinary, nullable=False),  # `Index`, packed
)

entry_table = Table(
    "entry",
    metadata,
    Column("docset", ForeignKey("docset.number", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
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
    Column("details", Text, nullable=False),  # JSON: what needs no column of its own
)

TABLES = (docset_table, entry_table)
DOCSET_COLUMNS = (
    "name", "project", "version", "origin", "folder", "build", "built_at", "n_entries",
)  # fmt: skip
ENTRY_COLUMNS = (
    "id", "title", "kind", "part", "page", "page_title", "module", "signature", "summary", "text",
    "example",
)  # fmt: skip


def docset_row(content: Content, number: int) -> dict[str, Any]:
    """Give the row of a docset."""
    row = {field: getattr(content.docset, field) for field in DOCSET_COLUMNS}
    return {**row, "number": number, "ranking": content.index.dump()}


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
            "details": orjson.dumps(
                {
                    "names": entry.names,
                    "breadcrumbs": entry.breadcrumbs,
                    "notes": entry.notes,
                    "asked": entry.asked,
                }
            ).decode(),
        }
        for number, entry in enumerate(content.entries)
    ]


def entry_of(row: Sequence[Any]) -> Entry:
    """Give back the entry of a row of `ENTRY_COLUMNS` and `details`."""
    details = orjson.loads(row[-1])
    return Entry(
        **dict(zip(ENTRY_COLUMNS, row, strict=False)),
        names=tuple(details["names"]),
        breadcrumbs=tuple(details["breadcrumbs"]),
        notes=tuple(VersionNote(**note) for note in details["notes"]),
        asked=tuple(details["asked"]),
    )


def content_of(docset: AnyRow, entries: Iterable[AnyRow]) -> Content:
    """Give back the content of whole rows, the entries in the order of their numbers."""
    index = Index.load(docset.ranking)
    columns = (*ENTRY_COLUMNS, "details")
    return Content(
        docset=docset_of(docset),
        entries=[entry_of([getattr(row, column) for column in columns]) for row in entries],
        full_text=index.statistics.full_text(),
        index=index,
    )
