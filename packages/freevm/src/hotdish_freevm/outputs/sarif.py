"""SARIF 2.1.0, which code hosts show beside the lines of a template."""

from pathlib import PurePath
from typing import Any

from hotdish_freevm.money import cents
from hotdish_freevm.outputs.words import json_text
from hotdish_freevm.report import Report
from hotdish_freevm.rules import RULES
from hotdish_freevm.rules.rule import Finding, Rule, Severity
from hotdish_freevm.version import own_version

_LEVELS = {Severity.CHARGE: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write_sarif(report: Report) -> str:
    """Give a report as SARIF; what is unknown becomes a notification of the tool."""
    numbers = {id_: number for number, id_ in enumerate(RULES)}
    run = {
        "tool": {
            "driver": {
                "name": "hotdish-freevm",
                "version": own_version(),
                "rules": [_rule(rule) for rule in RULES.values()],
            }
        },
        "results": [_result(finding, numbers[finding.rule.id]) for finding in report.findings],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {
                        "level": "warning",
                        "message": {"text": f"{report.name_of(u.key)}: {u.what}: {u.why}"},
                    }
                    for u in report.unknown
                ],
            }
        ],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.free_when},
        "help": {"text": f"{rule.repair} Cost: {rule.costs}"},
        "helpUri": rule.source.url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, rule_number: int) -> dict[str, Any]:
    hit = finding.hit
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": rule_number,
        "level": _LEVELS[finding.severity],
        "message": {
            "text": f"{hit.resource.name if hit.resource else 'Subscription'}: {hit.message}"
        },
        "properties": {"monthly": None if hit.monthly is None else cents(hit.monthly)},
    }
    if hit.resource:
        place = hit.resource.place
        location: dict[str, Any] = {
            "artifactLocation": {"uri": PurePath(place.file).as_posix().replace(" ", "%20")}
        }
        if place.line:
            location["region"] = {"startLine": place.line}
        result["locations"] = [{"physicalLocation": location}]
    return result
