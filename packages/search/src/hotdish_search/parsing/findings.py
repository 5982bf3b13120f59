"""What the inventory and the general index say about the places of the pages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hotdish_search.parsing.index_pages import IndexTerm
from hotdish_search.parsing.inventory import Inventory, InventoryObject
from hotdish_search.parsing.names import in_reference, keywords_of_anchors
from hotdish_search.parsing.place import Page, Place


@dataclass(slots=True)
class Findings:
    """Objects and index terms, each by the identity of the place that they belong to.

    Attributes:
        project: Whose documentation it is.
        names: All names of the inventory.
        tails: Their last parts: "url_for" of "flask.url_for".
        modules: Names of all modules.
        explained_keywords: Keywords that the label or the heading of a section names.
        lost: "page#anchor: reason" of objects whose place is not on its page.
    """

    objects: dict[int, list[InventoryObject]] = field(default_factory=lambda: defaultdict(list))
    terms: dict[int, list[IndexTerm]] = field(default_factory=lambda: defaultdict(list))
    project: str = ""
    names: frozenset[str] = frozenset()
    tails: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    explained_keywords: frozenset[str] = frozenset()
    lost: list[str] = field(default_factory=list)

    def objects_of(self, place: Place) -> list[InventoryObject]:
        """The names that the inventory gives a place, in the order of its anchors and names."""

        def rank(item: InventoryObject) -> tuple[int, int]:
            shown = [n for n, name in enumerate(place.names) if item.name.endswith(name)]
            is_known = item.anchor in place.anchors
            position = place.anchors.index(item.anchor) if is_known else len(place.anchors)
            return position, min(shown, default=len(place.names))

        return sorted(self.objects.get(id(place), []), key=rank)

    def terms_of(self, place: Place) -> list[IndexTerm]:
        """The lines of the general index that lead to a place."""
        return self.terms.get(id(place), [])


def find_all(
    pages: Mapping[str, Page],
    inventory: Inventory,
    terms: Iterable[IndexTerm],
) -> Findings:
    """Look up the place of every inventory object and of every line of the general index."""
    findings = Findings(
        project=inventory.project,
        names=inventory.names(),
        tails=frozenset(name.rpartition(".")[2] for name in inventory.names()),
        modules=inventory.names("py:module"),
        explained_keywords=_explained_keywords(pages.values()),
    )
    named_anchors = set()
    for item in (item for objects in inventory.by_page.values() for item in objects):
        named_anchors.add((item.page, item.anchor))
        place = place_at(pages, item.page, item.anchor)
        if place is None:
            findings.lost.append(_explain(pages, item))
        else:
            findings.objects[id(place)].append(item)
    for term in terms:
        # Sphinx itself lists every object under its own anchor: that repeats the name.
        if (term.page, term.anchor) not in named_anchors:
            place = place_at(pages, term.page, term.anchor)
            if place is not None:
                findings.terms[id(place)].append(term)
    return findings


def _explained_keywords(pages: Iterable[Page]) -> frozenset[str]:
    return frozenset(
        keyword
        for page in pages
        if in_reference(page.path)
        for place in page.places
        for keyword in (*place.keywords, *keywords_of_anchors(page.path, place.anchors))
    )


def place_at(pages: Mapping[str, Page], path: str, anchor: str) -> Place | None:
    """The place that an address means: the top of the page where there is no anchor."""
    page = pages.get(path)
    if page is None:
        return None
    return page.anchors.get(anchor) if anchor else page.places[0]


def _explain(pages: Mapping[str, Page], item: InventoryObject) -> str:
    reason = "its anchor is not on the page" if item.page in pages else "its page is not there"
    return f"{item.page}#{item.anchor}: {item.role} {item.name}: {reason}"
