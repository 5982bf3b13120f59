"""The cache folder's shelf of unpacked documentation: whole sets only, each with its origin."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hotdish_search.sources.archive import unpack
from hotdish_search.sources.folder import open_folder
from hotdish_search.sources.job import Docs, Job, NoDocsError
from hotdish_search.sources.lock import only_one

_WAIT_S = 1800.0
_UNFINISHED = ".unfinished-"
_HTML = "html"
_ORIGIN = "origin.txt"


def find_on_shelf(job: Job) -> Docs:
    """Give the best documentation of Python that an earlier run put on the shelf.

    Raises:
        NoDocsError: There is none of a version that will do.
    """
    found: dict[str, Docs] = {}
    for place in sorted(_shelf(job).glob("python-*"), reverse=True):  # official before Debian's
        docs = take(job, place.name)
        if docs is not None and docs.python is not None:
            found.setdefault(docs.python, docs)
    order = job.order(found)
    if not order:
        msg = "nothing fitting from an earlier run"
        raise NoDocsError(msg)
    return found[order[0]]


def came_meanwhile(job: Job) -> Docs | None:
    """Give what another run put on the shelf while this one waited to be alone."""
    try:
        return find_on_shelf(job)
    except NoDocsError:
        return None


def take(job: Job, name: str) -> Docs | None:
    """Give what stands on the shelf under a name, or None."""
    place = _shelf(job) / name
    try:
        origin = (place / _ORIGIN).read_text(encoding="utf-8").strip()
        return open_folder(place / _HTML, origin)
    except (OSError, NoDocsError):
        return None


@contextlib.contextmanager
def alone(job: Job) -> Iterator[None]:
    """Hold the shelf for this process, and clear away what a killed one left unfinished."""
    shelf = _shelf(job)
    shelf.mkdir(parents=True, exist_ok=True)
    waiting = f"Another hotdish-search is getting documentation into {shelf}; waiting for it"
    with only_one(shelf, wait_s=_WAIT_S, say_waiting=waiting, say=job.say):
        for left in shelf.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextlib.contextmanager
def workshop(job: Job) -> Iterator[Path]:
    """Give an empty folder beside the shelf's places, gone afterwards whatever happens."""
    with tempfile.TemporaryDirectory(
        prefix=_UNFINISHED, dir=_shelf(job), ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def put_archive(job: Job, name: str, archive: Path, origin: str) -> Docs:
    """Unpack an archive and put what is in it on the shelf, or nothing at all.

    Raises:
        NoDocsError: It is broken or not to be trusted, or holds no documentation.
    """
    with workshop(job) as folder:
        unpack(archive, folder / "unpacked", job.limits)
        root = open_folder(folder / "unpacked", origin).folder
        return put(job, name, root, origin)


def put(job: Job, name: str, folder: Path, origin: str) -> Docs:
    """Put a finished folder of the workshop on the shelf, in one step, in place of an older one.

    Raises:
        NoDocsError: It holds no documentation, or that of another Python than the wanted.
    """
    open_folder(folder, origin).check_python(job.python)
    with workshop(job) as staging:
        new = staging / "new"
        new.mkdir()
        folder.rename(new / _HTML)
        (new / _ORIGIN).write_text(origin + "\n", encoding="utf-8")
        place = _shelf(job) / name
        if place.exists():
            place.rename(staging / "old")
        new.rename(place)
    return open_folder(place / _HTML, origin)


def _shelf(job: Job) -> Path:
    return job.cache_folder / "docs"
