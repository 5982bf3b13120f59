"""Where the documentation comes from: this computer, the web, Debian, or a place the user names."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hotdish_search.errors import HotdishSearchError
from hotdish_search.sources.debian import fetch_debian_package
from hotdish_search.sources.folder import open_folder
from hotdish_search.sources.installed import find_installed
from hotdish_search.sources.job import Docs, Job, NoDocsError, Progress, Say
from hotdish_search.sources.shelf import find_on_shelf

__all__ = ["AUTO_STEPS", "Docs", "get_docs"]


@dataclass(frozen=True, slots=True)
class Step:
    """One way to the documentation; `take` raises NoDocsError if it leads nowhere."""

    name: str
    take: Callable[[Job], Docs]


# The steps of `--source auto`, in order. A new way is a new line here.
AUTO_STEPS = (
    Step("On this computer", find_installed),
    Step("Earlier download", find_on_shelf),
    Step("Debian package", fetch_debian_package),
)


def _no_progress(_done: int, _total: int | None) -> None: ...


def get_docs(
    source: str,
    *,
    python: str | None,
    cache_folder: Path,
    say: Say,
    progress: Progress = _no_progress,
) -> Docs:
    """Get documentation as a folder of HTML pages.

    Args:
        source: "auto", or a folder, an archive file or a URL.
        python: Python version ("3.11"); None takes the running Python's, else the newest.
        cache_folder: Where downloads are kept, so that a second call is quick.
        say: Told in one line what is tried and what came of it.
        progress: Told bytes done and bytes in all (None if unknown) of a download.

    Raises:
        HotdishSearchError: It cannot be had; the message lists every attempt and what to do.
    """
    job = Job(python, cache_folder, say, progress)
    if source == "auto":
        return _auto(job)
    return open_folder(Path(source), source)


def _auto(job: Job) -> Docs:
    failures: list[str] = []
    for step in AUTO_STEPS:
        try:
            docs = step.take(job)
        except NoDocsError as error:
            failures.append(f"{step.name}: {error}")
            job.say(failures[-1])
        else:
            job.say(f"{step.name}: Python {docs.python} ({docs.origin})")
            return docs
    attempts = "\n".join(f"  - {line}" for line in failures)
    wanted = f"Python {job.python}" if job.python else "Python"
    msg = f"No documentation of {wanted} could be had:\n{attempts}"
    raise HotdishSearchError(msg)
