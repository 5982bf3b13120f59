"""AZF021: the first 100 GB out to the internet are free each month."""

from collections.abc import Iterator

from hotdish_freevm.bill import EGRESS_METER
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import EGRESS


def check(case: Case) -> Iterator[Hit]:
    """Find expected traffic beyond the free part."""
    for line in case.bill.lines:
        if line.meter == EGRESS_METER and line.free < line.quantity:
            message = f"{line.quantity} GB out a month are expected; {line.free} GB are free"
            yield Hit(case.inventory.resources.get(line.key), message, line.amount)


RULE = Rule(
    id="AZF021",
    title="More than 100 GB out a month",
    severity=Severity.CHARGE,
    free_when="At most 100 GB a month leave Azure; that is so for everybody, and has no end.",
    found_by="`--egress-gb N`, what you expect: no input tells the traffic.",
    costs="0.087 USD a GB (East US).",
    repair="Compress, cache, or put a content delivery network before it.",
    source=EGRESS,
    confidence="medium",
    check=check,
)
