"""Definition lists: which of them define names, their groups, names and signatures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.markup import classes, collapse, ids_inside, plain
from hotdish_search.parsing.place import NUMBERED_ANCHOR, Place

# Definition lists that define nothing that a person looks up.
_PROSE_LISTS = frozenset({"field-list", "footnote", "citation", "option-list", "docutils-only"})
_ROLE_OF_CLASS = {"glossary": "term", "option": "cmdoption"}
_LOOKS = frozenset({"simple", "docutils", "compact", "last"})


@dataclass(frozen=True, slots=True)
class Group:
    """Signatures that share one description."""

    signatures: tuple[LexborNode, ...]
    bodies: tuple[LexborNode, ...]


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
    bodies: list[LexborNode] = []
    for child in dl.iter():
        if child.tag == "dt" and bodies:
            yield Group(tuple(signatures), tuple(bodies))
            signatures, bodies = [], []
        if child.tag == "dt":
            signatures.append(child)
        elif signatures:
            bodies.append(child)
    yield Group(tuple(signatures), tuple(bodies))


def definition_place(
    path: str,
    group: Group,
    role: str,
    parent: Place,
    targets: Iterable[str],
) -> Place:
    """The place of a definition; without an anchor of its own it is found at its parent."""
    shown = [name for dt in group.signatures for name in _shown_names(dt, role)]
    names = [name for name in shown if name] or [parent.title]  # a damaged page names nothing
    inside = [anchor for dt in group.signatures for anchor in ids_inside(dt)]
    own = next((a for a in (*inside, *targets) if not NUMBERED_ANCHOR.fullmatch(a)), None)
    return Place(
        id=f"{path}#{own}" if own else parent.id,
        form="definition",
        role=role,
        title=names[0],
        parent=parent,
        names=list(dict.fromkeys(names)),
        anchors=[*([own] if own else []), *inside],
        signatures=[_printed(dt) for dt in group.signatures],
    )


def role_of(dl: LexborNode) -> str:
    """What a list says that it defines: "method", "term", "cmdoption"."""
    kinds = [name for name in classes(dl) if name not in _LOOKS]
    role = "glossary" if "glossary" in kinds else kinds[-1] if kinds else ""
    return _ROLE_OF_CLASS.get(role, role)


def _printed(dt: LexborNode) -> str:
    """A signature as printed, with the ASCII arrow that people type."""
    return plain(dt).replace("→", "->")


def _shown_names(dt: LexborNode, role: str) -> list[str]:
    """The names that a signature shows, in its order."""
    if role == "term":
        return [plain(dt)]
    found = [collapse(name.text()) for name in dt.css(".descname")]
    if role == "cmdoption":
        return found
    if role == "pdbcommand":
        return [form for name in found for form in _short_forms(name)]
    # The same class marks the arguments of an opcode; only what ends in a dot is a prefix.
    prefixes = [plain(prefix) for prefix in dt.css(".descclassname")]
    before = next((prefix for prefix in prefixes if prefix.endswith(".")), "")
    return [before + name for name in found] or [plain(dt)]


def _short_forms(name: str) -> list[str]:
    """A command in full and as short as it may be typed.

    >>> _short_forms("c(ont(inue))")
    ['continue', 'cont', 'c']
    """
    letters = name.rstrip(")").split("(")
    return ["".join(letters[:n]) for n in range(len(letters), 0, -1)]
