"""JSON for other programs. Names are a contract: more may be added, none is taken away."""

from typing import Any

from hotdish_freevm.money import cents
from hotdish_freevm.outputs.words import json_text, notes_of, region_text
from hotdish_freevm.prices import Price
from hotdish_freevm.report import Report
from hotdish_freevm.rules.rule import Finding


def write_json(report: Report) -> str:
    """Give a report as JSON; amounts are texts with two decimals, null where not known."""
    bills = report.bills
    dated = report.prices.dated
    page = {
        "findings": [_finding(f) for f in report.findings],
        "totals": {
            "today": cents(bills.today.total),
            "repaired": cents(bills.repaired.total),
            "after_free_year": cents(bills.after.total),
            "after_free_year_repaired": cents(bills.after_repaired.total),
        },
        "currency": report.prices.currency,
        "prices_dated": dated.isoformat() if dated else None,
        "prices": [_price(report, price) for price in report.used_prices],
        "unknown": [
            {"resource": report.name_of(u.key), "what": u.what, "why": u.why}
            for u in report.unknown
        ],
        "free_year": {
            "state": report.window.state.value,
            "until": report.window.until.isoformat() if report.window.until else None,
        },
        "notes": notes_of(report),
    }
    return json_text(page)


def _finding(finding: Finding) -> dict[str, Any]:
    hit = finding.hit
    place = hit.resource.place if hit.resource else None
    return {
        "rule": finding.rule.id,
        "severity": finding.severity.value,
        "resource": hit.resource.name if hit.resource else None,
        "message": hit.message,
        "monthly": None if hit.monthly is None else cents(hit.monthly),
        "title": finding.rule.title,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "region": region_text(hit.resource.region) if hit.resource else None,
    }


def _price(report: Report, price: Price) -> dict[str, Any]:
    return {
        "meter": price.meter,
        "region": price.region,
        "price": str(price.price),
        "unit": price.unit,
        "read": price.read.isoformat(),
        "source": price.source,
        "stands_in": report.region_stands_in(price),
    }
