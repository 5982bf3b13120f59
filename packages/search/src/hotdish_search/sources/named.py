"""A place that the user names: a folder, an archive, or the URL of an archive."""

import hashlib
from pathlib import Path

from hotdish_search.sources import shelf
from hotdish_search.sources.fetch import fetch
from hotdish_search.sources.folder import open_folder
from hotdish_search.sources.job import Docs, Job, NoDocsError
from hotdish_search.sources.web import check_url

_HASH_DIGITS = 16


def get_named(source: str, job: Job) -> Docs:
    """Give the documentation at a place that the user named.

    Raises:
        NoDocsError: There is none.
    """
    if "://" in source:
        return _from_url(source, job)
    path = Path(source).expanduser()
    if path.is_dir():
        return open_folder(path.resolve(), f"folder {source}")
    if path.is_file():
        return _from_archive(path, job)
    msg = f"{source} does not exist; name a folder, an archive file, a URL, or auto"
    raise NoDocsError(msg)


def _from_url(url: str, job: Job) -> Docs:
    check_url(url)
    name = f"url-{_digest(url.encode())}"
    with shelf.alone(job):
        if docs := shelf.take(job, name):
            job.say(f"Downloaded earlier; to get it anew delete {docs.folder.parent}")
            return docs
        job.say(f"Downloading {url}")
        return fetch(url, name, job)


def _from_archive(path: Path, job: Job) -> Docs:
    with path.open("rb") as file:
        name = f"archive-{hashlib.file_digest(file, 'sha256').hexdigest()[:_HASH_DIGITS]}"
    with shelf.alone(job):
        return shelf.take(job, name) or shelf.put_archive(job, name, path, f"archive {path}")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_HASH_DIGITS]
