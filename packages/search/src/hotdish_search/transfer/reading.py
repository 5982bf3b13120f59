"""Read an exported index into a database, at once or not at all.

Whoever made the file is a stranger: everything in it is checked before anything is stored.
"""

import contextlib
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import anyio.to_thread
import orjson
from filelock import FileLock
from pydantic import BaseModel, ValidationError

from hotdish_search.engines import make_engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing import phrasebook
from hotdish_search.indexing.build import Reporter
from hotdish_search.indexing.content import Content, Docset, make_index
from hotdish_search.meaning.shelf import path_of
from hotdish_search.meaning.vectors import read_starts
from hotdish_search.ranking.arrays import unpack
from hotdish_search.ranking.names import Name
from hotdish_search.ranking.statistics import Statistics
from hotdish_search.settings import Settings
from hotdish_search.transfer import layout
from hotdish_search.transfer.layout import ExportedDocset, ExportedEntry, ExportedName, Manifest

_WORKSHOP = ".importing-"
# What numpy says of bytes that are no arrays of ours.
_NO_STATISTICS = (ValueError, KeyError, TypeError, IndexError, EOFError, OSError,
                  zipfile.BadZipFile)  # fmt: skip
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Checked:
    """One docset of the file, found good: its content, and where the rest of it is unpacked."""

    about: ExportedDocset
    content: Content
    folder: Path


async def import_index(source: Path, settings: Settings, reporter: Reporter) -> list[Docset]:
    """Put every docset of an exported file in place of its older build.

    Raises:
        HotdishSearchError: The file is broken or not to be trusted, and nothing was changed; or
            the database refuses a docset, which then stays as it was.
    """
    engine = make_engine(settings.database)
    with _workshop(settings.data_dir) as folder:
        reporter.say(f"Checking {source}")
        checked = await anyio.to_thread.run_sync(_check, source, folder)
        for one in checked:
            _put_vectors(one, settings)
            name = one.content.docset.name
            await engine.replace(one.content, reporter.step(f"Writing {name}"))
            if one.about.has_pages:
                _put_folder(
                    one.folder / layout.PAGES, settings.data_dir / one.content.docset.folder
                )
        return [one.content.docset for one in checked]


@contextlib.contextmanager
def _workshop(data_dir: Path) -> Iterator[Path]:
    """Give an empty folder beside the index, gone afterwards, to one process at a time."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(data_dir / "import.lock"):
        for left in data_dir.glob(f"{_WORKSHOP}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(
            prefix=_WORKSHOP, dir=data_dir, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder)


def _check(source: Path, folder: Path) -> list[_Checked]:
    # The HTTP client in it takes 0.1 s, which every command would wait for.
    from hotdish_search.sources.archive import unpack  # noqa: PLC0415
    from hotdish_search.sources.job import Limits, NoDocsError  # noqa: PLC0415

    try:
        unpack(source, folder, Limits())
        manifest = _read_manifest(folder)
        return [
            _check_docset(about, folder / str(number), source)
            for number, about in enumerate(manifest.docsets)
        ]
    except (NoDocsError, _BrokenError) as error:
        msg = f"{source} cannot be imported, and nothing was changed: {error}"
        raise HotdishSearchError(msg) from error


class _BrokenError(Exception):
    """What is wrong with the file, in a few words."""


def _read_manifest(folder: Path) -> Manifest:
    path = folder / layout.MANIFEST
    if not path.is_file():
        msg = "it is no index that hotdish-search exported, for it has no manifest"
        raise _BrokenError(msg)
    try:
        said = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise _damaged(layout.MANIFEST, str(error)) from error
    version = said.get("version") if isinstance(said, dict) else None
    if isinstance(version, int) and version > layout.VERSION:
        msg = (
            f"its format is {version}, this version reads {layout.VERSION}. "
            "Upgrade: pip install --upgrade hotdish-search"
        )
        raise _BrokenError(msg)
    manifest = _parse(Manifest, path.read_bytes(), layout.MANIFEST)
    names = [docset.name for docset in manifest.docsets]
    if len(set(names)) < len(names):
        raise _damaged(layout.MANIFEST, "it names a docset twice")
    if manifest.checksum != layout.checksum(_digests(folder)):
        msg = "its checksum is wrong, so it was damaged on its way. Copy it again"
        raise _BrokenError(msg)
    return manifest


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    digests = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    del digests[layout.MANIFEST]
    return digests


def _check_docset(about: ExportedDocset, folder: Path, source: Path) -> _Checked:
    rows = [
        _parse(ExportedEntry, line, f"{layout.ENTRIES}, line {number}")
        for number, line in enumerate(_lines(folder / layout.ENTRIES), start=1)
    ]
    names = [
        _parse(ExportedName, line, f"{layout.NAMES}, line {number}")
        for number, line in enumerate(_lines(folder / layout.NAMES), start=1)
    ]
    if len(rows) != about.n_entries:
        raise _damaged(layout.ENTRIES, f"{len(rows)} entries instead of {about.n_entries}")
    pointed = (
        max((row.place for row in rows), default=-1),
        max((n.entry for n in names), default=-1),
    )
    if max(pointed) >= len(rows):
        raise _damaged(layout.ENTRIES, f"entry {max(pointed)} is meant and missing")
    for model in about.models:
        _check_vectors(folder, model, len(rows))
    statistics = _read_statistics(folder / layout.STATISTICS, len(rows))
    docset = Docset(
        name=about.name,
        project=about.project,
        version=about.version,
        origin=f"imported from {source.name}",
        folder=f"docs/{about.name}" if about.has_pages else "",
        build=about.build,
        built_at=about.built_at,
        n_entries=about.n_entries,
    )
    index = make_index(
        [row.entry for row in rows],
        names=[Name(name.text, name.entry, name.weight) for name in names],
        statistics=statistics,
        places=[row.place for row in rows],
        popularity=[row.popularity for row in rows],
        topics=phrasebook.load_topics(),
    )
    content = Content(docset, [row.entry for row in rows], statistics.full_text(), index)
    if about.has_pages and not (folder / layout.PAGES).is_dir():
        raise _damaged(layout.PAGES, "they are missing")
    return _Checked(about, content, folder)


def _read_statistics(path: Path, n_entries: int) -> Statistics:
    try:
        statistics = Statistics.load(unpack(_bytes(path)), n_entries)
        if statistics.is_sound():
            return statistics
    except _NO_STATISTICS as error:
        raise _damaged(layout.STATISTICS, str(error)) from error
    raise _damaged(layout.STATISTICS, "they are of other entries")


def _check_vectors(folder: Path, model: str, n_entries: int) -> None:
    path = folder / layout.VECTORS / model
    n_bytes = len(_bytes(path))
    if read_starts(path, n_entries) is None:
        raise _damaged(model, f"{n_bytes} bytes for {n_entries} entries")


def _parse(model: type[_Model], data: bytes, where: str) -> _Model:
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        raise _damaged(where, f"{path}: {first['msg']}") from error


def _lines(path: Path) -> Iterator[bytes]:
    return iter(_bytes(path).splitlines())


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise _damaged(path.name, "it is missing")
    return path.read_bytes()


def _damaged(where: str, why: str) -> _BrokenError:
    return _BrokenError(f"{where} in it is damaged ({why}). Export it anew: hotdish-search export")


def _put_vectors(one: _Checked, settings: Settings) -> None:
    for model in one.about.models:
        settings.meaning_dir.mkdir(parents=True, exist_ok=True)
        place = path_of(settings.meaning_dir, one.about.build, model)
        (one.folder / layout.VECTORS / model).replace(place)


def _put_folder(new: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(new.with_name("pages-before"))
    new.rename(place)
