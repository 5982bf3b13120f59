"""The report as Markdown: for a pull request, or the summary of a CI run."""

from collections.abc import Sequence

from hotdish_freevm.outputs.words import (
    amount_text,
    notes_of,
    subject_of,
    today_heading,
    total_rows,
    verdict,
)
from hotdish_freevm.report import Report
from hotdish_freevm.rules.rule import Severity


def write_markdown(report: Report) -> str:
    """Give a report as Markdown."""
    currency = report.prices.currency
    parts = [
        f"**{verdict(report)}.**",
        _rows(
            ("", today_heading(report), "after it"),
            total_rows(report),
        ),
        _findings(report),
        _bullets(
            "Not known, so not counted as free:",
            [f"`{report.name_of(u.key)}`: {u.what}: {u.why}" for u in report.unknown],
        ),
        _bullets("Notes:", [f"Amounts are {currency} a month", *notes_of(report)]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _findings(report: Report) -> str:
    rows = [
        (
            f.rule.id,
            f"`{subject_of(f)}`",
            f.hit.message,
            amount_text(f.hit.monthly) if f.severity is Severity.CHARGE else f.severity.value,
        )
        for f in report.findings
    ]
    return _rows(("rule", "resource", "what", "a month"), rows) if rows else ""


def _rows(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _bullets(heading: str, lines: list[str]) -> str:
    return "\n".join([heading, "", *(f"- {line}" for line in lines)]) if lines else ""
