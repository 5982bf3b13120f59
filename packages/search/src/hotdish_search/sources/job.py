"""What every way of getting the documentation is given, and what it gives back."""

import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from hotdish_search.errors import HotdishSearchError

Say = Callable[[str], None]
Progress = Callable[[int, int | None], None]


class NoDocsError(HotdishSearchError):
    """This way leads to no documentation; the message says why, in a few words."""


@dataclass(frozen=True, slots=True)
class Docs:
    """Documentation as HTML files, ready to be parsed and served.

    Attributes:
        folder: The documentation's root, the folder that holds objects.inv.
        origin: Where it came from, in words for a person.
        python: The Python version it describes ("3.11"), or None if it is another project's.
    """

    folder: Path
    origin: str
    python: str | None

    def check_python(self, wanted: str | None) -> None:
        """Raise NoDocsError if another version of Python is wanted."""
        if wanted and self.python != wanted:
            what = f"is for Python {self.python}" if self.python else "is another project's"
            msg = f"The documentation from {self.origin} {what}, not for Python {wanted}"
            raise NoDocsError(msg)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much. Short where a person waits, wide where real documentation is big."""

    answer_s: float = 4.0  # until a server must have begun to answer, name look-up included
    stall_s: float = 10.0  # the longest silence in the middle of a download
    download_s: float = 1200.0  # one whole download
    tries: int = 3  # a download that breaks off is taken up again this often
    pause_s: float = 1.0  # before a broken download is taken up again
    apt_stall_s: float = (
        30.0  # apt also works in silence: a small computer sorts its lists for long
    )
    command_s: float = 600.0  # one run of apt-get that gets on
    archive_bytes: int = 500_000_000
    unpacked_bytes: int = 3_000_000_000
    unpacked_files: int = 200_000
    ratio: int = 200  # unpacked to packed; the official archives have about 7


@dataclass(frozen=True, slots=True)
class Machine:
    """The computer and the places on the web as the steps see them."""

    root: Path = Path("/")
    system: str = sys.platform
    base_prefix: Path = field(default_factory=lambda: Path(sys.base_prefix))
    running: str = field(default_factory=platform.python_version)
    docs_site: str = "https://docs.python.org"
    release_site: str = "https://www.python.org/ftp/python/doc"


@dataclass(frozen=True, slots=True)
class Job:
    """One wish for documentation."""

    python: str | None
    cache_folder: Path
    say: Say
    progress: Progress
    machine: Machine = field(default_factory=Machine)
    limits: Limits = field(default_factory=Limits)

    @property
    def best_python(self) -> str:
        """The version to ask for where all are on offer."""
        return self.python or minor_version(self.machine.running)

    def order(self, versions: Iterable[str]) -> list[str]:
        """Put versions in the order of preference, leaving out those that will not do.

        The wanted version only; if none is wanted, the running Python's, then the newest.
        """
        found = set(versions)
        if self.python is not None:
            return [self.python] if self.python in found else []
        modern = [version for version in found if version_key(version) >= (3,)]
        return sorted(modern, key=lambda v: (v == self.best_python, version_key(v)), reverse=True)


def minor_version(version: str) -> str:
    """Shorten a full version to the two numbers that documentation goes by.

    >>> minor_version("3.14.0rc2")
    '3.14'
    """
    return ".".join(version.split(".")[:2])


def version_key(version: str) -> tuple[int, ...]:
    """Give a key that sorts 3.9 before 3.10.

    >>> version_key("3.10")
    (3, 10)
    """
    return tuple(int(part) for part in version.split("."))
