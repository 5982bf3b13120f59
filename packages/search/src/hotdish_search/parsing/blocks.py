"""Walks through a page's blocks and gives each its place: section, definition or row."""

from selectolax.lexbor import LexborNode

from hotdish_search.parsing.definitions import (
    Group,
    anchors_of,
    defines_names,
    groups_of,
    printed,
    role_of,
    shown_names,
)
from hotdish_search.parsing.markup import (
    classes,
    collapse,
    heading_of,
    ids_inside,
    is_section,
    plain,
)
from hotdish_search.parsing.notes import CHANGE_OF_CLASS, read_notes
from hotdish_search.parsing.place import NUMBERED_ANCHOR, Page, Place
from hotdish_search.parsing.productions import productions_of
from hotdish_search.parsing.rows import coded_rows
from hotdish_search.parsing.tags import ASIDES, CONTAINERS, HEADINGS, LEAVES, SILENT


class BlockReader:
    """Reads the blocks of one page into its places."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.place_of_node: dict[int, Place] = {}
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
            return
        place = self._new_section(section, heading, parent)
        self._walk(section, place, is_prose=True)

    def _read_untitled(self, section: LexborNode, parent: Place | None) -> None:
        where = f"{self.page.path}#{section.id}" if section.id else self.page.path
        if parent is None:
            self.page.lost.append(f"{where}: a section without a heading")
            self.read(section)
        else:
            # Its text is kept with the section around it, and so is its anchor.
            self._walk(section, parent, is_prose=True)

    def _new_section(
        self,
        section: LexborNode,
        heading: LexborNode,
        parent: Place | None,
    ) -> Place:
        is_top = not self.page.places
        if is_top:
            self.page.title = plain(heading)
        anchor = section.id or ""
        place = Place(
            id=self.page.path if is_top or not anchor else f"{self.page.path}#{anchor}",
            form="section",
            title=plain(heading),
            parent=parent,
            anchors=[anchor] if anchor else [],
            keywords=[plain(code) for code in heading.css("code.std-keyword")],
        )
        for child in section.iter():
            if child.tag == "span":
                place.anchors += ids_inside(child)
            elif child.tag in HEADINGS:
                place.anchors += ids_inside(child)
                break
        self._keep(place, section)
        return place

    def _keep(self, place: Place, *nodes: LexborNode) -> None:
        place.anchors = [*dict.fromkeys([*place.anchors, *self._waiting_anchors])]
        self._waiting_anchors = []
        self.page.places.append(place)
        for node in nodes:
            self.place_of_node[node.mem_id] = place
        for anchor in place.anchors:
            self.page.anchors.setdefault(anchor, place)

    def _walk(self, node: LexborNode, place: Place, *, is_prose: bool) -> None:
        inline: list[str] = []
        seen_heading = False
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag in HEADINGS and not seen_heading and is_section(node):
                seen_heading = True
            elif tag in SILENT:
                continue
            elif tag in LEAVES or tag in CONTAINERS or tag in {"section", "pre"}:
                self._end_line(inline, place, is_prose=is_prose)
                self._read_block(child, place, is_prose=is_prose)
            elif child.is_text_node or child.is_element_node:
                self._read_inline(child, inline)
        self._end_line(inline, place, is_prose=is_prose)

    def _read_inline(self, node: LexborNode, inline: list[str]) -> None:
        text = node.text()
        inline.append(text)
        if node.is_element_node and not text.strip():
            # A target before a definition or a section names what follows it.
            self._waiting_anchors += ids_inside(node)

    def _end_line(self, inline: list[str], place: Place, *, is_prose: bool) -> None:
        text = collapse("".join(inline))
        inline.clear()
        if text:
            self._waiting_anchors = []
            place.add_block(text, is_prose=is_prose)

    def _read_block(self, node: LexborNode, place: Place, *, is_prose: bool) -> None:
        if is_section(node):
            self._read_section(node, place)
            return
        if node.tag == "dl" and defines_names(node):
            self._read_definitions(node, place)
            return
        self._waiting_anchors = []
        kinds = classes(node)
        if node.tag == "table":
            self._read_table(node, place)
        elif node.tag == "pre" or any(kind.startswith("highlight") for kind in kinds):
            self._read_code(node, place)
        elif node.tag in LEAVES:
            place.add_block(plain(node), is_prose=is_prose and node.tag == "p")
        else:
            for kind in kinds:
                if kind in CHANGE_OF_CLASS:
                    place.notes += read_notes(node, CHANGE_OF_CLASS[kind])
            self._walk(node, place, is_prose=is_prose and ASIDES.isdisjoint(kinds))

    def _read_code(self, node: LexborNode, place: Place) -> None:
        pre = node if node.tag == "pre" else node.css_first("pre")
        text = (pre or node).text().strip("\n")
        place.add_block(text, is_prose=False)
        if node.tag != "pre" and not place.example:
            place.example = text
        for production in productions_of(pre or node):
            self.page.places.append(
                Place(
                    id=f"{self.page.path}#{production.anchor}",
                    form="definition",
                    role="token",
                    title=production.name,
                    parent=place,
                    anchors=[production.anchor],
                    signatures=[production.rule],
                ),
            )
            self.page.anchors.setdefault(production.anchor, self.page.places[-1])

    def _read_table(self, table: LexborNode, place: Place) -> None:
        for line in table.css("tr"):
            place.add_block(plain(line), is_prose=False)
        for row in coded_rows(table):
            found = Place(
                id=place.id,
                form="row",
                title=row.title,
                parent=place,
                names=[*row.names],
                signatures=[row.title],
            )
            found.add_block(row.text, is_prose=True)
            self.page.places.append(found)

    def _read_definitions(self, dl: LexborNode, parent: Place) -> None:
        role = role_of(dl)
        for group in groups_of(dl):
            self.page.n_signatures += len(group.signatures)
            place = self._new_definition(group, role, parent)
            if group.body is not None:
                self._walk(group.body, place, is_prose=True)

    def _new_definition(self, group: Group, role: str, parent: Place) -> Place:
        names = [name for dt in group.signatures for name in shown_names(dt, role)]
        anchors = anchors_of(group)
        own = next(
            (a for a in (*anchors, *self._waiting_anchors) if not NUMBERED_ANCHOR.fullmatch(a)),
            None,
        )
        place = Place(
            id=f"{self.page.path}#{own}" if own else parent.id,
            form="definition",
            role=role,
            title=names[0],
            parent=parent,
            names=[*dict.fromkeys(names)],
            anchors=[*([own] if own else []), *anchors],
            signatures=[printed(dt) for dt in group.signatures],
        )
        self._keep(place, *group.signatures, *([group.body] if group.body else []))
        return place
