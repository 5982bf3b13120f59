"""Names of sections: modules, and keywords and operators in the language reference."""

from hotdish_search.parsing.findings import Findings
from hotdish_search.parsing.inventory import short_name
from hotdish_search.parsing.kinds import KIND_OF_ROLE
from hotdish_search.parsing.names import (
    attribute_of,
    in_reference,
    keyword_of,
    keywords_of_anchors,
    symbol_of,
)
from hotdish_search.parsing.naming import Naming, make_naming
from hotdish_search.parsing.place import Place


def name_section(place: Place, findings: Findings) -> Naming:
    """Name a section by the module that it describes, else by its heading.

    A heading that the inventory knows as a name is one: a setting of Django, a command of CMake.
    """
    objects = findings.objects_of(place)
    module = next((item.name for item in objects if item.role == "py:module"), "")
    keywords = _keywords_of(place, findings)
    names = [*map(short_name, objects), *keywords, *indexed_names(place, findings)]
    if module:
        return make_naming(module, "module", names)
    if keywords:
        return make_naming(place.title, "keyword", names)
    if in_reference(place.page) and _is_operator(place, findings):
        return make_naming(place.title, "operator", names)
    if defined := next((item for item in objects if short_name(item) == place.title), None):
        return make_naming(place.title, KIND_OF_ROLE.get(defined.role, "other"), names)
    return make_naming(place.title, "section" if place.parent else "page", names)


def indexed_names(place: Place, findings: Findings) -> list[str]:
    """The signs and attributes for which the general index leads to a place."""
    terms = findings.terms_of(place)
    return [name for term in terms for name in (symbol_of(term), attribute_of(term))]


def _keywords_of(place: Place, findings: Findings) -> list[str]:
    if not in_reference(place.page):
        return []
    own = [*place.keywords, *keywords_of_anchors(place.page, place.anchors)]
    indexed = [word for term in findings.terms_of(place) if (word := keyword_of(term))]
    return [*own, *(word for word in indexed if _explains(place, word, findings))]


def _explains(place: Place, word: str, findings: Findings) -> bool:
    # The index leads from a keyword to several places, but one that names it itself explains it.
    return word not in findings.explained_keywords or word in place.title.lower().split()


def _is_operator(place: Place, findings: Findings) -> bool:
    terms = findings.terms_of(place)
    return any(map(symbol_of, terms)) and any("operator" in term.text.split() for term in terms)
