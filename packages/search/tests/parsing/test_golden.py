"""One small documentation, built with seven versions of Sphinx, gives the same entries.

`tools/build_parser_fixtures.py` builds the pages; `UPDATE_GOLDEN=1` writes the golden files anew.
"""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest

from hotdish_search.model import Entry, ParsedDocs
from hotdish_search.parsing import parse_docs

HERE = Path(__file__).parent
NEWEST = "9.1.0"

# Why entries of older builds differ from those of the newest: version -> field -> reason.
WORDS_OF_NOTES = "version notes began with 'New in', now with 'Added in'; grammar was wider spaced"
FORMER_ANCHORS = "anchors that Sphinx wrote before it changed its rules stay beside the new ones"
NO_PROPERTIES = "Sphinx knows properties since version 4"
EXPLAINED = {
    "2.4.4": {
        "id": "anchors were lower case, and those of options and grammar had other rules",
        "aliases": "an option with two names had one anchor",
        "kind": NO_PROPERTIES,
        "signature": f"{NO_PROPERTIES}, and printed C types without 'type'",
        "text": WORDS_OF_NOTES,
    },
    "3.4.3": {
        "aliases": FORMER_ANCHORS,
        "kind": NO_PROPERTIES,
        "signature": NO_PROPERTIES,
        "text": WORDS_OF_NOTES,
    },
    "4.5.0": {"aliases": FORMER_ANCHORS, "text": WORDS_OF_NOTES},
    "6.2.1": {"aliases": FORMER_ANCHORS, "text": WORDS_OF_NOTES},
    "8.1.3": {"text": WORDS_OF_NOTES},
    "8.2.3": {},
}

Json = dict[str, Any]


def parse(build: str) -> ParsedDocs:
    return parse_docs(HERE / "built" / build)


def as_json(entry: Entry) -> Json:
    """The fields of an entry that are not empty."""
    filled = {name: value for name, value in dataclasses.asdict(entry).items() if value}
    plain: Json = json.loads(json.dumps(filled))
    return plain


def check_golden(name: str, found: object) -> None:
    path = HERE / "golden" / f"{name}.json"
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{path} is stale: UPDATE_GOLDEN=1 rewrites it"


@pytest.mark.parametrize("build", [NEWEST, "moved"])
def test_entries_links_and_report_are_those_of_the_golden_file(build: str) -> None:
    parsed = parse(build)

    found = {
        "project": parsed.project,
        "version": parsed.version,
        "report": dataclasses.asdict(parsed.report),
        "entries": [as_json(entry) for entry in parsed.entries],
        "links": [dataclasses.asdict(link) for link in parsed.links],
    }

    check_golden(build, found)


@pytest.mark.parametrize("build", EXPLAINED)
def test_an_older_sphinx_gives_the_same_entries_except_for_explained_fields(build: str) -> None:
    newest = [as_json(entry) for entry in parse(NEWEST).entries]
    older = [as_json(entry) for entry in parse(build).entries]

    differences = {
        new["id"] + " " + new["title"]: {
            field: old.get(field) for field in {**old, **new} if old.get(field) != new.get(field)
        }
        for old, new in zip(older, newest, strict=True)
    }

    fields = {field for differing in differences.values() for field in differing}
    assert fields == EXPLAINED[build].keys()
    check_golden(f"{build}-differs", {key: value for key, value in differences.items() if value})


def test_every_build_and_every_golden_file_is_tested() -> None:
    builds = {path.name for path in (HERE / "built").iterdir()}
    golden = {path.stem for path in (HERE / "golden").glob("*.json")}

    assert builds == {NEWEST, "moved", *EXPLAINED}
    assert golden == {NEWEST, "moved", *(f"{build}-differs" for build in EXPLAINED)}


def test_nothing_of_the_small_documentation_is_lost() -> None:
    for build in (NEWEST, "moved", *EXPLAINED):
        assert parse(build).report.lost == ()


def test_a_page_that_only_redirects_gives_its_address_to_the_page_it_leads_to() -> None:
    parsed = parse("moved")
    kettle = next(entry for entry in parsed.entries if entry.title == "kettle")

    assert parsed.report.skipped_pages["library/functions.html"] == "redirect"
    assert kettle.id == "builtins/functions.html#kettle"
    assert kettle.part == "builtins"
    assert kettle.aliases == ("library/functions.html#kettle",)
