"""AZF010: an address or a disk that belongs to nothing is billed all the same."""

from collections.abc import Iterator

from hotdish_freevm.model import Change, PublicIp
from hotdish_freevm.rules.disks import billed_disks
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import AVOID_CHARGES


def check(case: Case) -> Iterator[Hit]:
    """Find what is left over."""
    for ip in case.inventory.of(PublicIp):
        if ip.attached is False:
            message = "belongs to nothing and is charged all the same"
            yield Hit(ip, message, case.charge(ip), (Change(ip.key, None),))
    for disk in billed_disks(case):
        if disk.attached is False:
            charge = case.charge(disk)
            message = "belongs to no VM, and is billed (or takes a free P6) all the same"
            severity = Severity.WARNING if charge == 0 else None
            yield Hit(disk, message, charge, (Change(disk.key, None),), severity)


RULE = Rule(
    id="AZF010",
    title="Address or disk that belongs to nothing",
    severity=Severity.CHARGE,
    free_when="What a deleted VM leaves behind is deleted too.",
    found_by="A disk with `diskState` Unattached; an address without `ipConfiguration`.",
    costs="The address 3.65, the disk its tier's price a month.",
    repair="If it is not needed: `az network public-ip delete`, `az disk delete` (no way back).",
    source=AVOID_CHARGES,
    confidence="high",
    check=check,
)
