"""The report for people in a terminal: verdict, findings, totals, and what is not known."""

import shutil
import textwrap

from hotdish_freevm.outputs.words import (
    amount_text,
    notes_of,
    subject_of,
    today_heading,
    total_rows,
    verdict,
)
from hotdish_freevm.report import Report
from hotdish_freevm.rules.rule import Finding, Severity

_MARKS = {Severity.CHARGE: "$", Severity.WARNING: "!", Severity.INFO: "i"}
_MOST_COLUMNS = 100


def write_table(report: Report) -> str:
    """Give a report as text for a terminal."""
    width = min(shutil.get_terminal_size().columns, _MOST_COLUMNS)
    blocks = [
        verdict(report) + ".",
        *(_finding(finding, width) for finding in report.findings),
        write_totals(report),
        _listed("Not known, so not counted as free:", _unknown(report), width),
        _listed("Notes:", notes_of(report), width),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _finding(finding: Finding, width: int) -> str:
    hit = finding.hit
    place = f" ({hit.resource.place})" if hit.resource else ""
    amount = amount_text(hit.monthly) if finding.severity is Severity.CHARGE else ""
    left = f"{_MARKS[finding.severity]} {finding.rule.id}  {subject_of(finding)}{place}"
    head = f"{left}  {amount.rjust(max(width - len(left) - 2, 0))}".rstrip()
    return f"{head}\n{_wrapped(hit.message, width)}"


def write_totals(report: Report) -> str:
    """Give the totals: as it is and repaired, in the free year and after it."""
    heading = f"{report.prices.currency} a month"
    rows = [(heading, today_heading(report), "after it"), *total_rows(report)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}" for row in rows
    )


def _unknown(report: Report) -> list[str]:
    return [f"{report.name_of(u.key)}: {u.what}: {u.why}" for u in report.unknown]


def _listed(heading: str, lines: list[str], width: int) -> str:
    if not lines:
        return ""
    return "\n".join([heading, *(_wrapped(line, width, "- ") for line in lines)])


def _wrapped(text: str, width: int, mark: str = "  ") -> str:
    begin = f"  {mark}"
    if len(begin) + len(text) <= width and "\n" not in text:
        return begin + text
    return textwrap.fill(
        text, width, initial_indent=begin, subsequent_indent="    ", break_long_words=False
    )
