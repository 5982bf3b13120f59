"""Sentences that the table and the Markdown share: amounts, verdict, totals, prices."""

import json
from decimal import Decimal
from typing import Any

from hotdish_freevm.bill import Bill
from hotdish_freevm.model import Unknown
from hotdish_freevm.money import cents
from hotdish_freevm.report import Report
from hotdish_freevm.rules.rule import Finding
from hotdish_freevm.window import State

_MOST_READ = 1000


def json_text(page: dict[str, Any]) -> str:
    """Give JSON for people where it is short; a long one is for programs, and compact is fast."""
    n_results = len(page.get("findings", ())) + sum(len(r["results"]) for r in page.get("runs", ()))
    return json.dumps(page, indent=None if n_results > _MOST_READ else 2) + "\n"


def amount_text(amount: Decimal | None) -> str:
    """Give an amount, or say that it is not known."""
    return "unknown" if amount is None else cents(amount)


def total_text(bill: Bill) -> str:
    """Give a bill's total; with unknown costs it is what is charged at least."""
    return f"{cents(bill.total)}{' or more' if bill.unknown else ''}"


def subject_of(finding: Finding) -> str:
    """Name what a finding is about."""
    return finding.hit.resource.name if finding.hit.resource else "the subscription"


def verdict(report: Report) -> str:
    """Say in one sentence whether it is free."""
    bill = report.bills.today
    if bill.total:
        least = " or more" if report.unknown else ""
        return f"Not free: {cents(bill.total)}{least} {report.prices.currency} a month"
    if report.charges:
        return "Not free, by an amount that is not known"
    if report.unknown:
        return "Cannot be told: some values are unknown, and unknown is not free"
    if not report.inventory.resources:
        return "Nothing is charged: the input lists no resource that could be"
    if report.window.state is State.UNCONFIRMED:
        return "Free, if this subscription's free year is running (which was not confirmed)"
    return f"Free until {report.window.until}"


def total_rows(report: Report) -> list[tuple[str, str, str]]:
    """Give the totals: as it is and repaired, today and after the free year."""
    bills = report.bills
    return [
        ("as it is", total_text(bills.today), total_text(bills.after)),
        ("repaired", total_text(bills.repaired), total_text(bills.after_repaired)),
    ]


def today_heading(report: Report) -> str:
    """Say what the first column of the totals counts on."""
    if report.window.state is State.OVER:
        return "today"
    until = f" (to {report.window.until})" if report.window.until else ""
    return f"in the free year{until}"


def dearer_note(report: Report) -> str | None:
    """Warn where the repair saves now and costs more for ever after."""
    bills = report.bills
    saved = bills.today.total - bills.repaired.total
    more = bills.after_repaired.total - bills.after.total
    if saved <= 0 or more <= 0:
        return None
    return (
        f"The repair saves {cents(saved)} a month in the free year and costs {cents(more)} a "
        "month more after it; a disk cannot be shrunk again"
    )


def price_notes(report: Report) -> list[str]:
    """Say where the prices come from: date, region, and where another region stands in."""
    dated = report.prices.dated
    notes = [f"Prices in {report.prices.currency}, list prices, the newest of {dated}"]
    guessed = [p for p in report.used_prices if report.region_stands_in(p)]
    if guessed:
        listed = ", ".join(f"{p.meter} ({p.region}, {p.read})" for p in guessed)
        notes.append(f"Of another region than the resource: {listed}")
    return notes


def notes_of(report: Report) -> list[str]:
    """Give everything that a reader of the totals should know."""
    notes = [*report.inventory.notes, *price_notes(report)]
    dearer = dearer_note(report)
    if dearer:
        notes.insert(0, dearer)
    old = (f"{r.id}: its source was last read {r.source.read}" for r in report.old_rules)
    return [*notes, *old]


def region_text(region: str | Unknown) -> str:
    """Give a region, or say that it is not known."""
    return "unknown" if isinstance(region, Unknown) else region
