"""The real documentation of Python 3.11: nothing on a page is lost, and names are what people type.

What there is, is counted here anew from the HTML and from objects.inv, not by the parser's modules.
"""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import sphobjinv
from selectolax.lexbor import LexborHTMLParser, LexborNode

from hotdish_search.model import Entry, ParsedDocs
from hotdish_search.parsing import parse_docs

pytestmark = pytest.mark.slow

WORD = re.compile(r"\w+")
NO_TEXT = (
    "a.headerlink, a.footnote-reference, .section-number, .toctree-wrapper, nav.contents, script"
)


@pytest.fixture(scope="module")
def parsed(python_docs: Path) -> ParsedDocs:
    return parse_docs(python_docs)


@pytest.fixture(scope="module")
def entries(parsed: ParsedDocs) -> dict[str, Entry]:
    """Entries by id; what has no anchor of its own is left out."""
    found: dict[str, Entry] = {}
    for entry in parsed.entries:
        found.setdefault(entry.id, entry)
    return found


@pytest.fixture(scope="module")
def bodies(python_docs: Path, parsed: ParsedDocs) -> dict[str, LexborHTMLParser]:
    """The pages that became entries, without what is no text."""
    trees = {}
    for page in {entry.page for entry in parsed.entries}:
        trees[page] = LexborHTMLParser((python_docs / page).read_bytes())
        for node in trees[page].css(NO_TEXT):
            node.decompose()
    return trees


def named(parsed: ParsedDocs, name: str) -> set[str]:
    """The ids of the entries that are found under a name, rows left out."""
    return {
        entry.id
        for entry in parsed.entries
        if name in {entry.title, *entry.names} and entry.kind != "row"
    }


def test_nothing_is_reported_as_lost(parsed: ParsedDocs) -> None:
    assert parsed.report.lost == ()


def test_pages_that_are_no_entries_are_named_with_a_reason(parsed: ParsedDocs) -> None:
    reasons = {
        page: reason
        for page, reason in parsed.report.skipped_pages.items()
        if reason != "made from the other pages"
    }

    assert reasons == {
        "distutils/_setuptools_disclaimer.html": "no section",
        "download.html": "no section",
        "includes/wasm-notavail.html": "no section",
        "index.html": "no section",
    }


def test_the_report_counts_every_signature_and_section(
    parsed: ParsedDocs,
    bodies: dict[str, LexborHTMLParser],
) -> None:
    n_signatures = sum(
        len(tree.css("dt.sig-object")) + len(tree.css("dl.glossary > dt"))
        for tree in bodies.values()
    )
    n_sections = sum(len(tree.css("section")) for tree in bodies.values())

    assert parsed.report.signatures == n_signatures > 11_000
    assert parsed.report.sections == n_sections > 4_500


def test_every_name_of_the_inventory_is_a_name_of_the_entry_at_its_address(
    python_docs: Path,
    parsed: ParsedDocs,
) -> None:
    names_at: dict[str, set[str]] = defaultdict(set)
    for entry in parsed.entries:
        for address in (entry.id, *entry.aliases):
            names_at[address] |= {entry.title, *entry.names}
    noise = {"functionParam", "label", "doc"}
    objects = [
        (item.uri_expanded, item.name)
        for item in sphobjinv.Inventory(python_docs / "objects.inv").objects
        if item.role not in noise
    ]

    lost = [
        (address, name)
        for address, name in objects
        # Options carry their program ("timeit.-n"), grammar its group ("python-grammar:suite").
        if name not in names_at[address]
        and not any(name.endswith((f".{n}", f":{n}")) for n in names_at[address])
    ]

    assert parsed.report.inventory_objects == len(objects) > 11_000
    # The one name that says more than people type: the variable is PYTHONDUMPREFSFILE.
    assert [name for _, name in lost if "=" not in name] == []


def test_every_word_of_a_page_is_in_its_entries(
    parsed: ParsedDocs,
    bodies: dict[str, LexborHTMLParser],
) -> None:
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in parsed.entries:
        told = (entry.title, entry.page_title, entry.signature, entry.text, *entry.names)
        words[entry.page].update(WORD.findall(" ".join((*told, *entry.breadcrumbs))))

    lost = Counter[str]()
    for page, tree in bodies.items():
        main = tree.css_first("div[role=main]")
        assert main is not None
        # Terms and descriptions stand without a space between them in the HTML.
        for node in main.css("dt, dd, p, pre, li"):
            node.insert_before(" ")
        lost += Counter(WORD.findall(main.text())) - words[page]

    assert sum(lost.values()) < 50, lost.most_common(30)


def is_about_an_item(note: LexborNode) -> bool:
    """Whether a note is about a row, or a bare one about an item of a list without names."""
    is_bare = note.parent is not None and note.parent.text().strip() == note.text().strip()
    around = note.parent
    while around is not None and around.tag != "section":
        kinds = (around.attributes.get("class") or "").split()
        if around.tag == "dl" and not {"py", "c", "std", "glossary"}.isdisjoint(kinds):
            return False
        if around.tag == "td" or (is_bare and around.tag in {"li", "blockquote", "dl"}):
            return True
        around = around.parent
    return False


def test_every_version_note_is_a_note_of_its_entry(
    parsed: ParsedDocs,
    bodies: dict[str, LexborHTMLParser],
) -> None:
    written = [note for tree in bodies.values() for note in tree.css(".versionmodified")]
    n_removals = sum(len(tree.css(".deprecated-removed")) for tree in bodies.values())
    n_written = len(written) + n_removals
    n_about_items = sum(map(is_about_an_item, written))

    notes = [note for entry in parsed.entries for note in entry.notes]

    # Rows about code are entries and keep their notes; other items are none.
    assert 0 < n_about_items < 100
    assert n_written - n_about_items <= len(notes) <= n_written
    assert {note.version for note in notes if not note.version[0].isdigit()} == {"next"}


def test_the_builtin_types_have_an_entry_where_functions_html_names_them(
    entries: dict[str, Entry],
) -> None:
    for name in ("str", "list", "dict", "set", "range", "tuple"):
        assert entries[f"library/functions.html#func-{name}"].title == name


def test_a_module_is_its_page(entries: dict[str, Entry]) -> None:
    json = entries["library/json.html"]

    assert (json.title, json.kind, json.part) == ("json", "module", "library")
    assert "library/json.html#module-json" in json.aliases
    assert json.summary.startswith("JSON encoder and decoder. JSON (JavaScript Object Notation)")


def test_signatures_with_one_description_are_one_entry(entries: dict[str, Entry]) -> None:
    stdin = entries["library/sys.html#sys.stdin"]

    assert (stdin.title, *stdin.names) == ("sys.stdin", "sys.stdout", "sys.stderr")
    assert stdin.signature == "sys.stdin\nsys.stdout\nsys.stderr"
    assert "library/sys.html#sys.stderr" in stdin.aliases


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("with", "reference/compound_stmts.html#the-with-statement"),
        ("for", "reference/compound_stmts.html#the-for-statement"),
        ("if", "reference/compound_stmts.html#the-if-statement"),
        ("elif", "reference/compound_stmts.html#the-if-statement"),
        ("async with", "reference/compound_stmts.html#the-async-with-statement"),
        ("lambda", "reference/expressions.html#lambda"),
        ("yield", "reference/expressions.html#yield-expressions"),
        ("yield from", "reference/expressions.html#yield-expressions"),
        ("not in", "reference/expressions.html#membership-test-operations"),
        (":=", "reference/expressions.html#assignment-expressions"),
        ("**", "reference/expressions.html#the-power-operator"),
        ("@", "reference/expressions.html#binary-arithmetic-operations"),
        ("->", "reference/compound_stmts.html#function-definitions"),
        ("...", "library/constants.html#Ellipsis"),
        ("%", "library/stdtypes.html#printf-style-string-formatting"),
        ("f-string", "glossary.html#term-f-string"),
        ("__annotations__", "reference/datamodel.html#the-standard-type-hierarchy"),
        ("python -m", "using/cmdline.html#cmdoption-m"),
        ("-X importtime", "using/cmdline.html#cmdoption-X"),
        ("PYTHONPATH", "using/cmdline.html#envvar-PYTHONPATH"),
        ("POP_TOP", "library/dis.html#opcode-POP_TOP"),
        ("cont", "library/pdb.html#pdbcommand-continue"),
        ("with_stmt", "reference/compound_stmts.html#grammar-token-python-grammar-with_stmt"),
        ("list.append", "library/stdtypes.html#mutable-sequence-types"),
        ("list.append", "tutorial/datastructures.html#more-on-lists"),
        ("datetime.datetime.now", "library/datetime.html#datetime.datetime.now"),
    ],
)
def test_what_people_type_names_its_place(parsed: ParsedDocs, name: str, place: str) -> None:
    assert place in named(parsed, name)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("%s", "library/stdtypes.html#printf-style-string-formatting"),
        ("%Y", "library/datetime.html#strftime-and-strptime-format-codes"),
        ("sys.float_info.epsilon", "library/sys.html#sys.float_info"),
        ("d[key]", "library/stdtypes.html#dict"),
    ],
)
def test_rows_are_found_at_the_place_around_them(
    parsed: ParsedDocs,
    name: str,
    place: str,
) -> None:
    rows = {e.id for e in parsed.entries if e.kind == "row" and name in {e.title, *e.names}}

    assert place in rows


def test_a_second_description_without_an_anchor_does_not_stand_beside_the_first(
    parsed: ParsedDocs,
) -> None:
    assert named(parsed, "datetime.date") == {"library/datetime.html#datetime.date"}


def test_links_lead_from_entries_to_entries(
    parsed: ParsedDocs,
    entries: dict[str, Entry],
) -> None:
    assert len(parsed.links) > 30_000
    assert {link.source for link in parsed.links} | {link.target for link in parsed.links} <= (
        entries.keys()
    )
    sentences = {link.sentence for link in parsed.links if link.target.endswith("#os.urandom")}
    assert "Suitable authentication keys can also be generated by using os.urandom()." in sentences


def test_index_terms_lead_to_their_entries(entries: dict[str, Entry]) -> None:
    assert "file copying" in entries["library/shutil.html"].index_terms


def test_progress_counts_every_file(python_docs: Path) -> None:
    seen: list[tuple[int, int]] = []

    parse_docs(python_docs, progress=lambda done, total: seen.append((done, total)))

    total = seen[0][1]
    assert seen == [(n, total) for n in range(1, total + 1)]
