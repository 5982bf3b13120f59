"""Walks through the blocks of a page and gives each to its place."""

from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.definitions import defines_names, definition_place, groups_of, role_of
from hotdish_search.parsing.markup import (
    classes,
    collapse,
    heading_of,
    ids_inside,
    is_section,
    plain,
)
from hotdish_search.parsing.notes import change_of, read_notes
from hotdish_search.parsing.place import Page, Place
from hotdish_search.parsing.productions import production_places
from hotdish_search.parsing.rows import Row, coded_items, coded_rows, row_place
from hotdish_search.parsing.sections import (
    is_heading_of,
    is_part_of_its_version,
    section_place,
)
from hotdish_search.parsing.tags import ASIDES, CONTAINERS, HEADINGS, LEAVES, SILENT, TITLES

_BLOCKS = LEAVES | CONTAINERS | {"section", "pre"}


class BlockReader:
    """Reads the blocks of one page into its places.

    Attributes:
        place_of_node: Which place a node and all that is inside it belongs to.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.place_of_node: dict[int, Place] = {}
        # Targets that stand before a definition or a section name it, not the text before them.
        self._waiting_anchors: list[str] = []

    def read(self, main: LexborNode) -> None:
        """Read the main part of a page: its sections and whatever stands around them."""
        for child in main.iter():
            if is_section(child):
                self._read_section(child, None)
            elif child.tag in CONTAINERS:
                self.read(child)
            elif child.tag == "span":
                self._waiting_anchors += ids_inside(child)

    def _read_section(self, section: LexborNode, parent: Place | None) -> None:
        self.page.n_sections += 1
        heading = heading_of(section)
        if heading is None:
            self._read_untitled(section, parent)
        elif parent is not None and is_part_of_its_version(self.page, parent):
            parent.add_block(plain(heading), is_prose=False)
            self._walk(section, parent, is_prose=False)
        else:
            place = section_place(self.page, section, heading, parent)
            self._keep(place, section)
            self._walk(section, place, is_prose=True)

    def _read_untitled(self, section: LexborNode, parent: Place | None) -> None:
        if parent is None:
            where = f"{self.page.path}#{section.id or ''}"
            self.page.lost.append(f"{where}: a section without a heading")
            self.read(section)
        else:
            # Its text and its anchor stay with the section around it.
            self._walk(section, parent, is_prose=True)

    def _keep(self, place: Place, *nodes: LexborNode) -> None:
        place.anchors = list(dict.fromkeys([*place.anchors, *self._waiting_anchors]))
        self._waiting_anchors = []
        self.page.add(place)
        for node in nodes:
            self.place_of_node[node.mem_id] = place

    def _walk(self, node: LexborNode, place: Place, *, is_prose: bool) -> None:
        inline: list[str] = []
        told = place  # what the text is about
        # The heading of a section is its title, not its text.
        is_heading_ahead = is_section(node)
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if is_heading_ahead and tag in HEADINGS:
                is_heading_ahead = False
            elif tag in _BLOCKS:
                self._end_line(inline, told, is_prose=is_prose)
                told = self._read_block(child, place, told, is_prose=is_prose)
            elif tag not in SILENT and not child.is_comment_node:
                self._read_inline(child, inline)
        self._end_line(inline, told, is_prose=is_prose)

    def _read_inline(self, node: LexborNode, inline: list[str]) -> None:
        text = node.text()
        inline.append(text)
        if node.is_element_node and not text.strip():
            self._waiting_anchors += ids_inside(node)

    def _end_line(self, inline: list[str], place: Place, *, is_prose: bool) -> None:
        text = collapse("".join(inline))
        inline.clear()
        if text:
            self._waiting_anchors = []
            place.add_block(text, is_prose=is_prose)

    def _read_block(self, node: LexborNode, place: Place, told: Place, *, is_prose: bool) -> Place:
        """Read a block of a place, and give what the text after it is about."""
        if is_section(node):
            self._read_section(node, place)
            return place
        if node.tag == "dl" and defines_names(node):
            last = self._read_definitions(node, place)[-1]
            # Who gives a name a section of its own may tell of it below the empty definition.
            return last if not last.blocks and is_heading_of(place, last) else place
        self._waiting_anchors = []
        self._read_text(node, told, is_prose=is_prose)
        return told

    def _read_text(self, node: LexborNode, place: Place, *, is_prose: bool) -> None:
        kinds = classes(node)
        if node.tag == "table":
            self._read_table(node, place)
        elif node.tag == "pre" or any(kind.startswith("highlight") for kind in kinds):
            self._read_code(node, place)
        elif node.tag in LEAVES:
            is_sentence = node.tag == "p" and TITLES.isdisjoint(kinds)
            place.add_block(plain(node), is_prose=is_prose and is_sentence)
        else:
            self._read_notes(node, kinds, place)
            is_aside = node.tag == "dt" or not ASIDES.isdisjoint(kinds)
            self._walk(node, place, is_prose=is_prose and not is_aside)
            if node.tag == "ul" and place.role == "cmdoption":
                self._add_rows(coded_items(node, place.names[0]), place)

    def _read_notes(self, node: LexborNode, kinds: list[str], place: Place) -> None:
        change = change_of(kinds)
        if change is None:
            return
        notes = read_notes(node, change)
        place.notes += [note for note in notes if note.text or self._is_about_place(node)]
        if not notes:
            self.page.lost.append(f"{place.id}: a version note without a version")

    def _is_about_place(self, note: LexborNode) -> bool:
        """Whether a bare note ("New in version 3.10.") is not about one parameter in a list."""
        around = note.parent
        while around is not None and around.mem_id not in self.place_of_node:
            if around.tag in {"blockquote", "dl", "li", "table"}:
                return False
            around = around.parent
        return True

    def _read_code(self, node: LexborNode, place: Place) -> None:
        pre = node if node.tag == "pre" else node.css_first("pre") or node
        text = pre.text().strip("\n")
        place.add_block(text, is_prose=False)
        # Bare `pre` elements are grammar and literal blocks.
        if node.tag != "pre" and not place.example:
            place.example = text
        for production in production_places(self.page.path, pre, place):
            self.page.add(production)

    def _read_table(self, table: LexborNode, place: Place) -> None:
        for line in table.css("tr"):
            text = " ".join(map(plain, line.iter()))
            place.add_block(text, is_prose=False)
            for dl in filter(defines_names, line.css("dl")):
                told = " ".join(plain(cell) for cell in line.iter() if not cell.css_first("dl"))
                for defined in self._read_definitions(dl, place):
                    defined.add_block(told, is_prose=True)
        if not self.page.path.startswith("whatsnew/"):
            self._add_rows(coded_rows(table), place)

    def _add_rows(self, rows: Iterable[Row], place: Place) -> None:
        for row in rows:
            self.page.add(row_place(row, place))

    def _read_definitions(self, dl: LexborNode, parent: Place) -> list[Place]:
        role = role_of(dl)
        if dl.id:
            # Since Sphinx 7, a target before a list is the id of the list.
            self._waiting_anchors.append(dl.id)
        places = []
        for group in groups_of(dl):
            self.page.n_signatures += len(group.signatures)
            place = definition_place(self.page.path, group, role, parent, self._waiting_anchors)
            self._keep(place, *group.signatures, *group.bodies)
            for body in group.bodies:
                self._walk(body, place, is_prose=True)
            places.append(place)
        return places
