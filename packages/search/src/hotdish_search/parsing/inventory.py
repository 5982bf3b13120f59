"""objects.inv: which names a documentation defines, and where."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from hotdish_search.errors import HotdishSearchError

# Nobody looks these up: parameters of functions, and labels and pages, which are no names but
# anchors (their sections are entries already).
NOISE = frozenset(
    {
        "c:functionParam",
        "cpp:functionParam",
        "cpp:templateParam",
        "cpp:templateTypeParam",
        "js:parameter",
        "py:parameter",
        "std:label",
        "std:doc",
    },
)


@dataclass(frozen=True, slots=True)
class InventoryObject:
    """One name of the inventory.

    Attributes:
        role: Domain and type: "py:function".
        page: The page that defines it.
        anchor: The id in that page, or "" for the page itself.
    """

    name: str
    role: str
    page: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The names of a documentation that a person would look up.

    Attributes:
        by_page: Page -> its objects, in the order of the inventory.
        pages: Every page of the documentation, with or without objects.
    """

    project: str
    version: str
    by_page: Mapping[str, tuple[InventoryObject, ...]]
    pages: frozenset[str]

    @property
    def n_objects(self) -> int:
        """How many names there are."""
        return sum(map(len, self.by_page.values()))

    def names(self, role: str = "") -> frozenset[str]:
        """All names, or those of one role."""
        return frozenset(
            found.name
            for objects in self.by_page.values()
            for found in objects
            if role in {"", found.role}
        )


def short_name(item: InventoryObject) -> str:
    """The name as people write it.

    CMake and others put the role before it:

    >>> short_name(InventoryObject("variable:BUILD_SHARED_LIBS", "cmake:variable", "", ""))
    'BUILD_SHARED_LIBS'
    """
    return item.name.removeprefix(f"{item.role.partition(':')[2]}:")


def read_inventory(folder: Path) -> Inventory:
    """Read the inventory of a built documentation.

    Raises:
        HotdishSearchError: if the folder has none, or one that cannot be read.
    """
    path = folder / "objects.inv"
    if not path.is_file():
        message = (
            f"No objects.inv in {folder}. Name the top folder of a documentation that Sphinx built,"
            " the one that holds objects.inv and index.html."
        )
        raise HotdishSearchError(message)
    # It takes a tenth of the start of every command, and only the building of an index needs it.
    import sphobjinv  # noqa: PLC0415

    try:
        raw = sphobjinv.Inventory(path)
    except Exception as error:
        # sphobjinv lets errors of zlib, of decoding and of its own through; all mean the same here.
        message = f"{path} cannot be read ({error}). Get the documentation again."
        raise HotdishSearchError(message) from error
    return _sorted_by_page(raw)


def _sorted_by_page(raw: Any) -> Inventory:
    by_page: dict[str, list[InventoryObject]] = defaultdict(list)
    pages = set()
    for item in raw.objects:
        page, _, anchor = unquote(item.uri_expanded).partition("#")
        role = f"{item.domain}:{item.role}"
        if role == "std:doc":
            pages.add(page)
        if role not in NOISE:
            by_page[page].append(InventoryObject(item.name, role, page, anchor))
    return Inventory(
        project=str(raw.project),
        version=str(raw.version),
        by_page={page: tuple(found) for page, found in by_page.items()},
        pages=frozenset(pages),
    )
