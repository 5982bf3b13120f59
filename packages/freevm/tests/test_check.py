"""`check` as a user meets it: verdicts, exit codes, formats, and wrong inputs."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sarif_pydantic import Sarif

if TYPE_CHECKING:
    from packages.freevm.tests.conftest import Run

Write = Callable[[str, Any], Path]
CASES = Path(__file__).parent / "rules"
FREE = CASES / "AZF001.silent.json"
CHARGED = CASES / "AZF001.fires.json"


@pytest.fixture
def unknown(write: Write) -> Path:
    text = FREE.read_text("utf-8").replace('"Standard_B2ats_v2"', "null")
    return write("unknown.json", text)


def test_a_free_vm_is_called_free_with_the_doubt_that_is_left(run: "Run") -> None:
    answer = run("check", FREE)

    assert answer.code == 0
    assert answer.out.startswith("Free, if this subscription's free year is running")


def test_a_free_vm_in_a_confirmed_year_is_free_until_its_end(run: "Run") -> None:
    answer = run("check", FREE, "--free-until", "2027-05-01")

    assert answer.code == 0
    assert answer.out.startswith("Free until 2027-05-01.")


def test_the_table_has_verdict_amounts_both_years_and_notes(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    out = run("check", write("vm.json", portal_vm)).out

    assert out.startswith("Not free: 8.93 USD a month.\n")
    assert "30 GiB is billed as P4; the free account covers P6 only, 33 to 64 GiB" in out
    assert "USD a month  in the free year  after it\n" in out
    assert "as it is                 8.93     16.52\n" in out
    assert "repaired                 3.65     20.52\n" in out


def test_an_unknown_value_is_never_free(run: "Run", unknown: Path) -> None:
    answer = run("check", unknown)

    assert answer.code == 3
    assert answer.out.startswith("Cannot be told")
    assert "its size: the input does not say the VM's size" in answer.out


@pytest.mark.parametrize(
    ("case", "options", "code"),
    [
        ("charged", (), 1),
        ("charged", ("--fail-on", "never"), 0),
        ("charged", ("--fail-above", "6"), 0),
        ("charged", ("--fail-above", "5.27"), 1),
        ("charged", ("--fail-above", "5.28"), 0),
        ("unknown", (), 3),
        ("unknown", ("--fail-on", "charge"), 0),
        ("unknown", ("--fail-above", "6"), 3),
        ("warned", (), 0),
        ("warned", ("--fail-on", "warning"), 1),
    ],
)
def test_exit_codes_follow_what_was_asked(
    run: "Run", unknown: Path, case: str, options: tuple[str, ...], code: int
) -> None:
    path = {"charged": CHARGED, "unknown": unknown, "warned": CASES / "AZF015.fires.json"}[case]

    assert run("check", path, *options).code == code


def test_sarif_is_valid_and_points_at_the_line_of_the_resource(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    path = write("my vm.json", portal_vm)

    page = run("check", path, "-o", "sarif").json

    Sarif.model_validate(page)
    (run_page,) = page["runs"]
    first = run_page["results"][0]
    place = first["locations"][0]["physicalLocation"]
    assert first["ruleId"] == run_page["tool"]["driver"]["rules"][first["ruleIndex"]]["id"]
    assert place["artifactLocation"]["uri"].endswith("/my%20vm.json")
    assert place["region"] == {"startLine": 2}


def test_sarif_tells_what_is_unknown(run: "Run", unknown: Path) -> None:
    page = run("check", unknown, "-o", "sarif").json

    Sarif.model_validate(page)
    told = page["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert "its size" in told[0]["message"]["text"]


def test_markdown_has_totals_and_findings_as_tables(
    run: "Run", write: Write, portal_vm: list[Any], unknown: Path
) -> None:
    out = run("check", write("vm.json", portal_vm), "-o", "markdown").out

    assert out.startswith("**Not free: 8.93 USD a month.**\n\n|  | in the free year | after it |")
    assert "| as it is | 8.93 | 16.52 |" in out
    assert "| AZF001 | `web-os` | 30 GiB is billed as P4" in out
    assert "Not known, so not counted as free:" in run("check", unknown, "-o", "markdown").out


def test_a_pipe_in_a_name_does_not_break_the_markdown_table(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    portal_vm[1]["name"] = "a|b"

    out = run("check", write("vm.json", portal_vm), "-o", "markdown").out

    assert "| `a\\|b` |" in out


def test_json_says_for_each_finding_where_it_stands(run: "Run") -> None:
    (first, *_) = run("check", CHARGED, "--json").json["findings"]

    assert first["rule"] == "AZF001"
    assert first["severity"] == "charge"
    assert first["resource"] == "web-os"
    assert first["monthly"] == "5.28"
    assert (first["file"], first["line"], first["region"]) == (str(CHARGED), 2, "eastus")


def test_a_report_goes_into_a_file(run: "Run", tmp_path: Path) -> None:
    path = tmp_path / "report.md"

    answer = run("check", CHARGED, "-o", "markdown", "--output-file", path)

    assert answer.out == ""
    assert path.read_text("utf-8").startswith("**Not free")


def test_a_report_that_cannot_be_written_is_an_error(run: "Run", tmp_path: Path) -> None:
    answer = run("check", CHARGED, "--output-file", tmp_path / "no" / "where")

    assert answer.code == 2
    assert "Cannot write" in answer.err


def test_standard_input_is_read(run: "Run", monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(CHARGED.read_bytes()))
    monkeypatch.setattr(sys, "stdin", stream)

    answer = run("check", "-", "--json")

    assert answer.json["totals"]["today"] == "5.28"
    assert answer.json["findings"][0]["file"] == "standard input"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_what_windows_powershell_writes_is_read(run: "Run", tmp_path: Path, encoding: str) -> None:
    """`az vm list > vms.json` in PowerShell 5 writes UTF-16 with a byte order mark."""
    path = tmp_path / "vms.json"
    path.write_text(CHARGED.read_text("utf-8"), encoding=encoding)

    assert run("check", path, "--json").json["totals"]["today"] == "5.28"


def test_an_empty_subscription_is_charged_nothing(run: "Run", write: Write) -> None:
    answer = run("check", write("vms.json", []))

    assert answer.code == 0
    assert answer.out.startswith("Nothing is charged")


# Wrong inputs


def test_broken_json_is_told_with_line_and_column(run: "Run", write: Write) -> None:
    answer = run("check", write("vms.json", '[\n  {"id": "x",\n   "name" "y"}\n]'))

    assert answer.code == 2
    assert "vms.json is not JSON: line 3, column 11: Expecting ':' delimiter" in answer.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty. Was the command before it run without -o json?"),
        ({}, "is empty. Give one of"),
        ({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}, "CloudFormation template"),
        ({"apiVersion": "v1", "kind": "Pod"}, "a Kubernetes manifest"),
        ({"terraform_version": "1.9", "resources": []}, "terraform show -json"),
        ({"hello": "world"}, "is none of the inputs (it begins with 'hello')"),
        ("12", "is none of the inputs (it holds int values)"),
        ("[1, 2]", "is none of the inputs (it holds list values)"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_something_else_is_named_for_what_it_is(
    run: "Run", write: Write, content: Any, message: str
) -> None:
    answer = run("check", write("input.json", content))

    assert answer.code == 2
    assert message in answer.err
    assert "Traceback" not in answer.err


def test_a_template_without_any_vm_is_not_called_free(run: "Run", write: Write) -> None:
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [{"type": "Microsoft.Web/sites", "name": "site", "apiVersion": "2023-12-01"}],
    }

    answer = run("check", write("main.json", template))

    assert answer.code == 2
    assert "no VM, disk, address or snapshot in it" in answer.err
    assert "Microsoft.Web/sites" in answer.err


def test_in_a_mixed_file_what_is_known_is_checked_and_the_rest_is_unknown(
    run: "Run", write: Write
) -> None:
    listed = json.loads(FREE.read_text("utf-8"))
    database = "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Sql/servers/db"
    listed += ["a text", {"note": "no resource"}, {"id": database, "name": "db"}]

    answer = run("check", write("mixed.json", listed), "--json")

    assert answer.code == 3
    assert [u["resource"].rpartition("/")[2] for u in answer.json["unknown"]] == [
        "db",
        "mixed.json:34",
        "mixed.json:35",
    ]


def test_a_file_that_is_not_there_is_told(run: "Run", tmp_path: Path) -> None:
    answer = run("check", tmp_path / "no.json")

    assert answer.code == 2
    assert "No such file or directory. Give a file, or - for standard input" in answer.err


def test_bytes_that_are_no_text_are_told(run: "Run", tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"\x80\x81")

    assert "is not text: byte 0 is not utf-8" in run("check", path).err


def test_without_any_input_the_command_says_what_to_give(run: "Run") -> None:
    answer = run("check")

    assert answer.code == 2
    assert "Give files, - for standard input, or --live" in answer.err


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--free-until", "soon", "'soon' is no date: write 2027-05-01"),
        ("--fail-above", "much", "'much' is no amount: write 4 or 4.50"),
        ("--fail-above", "-1", "'-1' is no amount"),
        ("--egress-gb", "nan", "'nan' is no amount"),
    ],
)
def test_wrong_options_are_told(run: "Run", option: str, value: str, message: str) -> None:
    answer = run("check", FREE, f"{option}={value}")

    assert answer.code == 2
    assert message in answer.err


def test_help_leads_to_examples_and_exit_codes(run: "Run") -> None:
    answer = run("--help")

    assert answer.code == 0
    assert "az vm list -d -o json | hotdish-freevm check -" in answer.out
    assert "exit codes: 0 free as claimed" in answer.out
    assert run("--version").out.startswith("hotdish-freevm 0.")


@pytest.mark.slow
def test_ten_thousand_resources_are_checked_at_once(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    """How long that takes is measured in benchmarks/freevm_check.py."""
    text = json.dumps(portal_vm)
    many = [json.loads(text.replace("web", f"web{n}").replace("s1", f"s{n}")) for n in range(5000)]

    answer = run("check", write("many.json", [r for pair in many for r in pair]), "--json")

    assert answer.json["totals"]["today"] == "44647.50"  # 5,000 times 8.9295
    assert len(answer.json["findings"]) == 3 * 5000 + 1
