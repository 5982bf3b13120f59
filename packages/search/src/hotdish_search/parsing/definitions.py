"""Definition lists: which of them define names, their groups, names and signatures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.markup import classes, collapse, ids_inside, plain

# Definition lists that define nothing that a person looks up.
_PROSE_LISTS = frozenset({"field-list", "footnote", "citation", "option-list", "docutils-only"})
_LOOKS = frozenset({"simple", "docutils", "compact", "last"})
_OPTIONAL_LETTERS = re.compile(r"(\w+)\((\w+)\)")


@dataclass(frozen=True, slots=True)
class Group:
    """Signatures that share one description."""

    signatures: tuple[LexborNode, ...]
    body: LexborNode | None


def defines_names(dl: LexborNode) -> bool:
    """Whether a definition list holds signatures or glossary terms, not just prose."""
    kinds = classes(dl)
    if not _PROSE_LISTS.isdisjoint(kinds):
        return False
    term = next((child for child in dl.iter() if child.tag == "dt"), None)
    if term is None:
        return False
    return "glossary" in kinds or bool(term.id) or term.css_first(".descname") is not None


def groups_of(dl: LexborNode) -> Iterator[Group]:
    """The definitions of a list: one or more signatures, then their description."""
    signatures: list[LexborNode] = []
    for child in dl.iter():
        if child.tag == "dt":
            signatures.append(child)
        elif child.tag == "dd" and signatures:
            yield Group(tuple(signatures), child)
            signatures = []
    if signatures:
        yield Group(tuple(signatures), None)


def role_of(dl: LexborNode) -> str:
    """What a list says that it defines: "method", "term", "cmdoption"."""
    kinds = [name for name in classes(dl) if name not in _LOOKS]
    if "glossary" in kinds:
        return "term"
    return kinds[-1] if kinds else ""


def printed(dt: LexborNode) -> str:
    """A signature as printed, with the ASCII arrow that people type."""
    return plain(dt).replace("→", "->")


def shown_names(dt: LexborNode, role: str) -> list[str]:
    """The names that a signature shows, in its order."""
    if role == "term":
        return [plain(dt)]
    found = [collapse(name.text()) for name in dt.css(".descname")]
    if role in {"cmdoption", "option"}:
        return found
    prefix = dt.css_first(".descclassname")
    if role == "pdbcommand":
        return [form for name in found for form in _short_forms(name)]
    before = plain(prefix).replace(" ", "") if prefix and not plain(prefix).startswith("[") else ""
    return [before + name for name in found] or [plain(dt)]


def anchors_of(group: Group) -> list[str]:
    """The ids that a group of signatures carries, outside or inside their `dt`."""
    return [anchor for dt in group.signatures for anchor in ids_inside(dt)]


def _short_forms(name: str) -> list[str]:
    """A command in full and as short as it may be typed.

    >>> _short_forms("b(reak)")
    ['break', 'b']
    """
    optional = _OPTIONAL_LETTERS.fullmatch(name)
    return [optional[1] + optional[2], optional[1]] if optional else [name]
