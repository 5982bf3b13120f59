"""Documentation that is on this computer already."""

import os
from collections.abc import Iterator
from pathlib import Path

from hotdish_search.sources.folder import INVENTORY, open_folder
from hotdish_search.sources.job import Docs, Job, NoDocsError, version_key

# Where systems put it, as patterns below the file system's root. What a pattern finds counts only
# if its inventory says "Project: Python", so python3-pip/html and the like do no harm.
_UNIX = (
    "usr/share/doc/python3*/html",  # Debian, Ubuntu (python3.11), Fedora (python3-docs), openSUSE
    "usr/share/doc/packages/python3*/html",  # openSUSE
    "usr/share/doc/python-docs*/html",  # older Fedora, Gentoo
    "usr/share/doc/python/html",  # Arch
    "usr/local/share/doc/python*/html",  # built by hand, the BSDs
)
_MAC = ("Library/Frameworks/Python.framework/Versions/*/Resources/English.lproj/Documentation",)
PLACES: dict[str, tuple[str, ...]] = {"win32": (), "darwin": (*_MAC, *_UNIX)}

# The same below the folder of the running Python, as IDLE looks for it.
_OF_PYTHON = {
    "win32": ("Doc/html", "Doc"),
    "darwin": ("Resources/English.lproj/Documentation",),
}


def find_installed(job: Job) -> Docs:
    """Give the best documentation of Python that the system or the user installed.

    Raises:
        NoDocsError: There is none of a version that will do.
    """
    found: dict[str, Docs] = {}
    for docs in _installed(job):
        found.setdefault(str(docs.python), docs)
    order = job.order(found)
    if order:
        return found[order[0]]
    if found:
        have = ", ".join(sorted(found, key=version_key))
        rest = f", not for {job.python}" if job.python else " only"
        msg = f"installed for Python {have}{rest}"
        raise NoDocsError(msg)
    msg = "none is installed"
    raise NoDocsError(msg)


def _installed(job: Job) -> Iterator[Docs]:
    for folder in _candidates(job):
        # A folder that cannot be looked into is one more that has nothing for us.
        if not os.access(folder / INVENTORY, os.R_OK):
            continue
        try:
            docs = open_folder(folder.resolve(), f"installed in {folder}")
        except NoDocsError:
            continue
        if docs.python is not None:
            yield docs


def _candidates(job: Job) -> Iterator[Path]:
    machine = job.machine
    for inside in _OF_PYTHON.get(machine.system, ()):
        yield machine.base_prefix / inside
    for pattern in PLACES.get(machine.system, _UNIX):
        yield from sorted(machine.root.glob(pattern))
