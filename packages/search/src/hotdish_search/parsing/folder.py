"""A whole documentation: reads its pages, then names and links what they hold."""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

from hotdish_search.errors import HotdishSearchError
from hotdish_search.model import Entry, Link, ParsedDocs, ParseReport
from hotdish_search.parsing.entries import entries_of
from hotdish_search.parsing.findings import Findings, find_all, place_at
from hotdish_search.parsing.index_pages import read_index_terms
from hotdish_search.parsing.inventory import Inventory, read_inventory
from hotdish_search.parsing.page import Skipped, read_page
from hotdish_search.parsing.place import Page

# Pages that only list others. `contents.html` is Python's own table of all contents.
_GENERATED = ("genindex*.html", "search.html", "*-modindex.html", "modindex.html", "contents.html")


def parse_docs(folder: Path, *, progress: Callable[[int, int], None] | None = None) -> ParsedDocs:
    """Cut a built documentation into entries.

    Args:
        folder: The top folder of the HTML, which holds objects.inv.
        progress: Called after each page with the number of pages read and their total.

    Raises:
        HotdishSearchError: if the folder holds no documentation that Sphinx built.
    """
    inventory = read_inventory(folder)
    pages, skipped = _read_pages(folder, progress)
    if not pages:
        message = (
            f"No page with a section in {folder}, though it has an objects.inv."
            " Only HTML built by Sphinx can be read; get the documentation again."
        )
        raise HotdishSearchError(message)
    findings = find_all(pages, inventory, read_index_terms(folder))
    moved = _moved_pages(skipped, pages)
    entries = [
        entry
        for page in pages.values()
        for entry in entries_of(page, findings, moved.get(page.path, ()))
    ]
    return ParsedDocs(
        project=inventory.project,
        version=inventory.version,
        entries=tuple(entries),
        links=tuple(_links(pages, moved, entries)),
        report=_report(pages, skipped, inventory, findings),
    )


def _page_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*.html")
        if not any(part.startswith("_") for part in path.relative_to(folder).parts[:-1])
    )


def _read_pages(
    folder: Path,
    progress: Callable[[int, int], None] | None,
) -> tuple[dict[str, Page], list[Skipped]]:
    pages = {}
    skipped = []
    files = _page_files(folder)
    for n_read, file in enumerate(files, start=1):
        path = file.relative_to(folder).as_posix()
        found = _read_file(file, path)
        if isinstance(found, Page):
            pages[path] = found
        else:
            skipped.append(found)
        if progress is not None:
            progress(n_read, len(files))
    return pages, skipped


def _read_file(file: Path, path: str) -> Page | Skipped:
    if any(fnmatch(path, pattern) for pattern in _GENERATED):
        return Skipped(path, "made from the other pages")
    return read_page(path, file.read_bytes())


def _moved_pages(skipped: list[Skipped], pages: Mapping[str, Page]) -> dict[str, list[str]]:
    """Page -> the old addresses that redirect to it."""
    moved: dict[str, list[str]] = defaultdict(list)
    for stub in skipped:
        if stub.moved_to:
            address = posixpath.join(posixpath.dirname(stub.path), stub.moved_to)
            target = posixpath.normpath(address.partition("#")[0])
            if target in pages:
                moved[target].append(stub.path)
    return moved


def _links(
    pages: Mapping[str, Page], moved: Mapping[str, list[str]], entries: list[Entry]
) -> Iterator[Link]:
    new_page = {former: path for path, formers in moved.items() for former in formers}
    # A place that only heads another is no entry.
    ids = {alias: entry.id for entry in entries for alias in entry.aliases}
    ids |= {entry.id: entry.id for entry in entries}
    for page in pages.values():
        for link in page.links:
            target = place_at(pages, new_page.get(link.page, link.page), link.anchor)
            if target is not None and ids[target.id] != ids[link.source]:
                yield Link(ids[link.source], ids[target.id], link.text, link.sentence)


def _report(
    pages: Mapping[str, Page],
    skipped: list[Skipped],
    inventory: Inventory,
    findings: Findings,
) -> ParseReport:
    absent = inventory.pages - pages.keys() - {page.path for page in skipped}
    return ParseReport(
        pages=len(pages),
        signatures=sum(page.n_signatures for page in pages.values()),
        sections=sum(page.n_sections for page in pages.values()),
        inventory_objects=inventory.n_objects,
        skipped_pages={
            **{page.path: page.reason for page in skipped},
            **dict.fromkeys(sorted(absent), "not in the folder"),
        },
        lost=(*(lost for page in pages.values() for lost in page.lost), *findings.lost),
    )
