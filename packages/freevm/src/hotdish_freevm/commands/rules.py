"""`rules` and `explain`: what the rules know, with source and date."""

import json
import textwrap
from argparse import Namespace
from datetime import date

from hotdish_freevm.commands.streams import write_out
from hotdish_freevm.errors import InputError
from hotdish_freevm.rules import RULES
from hotdish_freevm.rules.page import rules_page
from hotdish_freevm.rules.rule import Rule


def list_rules(options: Namespace, today: date) -> int:
    """List all rules, one a line, as JSON, or as the page of the guide."""
    if options.json:
        text = json.dumps([_as_json(rule, today) for rule in RULES.values()], indent=2) + "\n"
    elif options.markdown:
        text = rules_page()
    else:
        width = max(len(rule.title) for rule in RULES.values())
        text = "".join(
            f"{rule.id}  {rule.severity.value:<8} {rule.title:<{width}}  read {rule.source.read}"
            f"{'  OLD: read it again' if rule.source.is_old(today) else ''}\n"
            for rule in RULES.values()
        )
    write_out(text, options.output_file)
    return 0


def explain(options: Namespace, today: date) -> int:
    """Print all that is known about one rule."""
    rule = RULES.get(options.rule.upper())
    if rule is None:
        msg = f"There is no rule {options.rule!r}. There are {', '.join(RULES)}"
        raise InputError(msg)
    if options.json:
        write_out(json.dumps(_as_json(rule, today), indent=2) + "\n", options.output_file)
    else:
        write_out(_as_text(rule, today), options.output_file)
    return 0


def _as_text(rule: Rule, today: date) -> str:
    dated = f"dated {rule.source.dated}, " if rule.source.dated else ""
    old = " (more than a year ago: read it again)" if rule.source.is_old(today) else ""
    rows = (
        ("Free when", rule.free_when),
        ("Found by", rule.found_by),
        ("Costs", rule.costs),
        ("Repair", rule.repair),
        ("Confidence", rule.confidence),
        ("Source", f"{rule.source.name}, {dated}read {rule.source.read}{old}"),
        ("", rule.source.url),
    )
    lines = [f"{rule.id}: {rule.title} ({rule.severity.value})", ""]
    for name, value in rows:
        lines.append(
            textwrap.fill(
                value,
                96,
                initial_indent=f"{name:<12}",
                subsequent_indent=" " * 12,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    return "\n".join(lines) + "\n"


def _as_json(rule: Rule, today: date) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.value,
        "free_when": rule.free_when,
        "found_by": rule.found_by,
        "costs": rule.costs,
        "repair": rule.repair,
        "confidence": rule.confidence,
        "source": {
            "name": rule.source.name,
            "url": rule.source.url,
            "dated": rule.source.dated.isoformat() if rule.source.dated else None,
            "read": rule.source.read.isoformat(),
            "is_old": rule.source.is_old(today),
        },
    }
