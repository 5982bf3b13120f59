"""What a place is called, what else people call it, and what kind of thing it is."""

from dataclasses import dataclass

from hotdish_search.model import Kind
from hotdish_search.parsing.findings import Findings
from hotdish_search.parsing.inventory import InventoryObject
from hotdish_search.parsing.kinds import KIND_OF_CLASS, KIND_OF_ROLE
from hotdish_search.parsing.names import (
    PERCENT_SECTIONS,
    PROGRAM_OF_PAGE,
    SEQUENCE_SECTIONS,
    keyword_of,
    keywords_of_anchors,
    symbol_of,
)
from hotdish_search.parsing.place import Place
from hotdish_search.parsing.rows import method_of_sequence


@dataclass(frozen=True, slots=True)
class Naming:
    """Title, kind and further names of an entry; no name repeats the title."""

    title: str
    kind: Kind
    names: tuple[str, ...]


def name_place(place: Place, page: str, findings: Findings) -> Naming:
    """Name a place by the inventory, else by what its page shows."""
    if place.form == "row":
        return _name_row(place)
    objects = findings.objects_of(place)
    if place.form == "definition":
        return _name_definition(place, page, objects, findings)
    return _name_section(place, page, objects, findings)


def _naming(title: str, kind: Kind, names: list[str]) -> Naming:
    return Naming(
        title, kind, tuple(name for name in dict.fromkeys(names) if name and name != title)
    )


def _name_row(row: Place) -> Naming:
    around = set(row.parent.anchors) if row.parent else set()
    method = method_of_sequence(row.title)
    if method and not around.isdisjoint(SEQUENCE_SECTIONS):
        return _naming(f"list.{method}", "method", [row.title])
    if not around.isdisjoint(PERCENT_SECTIONS):
        codes = ["%" + name.strip("'\"") for name in row.names]
        return _naming(codes[0], "row", codes)
    return _naming(row.title, "row", row.names)


def _name_definition(
    place: Place,
    page: str,
    objects: list[InventoryObject],
    findings: Findings,
) -> Naming:
    kind = _kind_of_definition(place, objects)
    names = [name for item in objects for name in _names_of(item, place, page)]
    if kind == "option" and not objects:
        names = [*_with_program(place.names, page)]
    if not objects and place.parent and place.parent.form == "definition":
        names = [_inside(place.parent, place.title, findings)]
    symbols = [symbol_of(term) for term in findings.terms_of(place)]
    return _naming((names or place.names)[0], kind, [*names, *place.names, *symbols])


def _inside(parent: Place, name: str, findings: Findings) -> str:
    """The full name of a member whose signature shows only its last part."""
    owners = findings.objects_of(parent)
    return f"{owners[0].name}.{name}" if owners and "." not in name else name


def _names_of(item: InventoryObject, place: Place, page: str) -> list[str]:
    if item.role == "std:token":
        return [item.name.rpartition(":")[2]]
    if item.role != "std:cmdoption":
        return [item.name]
    option = next((name for name in place.names if item.name.endswith(name)), item.name)
    program = item.name.removesuffix(option).rstrip(".").replace("--m-", " -m ")
    program = program or PROGRAM_OF_PAGE.get(page, "")
    return [f"{program} {option}".strip(), option]


def _with_program(options: list[str], page: str) -> list[str]:
    program = PROGRAM_OF_PAGE.get(page, "")
    return [name for option in options for name in (f"{program} {option}".strip(), option)]


def _kind_of_definition(place: Place, objects: list[InventoryObject]) -> Kind:
    kind = KIND_OF_ROLE.get(objects[0].role) if objects else None
    kind = kind or KIND_OF_CLASS.get(place.role, "other")
    signature = place.signatures[0]
    if signature.startswith("@") and kind in {"function", "method"}:
        return "decorator"
    if signature.startswith(("property ", "abstract property ")):
        return "property"
    return kind


def _name_section(
    place: Place,
    page: str,
    objects: list[InventoryObject],
    findings: Findings,
) -> Naming:
    module = next((item.name for item in objects if item.role == "py:module"), "")
    terms = findings.terms_of(place)
    keywords = [
        *(place.keywords if page.startswith("reference/") else []),
        *keywords_of_anchors(page, place.anchors),
        *(keyword_of(term) for term in terms),
    ]
    operators = [
        symbol for term in terms if "operator" in term.detail and (symbol := symbol_of(term))
    ]
    names = [
        *(item.name for item in objects),
        *keywords,
        *operators,
        *(symbol_of(term) for term in terms),
    ]
    if module:
        return _naming(module, "module", names)
    return _naming(place.title, _kind_of_section(place, page, keywords, operators), names)


def _kind_of_section(place: Place, page: str, keywords: list[str], operators: list[str]) -> Kind:
    if place.parent is None:
        return "page"
    if page.startswith("reference/"):
        if any(keywords):
            return "keyword"
        if operators:
            return "operator"
    return "section"
