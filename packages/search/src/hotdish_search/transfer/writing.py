"""Write a built index into one file, whole or not at all."""

import hashlib
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import anyio.to_thread
import orjson
from pydantic import ValidationError

from hotdish_search import __version__
from hotdish_search.doc_files import find_file
from hotdish_search.engines import Progress, make_engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.build import Reporter
from hotdish_search.indexing.content import Content
from hotdish_search.meaning import Embedder, VectorShelf
from hotdish_search.meaning.shelf import kept_models, path_of
from hotdish_search.meaning.vectors import texts_of
from hotdish_search.ranking.arrays import pack
from hotdish_search.settings import Settings
from hotdish_search.transfer import layout
from hotdish_search.transfer.layout import ExportedDocset, Manifest


@dataclass(frozen=True, slots=True)
class Parts:
    """What goes into the file.

    Attributes:
        docset: Name of the one docset; all if None.
        pages: Whether the documentation itself goes with its index.
        embedder: Learns first what the entries mean where that is not known; None learns nothing.
    """

    docset: str | None = None
    pages: bool = True
    embedder: Embedder | None = None


async def export_index(
    target: Path, settings: Settings, parts: Parts, reporter: Reporter
) -> list[ExportedDocset]:
    """Write docsets of an index into one file, which takes the place of an older export.

    Raises:
        HotdishSearchError: There is no such index or docset, pages are missing, or the file is
            another program's.
    """
    await anyio.to_thread.run_sync(_check_target, target)
    contents = await _read(settings, parts.docset)
    if parts.embedder is not None:
        for content in contents:
            await _learn(content, settings, parts.embedder, reporter)
    writing = reporter.step("Writing the file")
    return await anyio.to_thread.run_sync(_write, target, contents, settings, parts, writing)


def _check_target(target: Path) -> None:
    """Refuse to write over what is no export of ours."""
    if not target.exists():
        return
    try:
        with zipfile.ZipFile(target) as bundle:
            is_ours = layout.FORMAT.encode() in bundle.read(layout.MANIFEST)
    except (OSError, KeyError, zipfile.BadZipFile):
        is_ours = False
    if not is_ours:
        msg = f"{target} is there and is no exported index. Move it away, or name another file"
        raise HotdishSearchError(msg)


def _write(
    target: Path, contents: Sequence[Content], settings: Settings, parts: Parts, progress: Progress
) -> list[ExportedDocset]:
    building = target.with_name(f"{target.name}.building-{os.getpid()}")
    docsets: list[ExportedDocset] = []
    try:
        with _Bundle(building) as bundle:
            for number, content in enumerate(contents):
                docsets.append(_add(bundle, str(number), content, settings, parts))
                progress(number + 1, len(contents))
            bundle.finish(docsets)
        building.replace(target)
    except OSError as error:
        msg = f"{target} cannot be written: {error.strerror}"
        raise HotdishSearchError(msg) from error
    finally:
        building.unlink(missing_ok=True)
    return docsets


class _Bundle:
    """A zip that remembers what it holds."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._digests: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(self, name: str, data: bytes) -> None:
        # Without the time of writing, the same index gives the same file.
        self._zip.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        self._digests[name] = hashlib.sha256(data).hexdigest()

    def finish(self, docsets: list[ExportedDocset]) -> None:
        checksum = layout.checksum(self._digests)
        manifest = Manifest(made_by=__version__, checksum=checksum, docsets=docsets)
        self.add(layout.MANIFEST, manifest.model_dump_json(indent=2).encode())


async def _read(settings: Settings, docset: str | None) -> list[Content]:
    engine = make_engine(settings.database)
    await engine.open()
    try:
        names = [one.name for one in await engine.docsets()]
        if docset is not None and docset not in names:
            msg = f"There is no docset {docset!r}. Use one of: {', '.join(names)}"
            raise HotdishSearchError(msg)
        return [await engine.content(name) for name in names if docset in (None, name)]
    finally:
        await engine.close()


async def _learn(
    content: Content, settings: Settings, embedder: Embedder, reporter: Reporter
) -> None:
    shelf = VectorShelf(settings.meaning_dir, embedder)
    build = content.docset.build
    if shelf.load(build, len(content.entries)) is not None:
        return

    async def texts() -> Sequence[Sequence[str]]:
        return [texts_of(entry) for entry in content.entries]

    learning = reporter.step(f"Learning what {content.docset.name} means")
    if await shelf.make(build, texts, learning) is None:
        msg = (
            f"Another process is learning what {content.docset.name} means. "
            "Export again when it is done, in some minutes"
        )
        raise HotdishSearchError(msg)


def _add(
    bundle: _Bundle, folder: str, content: Content, settings: Settings, parts: Parts
) -> ExportedDocset:
    docset = content.docset
    models = kept_models(settings.meaning_dir, docset.build)
    about = _describe(content, models, has_pages=parts.pages)
    bundle.add(f"{folder}/{layout.ENTRIES}", _entries(content))
    bundle.add(f"{folder}/{layout.NAMES}", b"".join(map(_line, content.index.names)))
    bundle.add(f"{folder}/{layout.STATISTICS}", pack(content.index.statistics.dump()))
    for model in models:
        vectors = path_of(settings.meaning_dir, docset.build, model).read_bytes()
        bundle.add(f"{folder}/{layout.VECTORS}/{model}", vectors)
    if parts.pages:
        pages = settings.data_dir / docset.folder
        if not docset.folder or not pages.is_dir():
            msg = (
                f"The pages of {docset.name} are gone from {docset.folder or 'this computer'}. "
                "Leave them out with --no-pages, or build it anew: hotdish-search index"
            )
            raise HotdishSearchError(msg)
        _add_pages(bundle, f"{folder}/{layout.PAGES}", pages)
    return about


def _describe(content: Content, models: list[str], *, has_pages: bool) -> ExportedDocset:
    docset = content.docset
    try:
        return ExportedDocset(
            name=docset.name,
            project=docset.project,
            version=docset.version,
            build=docset.build,
            built_at=docset.built_at,
            n_entries=docset.n_entries,
            has_pages=has_pages,
            models=models,
        )
    except ValidationError as error:
        msg = (
            f"The name {docset.name!r} cannot be a folder's on every system. Build it under "
            "another: hotdish-search index --docset NAME"
        )
        raise HotdishSearchError(msg) from error


def _entries(content: Content) -> bytes:
    index = content.index
    rows = zip(content.entries, index.places.tolist(), index.popularity.tolist(), strict=True)
    return b"".join(
        _line({"entry": entry, "place": place, "popularity": popularity})
        for entry, place, popularity in rows
    )


def _line(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _add_pages(bundle: _Bundle, folder: str, pages: Path) -> None:
    """Add what would be served, so no file that a link leads to elsewhere and may be private."""
    for path in sorted(pages.rglob("*")):
        name = path.relative_to(pages).as_posix()
        file = find_file(pages, name)
        if file is not None:
            bundle.add(f"{folder}/{name}", file.read_bytes())
