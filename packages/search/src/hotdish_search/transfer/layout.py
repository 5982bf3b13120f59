"""What an exported file is: a zip with a manifest, and a folder of plain files for each docset.

It names no engine and no path of the computer that made it:

    manifest.json
    0/entries.jsonl      one entry a line, in the order of their numbers
    0/names.jsonl        one name a line
    0/statistics.npz     the words, as ranking keeps them
    0/vectors/MODEL      what the entries mean to a model, if that was learned
    0/pages/...          the documentation itself, unless it was left out
    1/...
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from hotdish_search.model import Entry

FORMAT: Literal["hotdish-search index"] = "hotdish-search index"
VERSION: Literal[1] = 1
MANIFEST = "manifest.json"
ENTRIES, NAMES, STATISTICS = "entries.jsonl", "names.jsonl", "statistics.npz"
VECTORS, PAGES = "vectors", "pages"

# Both become names of files on the computer that imports them.
_DOCSET = r"^\w([\w.+ -]{0,98}[\w+-])?$"
_MODEL = r"^\w[\w.-]{0,99}$"


class ExportedDocset(BaseModel):
    """What the manifest says of one docset; its folder in the file is its place in the list."""

    name: Annotated[str, Field(pattern=_DOCSET)]
    project: str
    version: str
    build: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    built_at: dt.datetime
    n_entries: Annotated[int, Field(ge=0)]
    has_pages: bool
    models: list[Annotated[str, Field(pattern=_MODEL)]]


class Manifest(BaseModel):
    """What the file says of itself.

    Attributes:
        made_by: The version of hotdish-search that wrote it.
        checksum: Of all other files, as `checksum` gives it.
    """

    format: Literal["hotdish-search index"] = FORMAT
    version: Literal[1] = VERSION
    made_by: str
    checksum: str
    docsets: Annotated[list[ExportedDocset], Field(min_length=1)]


class ExportedEntry(BaseModel):
    """One line of `entries.jsonl`."""

    entry: Entry
    place: Annotated[int, Field(ge=0)]
    popularity: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ExportedName(BaseModel):
    """One line of `names.jsonl`."""

    text: Annotated[str, Field(min_length=1)]
    entry: Annotated[int, Field(ge=0)]
    weight: Annotated[float, Field(allow_inf_nan=False)]


def checksum(digests: Mapping[str, str]) -> str:
    """Give one checksum for many files, given the SHA-256 of each by its name in the zip."""
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()
