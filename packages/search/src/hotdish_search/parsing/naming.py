"""What a place is called, what else people call it, and what kind of thing it is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hotdish_search.model import Kind
from hotdish_search.parsing.findings import Findings
from hotdish_search.parsing.inventory import InventoryObject
from hotdish_search.parsing.kinds import KIND_OF_CLASS, KIND_OF_ROLE
from hotdish_search.parsing.names import (
    PERCENT_SECTIONS,
    PROGRAM_OF_PAGE,
    SEQUENCE_SECTIONS,
    attribute_of,
    in_reference,
    keyword_of,
    keywords_of_anchors,
    symbol_of,
)
from hotdish_search.parsing.place import Place
from hotdish_search.parsing.rows import method_of_sequence

_NAME = re.compile(r"@?[\w.]+")
_ARGUMENTS = re.compile(r"\(.*\):?$")
_REPEATED = re.compile(r"^(\w+)\.\1\.")


@dataclass(frozen=True, slots=True)
class Naming:
    """Title, kind and further names of an entry; no name repeats the title."""

    title: str
    kind: Kind
    names: tuple[str, ...]


def name_place(place: Place, page: str, findings: Findings) -> Naming:
    """Name a place by the inventory, else by what its page shows."""
    if place.form == "row":
        return _name_row(place, page, findings)
    objects = findings.objects_of(place)
    if place.form == "section":
        return _name_section(place, page, objects, findings)
    indexed = _indexed_names(place, findings)
    if objects:
        return _name_object(place, page, objects, indexed)
    return _name_unlisted(place, page, findings, indexed)


def _naming(title: str, kind: Kind, names: Iterable[str]) -> Naming:
    others = [name for name in dict.fromkeys(names) if name and name != title]
    return Naming(title, kind, tuple(others))


def _indexed_names(place: Place, findings: Findings) -> list[str]:
    terms = findings.terms_of(place)
    return [name for term in terms for name in (symbol_of(term), attribute_of(term))]


# Rows.


def _name_row(row: Place, page: str, findings: Findings) -> Naming:
    around = row.parent.anchors if row.parent else []
    method = method_of_sequence(row.title)
    if method and not SEQUENCE_SECTIONS.isdisjoint(around):
        return _naming(f"list.{method}", "method", [row.title])
    if not PERCENT_SECTIONS.isdisjoint(around):
        codes = ["%" + name.strip("'\"") for name in row.names]
        return _naming(codes[0], "row", codes)
    if row.parent and row.parent.role == "cmdoption":
        return _name_value_of_option(row, row.parent, page, findings)
    unquoted = [name.strip("'\"") for name in row.names]
    return _naming(row.title, "row", [*_fields(row, findings), *row.names, *unquoted])


def _name_value_of_option(row: Place, option: Place, page: str, findings: Findings) -> Naming:
    full, short, *_ = _option_names_of(option, page, findings)
    return _naming(full.removesuffix(short) + row.title, "option", row.names)


def _fields(row: Place, findings: Findings) -> list[str]:
    """`sys.float_info.epsilon` for the row `epsilon` in the description of `sys.float_info`."""
    owners = findings.objects_of(row.parent) if row.parent else []
    if not owners or owners[0].role not in {"py:data", "py:attribute"}:
        return []
    return [f"{owners[0].name}.{name}" for name in row.names if name.isidentifier()]


# Definitions.


def _name_object(
    place: Place,
    page: str,
    objects: list[InventoryObject],
    indexed: list[str],
) -> Naming:
    names = [name for item in objects for name in _names_of(item, place, page)]
    # The signature may show less of a name ("rfind" of "mmap.mmap.rfind"): that is no other name.
    shown = [n for n in place.names if not any(name.endswith(f".{n}") for name in names)]
    if objects[0].role == "std:token":
        shown = []
    return _naming(names[0], _kind_of(place, objects[0].role), [*names, *shown, *indexed])


def _names_of(item: InventoryObject, place: Place, page: str) -> list[str]:
    if item.role == "std:token":
        return [item.name.rpartition(":")[2]]
    if item.role == "std:term":
        # Sphinx before version 3 wrote terms in lower case.
        return [next((n for n in place.names if n.lower() == item.name.lower()), item.name)]
    if item.role == "std:envvar":
        return [item.name.partition("=")[0]]
    if item.role != "std:cmdoption":
        return _with_shorter(item)
    option = next((name for name in place.names if item.name.endswith(name)), item.name)
    # Sphinx joins program and option by a dot, and the words of the program by dashes.
    program = item.name.removesuffix(option).rstrip(".").replace("--m-", " -m ")
    return _option_names(program or PROGRAM_OF_PAGE.get(page, ""), option)


def _with_shorter(item: InventoryObject) -> list[str]:
    """A name, and the shorter one where it says the same word twice at its beginning."""
    domain, _, role = item.role.partition(":")
    # CMake and others put the role before the name: "variable:BUILD_SHARED_LIBS".
    name = item.name.removeprefix(f"{role}:")
    shorter = _REPEATED.sub(r"\1.", name)
    # In C the repetition is Sphinx's own ("PyType_Slot.PyType_Slot.slot"). In Python it is the full
    # name, but people who import the class type "datetime.now" for "datetime.datetime.now".
    return [shorter, name] if domain == "c" else [name, shorter]


def _option_names(program: str, option: str) -> list[str]:
    return [f"{program} {option}".strip(), option]


def _option_names_of(place: Place, page: str, findings: Findings) -> list[str]:
    objects = findings.objects_of(place)
    if objects:
        return [name for item in objects for name in _names_of(item, place, page)]
    program = PROGRAM_OF_PAGE.get(page, "")
    return [name for shown in place.names for name in _option_names(program, shown)]


def _name_unlisted(place: Place, page: str, findings: Findings, indexed: list[str]) -> Naming:
    kind = _kind_of(place, "")
    if kind == "option" or (kind == "other" and page in PROGRAM_OF_PAGE):
        names = _option_names_of(place, page, findings)
        return _naming(names[0], "option", [*names, *indexed])
    names = [_full_name(place, shown, kind, findings) for shown in place.names]
    is_operation = kind != "term" and not _NAME.fullmatch(names[0])
    # A second description of a name, without an anchor, must not stand beside its main one.
    is_repeated = not place.anchors and names[0] in findings.names
    return _naming(names[0], "row" if is_operation or is_repeated else kind, [*names, *indexed])


def _full_name(place: Place, shown: str, kind: Kind, findings: Findings) -> str:
    """The name with that of the definition around it: `Flag.__iter__` inside `enum.Flag`."""
    name = (shown if kind == "other" else _ARGUMENTS.sub("", shown)).removeprefix(".")
    owners = findings.objects_of(place.parent) if place.parent else []
    is_member = place.parent is not None and place.parent.form == "definition"
    if is_member and owners and _NAME.fullmatch(name) and "." not in name:
        return f"{owners[0].name}.{name}"
    return name


def _kind_of(place: Place, role: str) -> Kind:
    kind = KIND_OF_ROLE.get(role) or KIND_OF_CLASS.get(place.role, "other")
    signature = place.signatures[0]
    if signature.startswith("@") and kind in {"function", "method"}:
        return "decorator"
    if signature.startswith(("property ", "abstract property ")):
        return "property"
    return kind


# Sections.


def _name_section(
    place: Place,
    page: str,
    objects: list[InventoryObject],
    findings: Findings,
) -> Naming:
    module = next((item.name for item in objects if item.role == "py:module"), "")
    keywords = _keywords_of(place, page, findings)
    indexed = _indexed_names(place, findings)
    names = [*(item.name for item in objects), *keywords, *indexed]
    if module:
        return _naming(module, "module", names)
    if in_reference(page) and keywords:
        return _naming(place.title, "keyword", names)
    if in_reference(page) and _is_operator(place, findings):
        return _naming(place.title, "operator", names)
    return _naming(place.title, "section" if place.parent else "page", names)


def _keywords_of(place: Place, page: str, findings: Findings) -> list[str]:
    if not in_reference(page):
        return []
    own = [*place.keywords, *keywords_of_anchors(page, place.anchors)]
    indexed = [word for term in findings.terms_of(place) if (word := keyword_of(term))]
    # The index leads from a keyword to several places; one that names it itself comes first.
    return [*own, *(word for word in indexed if _explains(place, word, findings))]


def _explains(place: Place, word: str, findings: Findings) -> bool:
    return word not in findings.explained_keywords or word in place.title.lower().split()


def _is_operator(place: Place, findings: Findings) -> bool:
    terms = findings.terms_of(place)
    return any(map(symbol_of, terms)) and any("operator" in term.text.split() for term in terms)
