"""Makes the entries of a page from its places: ids, aliases, modules, summaries."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from hotdish_search.model import Entry, VersionNote
from hotdish_search.parsing.definition_names import name_definition
from hotdish_search.parsing.findings import Findings
from hotdish_search.parsing.kinds import part_of
from hotdish_search.parsing.naming import Naming
from hotdish_search.parsing.place import NUMBERED_ANCHOR, Page, Place
from hotdish_search.parsing.row_names import name_row
from hotdish_search.parsing.section_names import name_section
from hotdish_search.parsing.sections import is_heading_of
from hotdish_search.parsing.sentences import first_sentence

_NAME_OF_FORM = {"section": name_section, "definition": name_definition, "row": name_row}


def entries_of(page: Page, findings: Findings, former_pages: Sequence[str] = ()) -> list[Entry]:
    """The entries of one page; `former_pages` are old addresses that lead to it."""
    namings = [_name_place(place, findings) for place in page.places]
    headed = _mere_headings(page, namings, findings)
    anchors = _anchors_by_place(page, headed)
    modules = _modules_of(page, namings, findings.modules)
    headings = _headings(page, namings)
    return [
        Entry(
            id=place.id,
            title=naming.title,
            kind=naming.kind,
            part=part_of(page.path, findings.project),
            page=page.path,
            page_title=page.title,
            module=module,
            names=naming.names,
            breadcrumbs=tuple(headings[id(around)] for around in place.around()[1:]),
            signature="\n".join(place.signatures),
            summary=_summary(place, naming),
            text=_text(place, naming),
            example=place.example,
            notes=_notes(place),
            aliases=_aliases(page.path, place, anchors[id(place)], former_pages),
            index_terms=tuple(dict.fromkeys(term.text for term in findings.terms_of(place))),
        )
        for place, naming, module in zip(page.places, namings, modules, strict=True)
        if id(place) not in headed
    ]


def _name_place(place: Place, findings: Findings) -> Naming:
    return _NAME_OF_FORM[place.form](place, findings)


def _headings(page: Page, namings: list[Naming]) -> dict[int, str]:
    """What a breadcrumb shows for each place: a heading, or the full name of a definition."""
    return {
        id(place): place.title if place.form == "section" else naming.title
        for place, naming in zip(page.places, namings, strict=True)
    }


def _mere_headings(page: Page, namings: list[Naming], findings: Findings) -> dict[int, Place]:
    """By the identity of each section that only repeats the name of a definition, that definition.

    Such a section would be found beside its definition, and tell nothing.
    """
    mute = {
        id(place)
        for place, naming in zip(page.places, namings, strict=True)
        if naming.kind in {"section", "page"}
        if not (place.blocks or naming.names or findings.terms_of(place))
    }
    headed: dict[int, Place] = {}
    for place, naming in zip(page.places, namings, strict=True):
        section = place.parent
        if (
            section is not None
            and id(section) in mute
            and is_heading_of(section, place, naming.title)
        ):
            headed.setdefault(id(section), place)
    return headed


def _anchors_by_place(page: Page, headed: Mapping[int, Place]) -> dict[int, list[str]]:
    """The anchors that mean each place, of a section that only heads it too; "" is the page."""
    found: dict[int, list[str]] = defaultdict(list)
    for section in page.places:
        if definition := headed.get(id(section)):
            found[id(definition)].append(section.id.partition("#")[2])
    for anchor, place in page.anchors.items():
        if not NUMBERED_ANCHOR.fullmatch(anchor):
            found[id(headed.get(id(place), place))].append(anchor)
    return found


def _notes(place: Place) -> tuple[VersionNote, ...]:
    """The notes of a place; bare ones that repeat ("New in version 3.9.") are about parameters."""
    return tuple(note for note in place.notes if note.text or place.notes.count(note) == 1)


def _aliases(
    path: str,
    place: Place,
    anchors: list[str],
    former_pages: Sequence[str],
) -> tuple[str, ...]:
    if place.form == "row":
        return ()
    here = [f"{path}#{anchor}" if anchor else path for anchor in anchors]
    before = [
        former + address.removeprefix(path)
        for former in former_pages
        for address in dict.fromkeys([place.id, *here])
    ]
    return tuple(alias for alias in dict.fromkeys([*here, *before]) if alias != place.id)


def _heading_synopsis(place: Place, naming: Naming) -> str:
    """What the heading of a module tells: "JSON encoder and decoder"."""
    if naming.kind != "module":
        return ""
    _, dash, told = place.title.partition("—")
    return (told if dash else place.title).strip()


def _summary(place: Place, naming: Naming) -> str:
    lead = place.lead
    if not lead and naming.kind == "class" and place.parent:
        # "Logger Objects" often tells in the section what its class tells nothing about.
        lead = place.parent.lead
    synopsis = _heading_synopsis(place, naming)
    sentence = first_sentence(lead)
    return f"{synopsis}. {sentence}".strip() if synopsis else sentence


def _text(place: Place, naming: Naming) -> str:
    synopsis = _heading_synopsis(place, naming)
    return "\n".join([synopsis, *place.blocks] if synopsis else place.blocks)


def _modules_of(page: Page, namings: list[Naming], modules: frozenset[str]) -> list[str]:
    """The module of each place: by its name, else that of the section around, else of the page."""
    own: dict[int, str] = {}
    for place, naming in zip(page.places, namings, strict=True):
        own[id(place)] = _module_in_name(naming, modules) if place.form == "definition" else ""
        if naming.kind == "module":
            own[id(place)] = naming.title
    most_named = Counter(module for module in own.values() if module).most_common(1)
    of_page = most_named[0][0] if most_named else ""
    return [
        next((own[id(p)] for p in (place, *reversed(place.around())) if own[id(p)]), "")
        or (of_page if place.form == "section" else "")
        for place in page.places
    ]


def _module_in_name(naming: Naming, modules: frozenset[str]) -> str:
    parts = naming.title.split(".")
    prefixes = (".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1))
    return next((prefix for prefix in prefixes if prefix in modules), "")
