"""Is this folder a documentation, where is its root, and of which project and version?"""

import re
from pathlib import Path

from hotdish_search.sources.job import Docs, NoDocsError

INVENTORY = "objects.inv"
_HEADER = re.compile(
    rb"# Sphinx inventory version \d\r?\n"
    rb"# Project: (?P<project>.*?)\r?\n"
    rb"# Version: (?P<version>.*?)\r?\n"
)
_HEADER_BYTES = 2048


def open_folder(folder: Path, origin: str) -> Docs:
    """Find the documentation in a folder, or one level below it.

    Raises:
        NoDocsError: There is no objects.inv, or it is not an inventory.
    """
    root = find_root(folder)
    project, version = read_inventory_header(root / INVENTORY)
    return Docs(root, origin, _python_version(project, version))


def find_root(folder: Path) -> Path:
    """Give the folder that holds objects.inv: this one, or the only one below that does.

    Raises:
        NoDocsError: None does, or several do.
    """
    if (folder / INVENTORY).is_file():
        return folder
    below = sorted(path.parent for path in folder.glob(f"*/{INVENTORY}") if path.is_file())
    if not below:
        msg = (
            f"{folder} holds no {INVENTORY}, so it is no documentation made by Sphinx; "
            "name the folder of the HTML pages, the one with index.html and objects.inv"
        )
        raise NoDocsError(msg)
    if len(below) > 1:
        names = ", ".join(path.name for path in below)
        msg = f"{folder} holds several documentations ({names}); name one of them"
        raise NoDocsError(msg)
    return below[0]


def read_inventory_header(inventory: Path) -> tuple[str, str]:
    """Read project and version off an objects.inv.

    Raises:
        NoDocsError: It cannot be read, or is no inventory.
    """
    try:
        with inventory.open("rb") as file:
            header = _HEADER.match(file.read(_HEADER_BYTES))
    except OSError as error:
        msg = f"{inventory} cannot be read: {error.strerror}"
        raise NoDocsError(msg) from error
    if header is None:
        msg = f"{inventory} does not begin like an inventory of Sphinx; get the documentation anew"
        raise NoDocsError(msg)
    return (
        header["project"].decode(errors="replace").strip(),
        header["version"].decode(errors="replace").strip(),
    )


def _python_version(project: str, version: str) -> str | None:
    numbers = re.match(r"\d+\.\d+", version)
    return numbers[0] if project == "Python" and numbers else None
