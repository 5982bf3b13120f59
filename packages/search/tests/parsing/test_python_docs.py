"""The real documentation of Python 3.11: nothing on a page may be lost."""

from pathlib import Path

import pytest

from hotdish_search.model import Entry, ParsedDocs
from hotdish_search.parsing import parse_docs


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


def test_nothing_on_the_pages_is_lost(parsed: ParsedDocs) -> None:
    assert parsed.report.lost == ()
    assert parsed.report.pages > 490
    assert parsed.report.signatures > 11_000
    assert parsed.report.sections > 4_500
    assert parsed.report.inventory_objects > 11_000


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


def test_list_methods_are_found_in_the_table_that_explains_them(parsed: ParsedDocs) -> None:
    places = {entry.id for entry in parsed.entries if entry.title == "list.append"}

    assert places == {
        "library/stdtypes.html#mutable-sequence-types",
        "tutorial/datastructures.html#more-on-lists",
    }
