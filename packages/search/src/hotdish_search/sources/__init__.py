"""Where the documentation comes from: this computer, the web, Debian, or a place the user names."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hotdish_search.errors import HotdishSearchError
from hotdish_search.sources.debian import fetch_debian_package
from hotdish_search.sources.installed import find_installed
from hotdish_search.sources.job import (
    Docs,
    Job,
    Limits,
    Machine,
    NoDocsError,
    Progress,
    Say,
    minor_version,
)
from hotdish_search.sources.named import get_named
from hotdish_search.sources.official import fetch_official
from hotdish_search.sources.shelf import find_on_shelf

__all__ = ["AUTO_STEPS", "Docs", "Limits", "Machine", "Step", "get_docs"]


@dataclass(frozen=True, slots=True)
class Step:
    """One way to the documentation; `take` raises NoDocsError if it leads nowhere."""

    name: str
    take: Callable[[Job], Docs]


# The steps of `--source auto`, in order. A new way is a new line here.
AUTO_STEPS = (
    Step("On this computer", find_installed),
    Step("From an earlier run", find_on_shelf),
    Step("From python.org", fetch_official),
    Step("From Debian's or Ubuntu's packages", fetch_debian_package),
)

_WHAT_TO_DO = """\
What to do, one of:
  - check the network (a proxy is named by HTTPS_PROXY) and run this again
  - get an archive with another computer, from https://docs.python.org/3/download.html (HTML),
    and name it: hotdish-search index --source python-3.14-docs-html.zip
  - install your system's package (Debian, Ubuntu: python3-doc; Fedora: python3-docs)"""


def _no_progress(_done: int, _total: int | None) -> None: ...


def get_docs(  # noqa: PLR0913 (every further one by name)
    source: str,
    *,
    python: str | None,
    cache_folder: Path,
    say: Say,
    progress: Progress = _no_progress,
    machine: Machine | None = None,
    limits: Limits | None = None,
) -> Docs:
    """Get documentation as a folder of HTML pages. Blocks, so call it in a thread of its own.

    Args:
        source: "auto", or a folder, an archive file or the URL of an archive.
        python: Python version ("3.11"); None takes the running Python's, else the newest.
        cache_folder: Where downloads are kept, so that a second call is quick.
        say: Told in one line what is tried, and what came of it.
        progress: Told bytes done and bytes in all (None if unknown) of a download.
        machine: The computer and the web sites; this computer and python.org if None.
        limits: How long and how much; fit for people if None.

    Raises:
        HotdishSearchError: It cannot be had; the message lists every attempt and what to do.
    """
    wanted = _minor(python) if python else None
    job = Job(wanted, cache_folder, say, progress, machine or Machine(), limits or Limits())
    try:
        return _auto(job) if source == "auto" else _named(source, job)
    except OSError as error:
        msg = f"No documentation could be had: {error}. Is there room, and may you write there?"
        raise HotdishSearchError(msg) from error


def _minor(python: str) -> str:
    if not re.match(r"\d+\.\d+(\.|$)", python):
        msg = f"{python!r} is no version of Python; give two numbers, as in 3.14"
        raise HotdishSearchError(msg)
    return minor_version(python)


def _named(source: str, job: Job) -> Docs:
    docs = get_named(source, job)
    docs.check_python(job.python)
    job.say(f"From {docs.origin}: {docs.folder}")
    return docs


def _auto(job: Job) -> Docs:
    failures: list[str] = []
    for step in AUTO_STEPS:
        try:
            docs = step.take(job)
        except NoDocsError as error:
            failures.append(f"{step.name}: {error}")
            job.say(failures[-1])
        else:
            job.say(f"{step.name}: Python {docs.python}, {docs.origin} ({docs.folder})")
            return docs
    wanted = f"Python {job.python}" if job.python else "Python"
    attempts = "\n".join(f"  - {line}" for line in failures)
    msg = f"No documentation of {wanted} could be had. Tried:\n{attempts}\n{_WHAT_TO_DO}"
    raise HotdishSearchError(msg)
