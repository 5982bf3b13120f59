"""AZF005: two P6 disks are free; the third is charged."""

from collections.abc import Iterator

from hotdish_freevm.bill import P6_METER
from hotdish_freevm.model import Disk
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import FREE_DISKS


def check(case: Case) -> Iterator[Hit]:
    """Find the P6 disks for which no free one is left."""
    for line in case.bill.lines if case.is_free_year else ():
        disk = case.inventory.resources.get(line.key)
        if line.meter == P6_METER and line.free < line.quantity and isinstance(disk, Disk):
            message = "a P6, but the subscription's two free ones are taken by other disks"
            yield Hit(disk, message, line.amount)


RULE = Rule(
    id="AZF005",
    title="More than two P6 disks",
    severity=Severity.CHARGE,
    free_when="The subscription has at most two P6 disks; attached or not makes no difference.",
    found_by="P6 disks are counted per subscription; the two dearest are taken as the free ones.",
    costs="P6: 9.28 USD a month (West US 2).",
    repair="Delete a disk that is not needed, or put its data on one of the two.",
    source=FREE_DISKS,
    confidence="high",
    check=check,
)
