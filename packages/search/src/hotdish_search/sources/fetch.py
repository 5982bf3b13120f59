"""From the URL of an archive to documentation on the shelf."""

from hotdish_search.sources import shelf
from hotdish_search.sources.download import download
from hotdish_search.sources.job import Docs, Job


def fetch(url: str, name: str, job: Job) -> Docs:
    """Download an archive, unpack it and put it on the shelf; the archive itself is not kept.

    Raises:
        NoAnswerError: The server cannot be reached.
        NoDocsError: There is no such archive, or it is not fit to be unpacked.
    """
    archive = download(url, job)
    try:
        return shelf.put_archive(job, name, archive, url)
    finally:
        # A broken one would otherwise be found again by the next try.
        archive.unlink(missing_ok=True)
