"""Names of definitions: by the inventory, else as their signature shows them."""

import re

from hotdish_search.model import Kind
from hotdish_search.parsing.findings import Findings
from hotdish_search.parsing.inventory import InventoryObject, short_name
from hotdish_search.parsing.kinds import KIND_OF_CLASS, KIND_OF_ROLE
from hotdish_search.parsing.names import PROGRAM_OF_PAGE
from hotdish_search.parsing.naming import Naming, make_naming
from hotdish_search.parsing.option_names import option_names_of
from hotdish_search.parsing.place import Place
from hotdish_search.parsing.section_names import indexed_names

_NAME = re.compile(r"@?[\w.]+")
_ARGUMENTS = re.compile(r"\(.*\):?$")
_REPEATED = re.compile(r"^(\w+)\.\1\.")


def name_definition(place: Place, findings: Findings) -> Naming:
    """Name a definition."""
    objects = findings.objects_of(place)
    kind = _kind_of(place, objects[0].role if objects else "")
    indexed = indexed_names(place, findings)
    if kind == "option" or (kind == "other" and place.page in PROGRAM_OF_PAGE):
        names = option_names_of(place, findings)
        return make_naming(names[0], "option", [*names, *indexed])
    if objects:
        names = _listed_names(place, objects, findings)
        return make_naming(names[0], kind, [*names, *indexed])
    names = [_full_name(place, shown, kind, findings) for shown in place.names]
    is_operation = kind != "term" and not _NAME.fullmatch(names[0])
    # A second description of a name, without an anchor, must not stand beside its main one.
    is_known = names[0] in findings.names or names[0] in findings.tails
    is_repeated = is_known and not place.anchors
    return make_naming(names[0], "row" if is_operation or is_repeated else kind, [*names, *indexed])


def _kind_of(place: Place, role: str) -> Kind:
    kind = KIND_OF_ROLE.get(role) or KIND_OF_CLASS.get(place.role, "other")
    signature = place.signatures[0]
    if signature.startswith("@") and kind in {"function", "method"}:
        return "decorator"
    if signature.startswith(("property ", "abstract property ")):
        return "property"
    return kind


def _listed_names(place: Place, objects: list[InventoryObject], findings: Findings) -> list[str]:
    names = [name for item in objects for name in _names_of(item, place, findings)]
    if objects[0].role == "std:token":
        return names
    # The signature may show less of a name ("rfind" of "mmap.mmap.rfind"): that is no other name.
    shown = [n for n in place.names if not any(name.endswith(f".{n}") for name in names)]
    return [*names, *shown]


def _names_of(item: InventoryObject, place: Place, findings: Findings) -> list[str]:
    if item.role == "std:token":
        return [item.name.rpartition(":")[2]]
    if item.role == "std:term":
        # Sphinx before version 3 wrote terms in lower case.
        return [next((n for n in place.names if n.lower() == item.name.lower()), item.name)]
    if item.role == "std:envvar":
        return [item.name.partition("=")[0], item.name]
    return _with_shorter(item, findings)


def _with_shorter(item: InventoryObject, findings: Findings) -> list[str]:
    """A name, and the shorter one where it says the same word twice at its beginning."""
    domain = item.role.partition(":")[0]
    name = short_name(item)
    shorter = _REPEATED.sub(r"\1.", name)
    # In C the repetition is Sphinx's own ("PyType_Slot.PyType_Slot.slot"). In Python it is the full
    # name, but people who import the class type "datetime.now" for "datetime.datetime.now".
    if domain == "c":
        return [shorter, name]
    # "datetime.date" stays the class, though "datetime.datetime.date" is a method.
    return [name] if shorter in findings.names else [name, shorter]


def _full_name(place: Place, shown: str, kind: Kind, findings: Findings) -> str:
    """The name with that of the definition around it: `Flag.__iter__` inside `enum.Flag`."""
    name = (shown if kind == "other" else _ARGUMENTS.sub("", shown)).removeprefix(".")
    owners = findings.objects_of(place.parent) if place.parent else []
    is_member = place.parent is not None and place.parent.form == "definition"
    if is_member and owners and _NAME.fullmatch(name) and "." not in name:
        return f"{owners[0].name}.{name}"
    return name
