"""Every rule: one input on which it fires, one on which it is silent, a source with a date."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotdish_freevm.rules import RULES
from hotdish_freevm.rules.page import rules_page

if TYPE_CHECKING:
    from packages.freevm.tests.conftest import Run

TODAY = date(2026, 11, 24)
CASES = Path(__file__).parent / "rules"
GUIDE = Path(__file__).parents[3] / "docs" / "freevm-rules.md"
OPTIONS = {
    ("AZF016", "fires"): ("--free-until", "2026-12-24"),
    ("AZF016", "silent"): ("--free-until", "2027-10-01"),
    ("AZF021", "fires"): ("--egress-gb", "150"),
    ("AZF021", "silent"): ("--egress-gb", "100"),
}


def test_the_rules_are_azf001_to_azf021_without_a_gap() -> None:
    assert list(RULES) == [f"AZF{number:03}" for number in range(1, 22)]


def test_every_case_belongs_to_a_rule_and_every_rule_has_both() -> None:
    expected = {f"{rule}.{word}.json" for rule in RULES for word in ("fires", "silent")}

    assert {path.name for path in CASES.iterdir()} == expected


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_fires_on_its_case(run: "Run", rule: str) -> None:
    options = OPTIONS.get((rule, "fires"), ())

    answer = run("check", CASES / f"{rule}.fires.json", "--json", *options)

    assert rule in answer.rules


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_silent_on_the_case_without_its_reason(run: "Run", rule: str) -> None:
    options = OPTIONS.get((rule, "silent"), ())

    answer = run("check", CASES / f"{rule}.silent.json", "--json", *options)

    assert rule not in answer.rules


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_all_that_its_reader_needs(rule: object) -> None:
    texts = [getattr(rule, name) for name in ("title", "free_when", "found_by", "costs", "repair")]
    source = RULES[rule.id].source  # type: ignore[attr-defined]

    assert all(len(text) > 5 for text in texts)
    assert source.url.startswith("https://")
    assert date(2026, 1, 1) < source.read <= TODAY


def test_no_source_was_last_read_more_than_a_year_ago() -> None:
    """Fails once the facts are old: read the sources again, correct the rules, set the day."""
    old = [rule.id for rule in RULES.values() if rule.source.is_old(date.today())]  # noqa: DTZ011

    assert old == []


def test_a_check_warns_of_rules_whose_source_was_not_read_for_a_year(run: "Run") -> None:
    later = TODAY + timedelta(days=400)

    answer = run("check", CASES / "AZF001.fires.json", "--json", today=later)

    assert "AZF001: its source was last read 2026-11-22, more than a year ago" in answer.err
    assert any("its source was last read" in note for note in answer.json["notes"])


def test_the_list_of_rules_marks_the_old_ones(run: "Run") -> None:
    later = TODAY + timedelta(days=400)

    assert "OLD" not in run("rules").out
    assert "OLD: read it again" in run("rules", today=later).out
    assert "more than a year ago" in run("explain", "AZF001", today=later).out


def test_explain_tells_what_is_free_how_it_is_found_what_it_costs_and_the_source(
    run: "Run",
) -> None:
    answer = run("explain", "azf001")

    assert answer.code == 0
    for word in ("Free when", "Found by", "Costs", "Repair", "Source", "read 2026-11-22", "https:"):
        assert word in answer.out


def test_explain_and_rules_speak_json(run: "Run") -> None:
    assert run("explain", "AZF009", "--json").json["id"] == "AZF009"
    assert [rule["id"] for rule in run("rules", "--json").json] == list(RULES)


def test_explaining_an_unknown_rule_names_the_known_ones(run: "Run") -> None:
    answer = run("explain", "AZF999")

    assert answer.code == 2
    assert "There is no rule 'AZF999'" in answer.err
    assert "AZF001" in answer.err


def test_the_guides_page_of_rules_is_current(run: "Run") -> None:
    """Make it anew: hotdish-freevm rules --markdown --output-file docs/freevm-rules.md."""
    assert GUIDE.read_text("utf-8") == rules_page() == run("rules", "--markdown").out


def test_every_path_that_a_rule_names_exists() -> None:
    root = Path(__file__).parents[1] / "src" / "hotdish_freevm"
    named = re.findall(r"`(\w+\.py)`", rules_page())

    assert named
    assert all((root / name).exists() for name in named)
