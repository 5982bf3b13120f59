"""The page of the guide that lists the rules; it is made from their table, never written."""

from hotdish_freevm.rules import RULES
from hotdish_freevm.rules.rule import Rule


def rules_page() -> str:
    """Give the page as Markdown, one sentence a line."""
    head = (
        "# The rules of hotdish-freevm\n\n"
        "This page is made from the rules themselves: `hotdish-freevm rules --markdown`.\n"
        "Amounts are list prices in USD for a month of 730 hours, read on the day named.\n"
    )
    table = "\n".join(
        ["| rule | what | severity |", "| --- | --- | --- |"]
        + [
            f"| [{rule.id}](#{rule.id.lower()}) | {rule.title} | {rule.severity.value} |"
            for rule in RULES.values()
        ]
    )
    return "\n".join([head, table, "", *(_section(rule) for rule in RULES.values())])


def _section(rule: Rule) -> str:
    dated = f"dated {rule.source.dated}, " if rule.source.dated else ""
    return (
        f"## {rule.id}\n\n"
        f"**{rule.title}** ({rule.severity.value})\n\n"
        f"- Free when: {rule.free_when}\n"
        f"- Found by: {rule.found_by}\n"
        f"- Costs: {rule.costs}\n"
        f"- Repair: {rule.repair}\n"
        f"- Confidence: {rule.confidence}\n"
        f"- Source: [{rule.source.name}]({rule.source.url}), {dated}read {rule.source.read}\n"
    )
