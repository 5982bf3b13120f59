"""AZF002: a disk of more than 64 GiB is larger than the free P6."""

from collections.abc import Iterator

from hotdish_freevm.model import Change
from hotdish_freevm.offer import FREE_DISK_GIB, tier_of
from hotdish_freevm.rules.disks import billed_disks, is_premium, size_of
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import DISK_BILLING


def check(case: Case) -> Iterator[Hit]:
    """Find Premium disks above the size of a P6."""
    for disk in billed_disks(case):
        size = size_of(disk)
        if size is None or size <= FREE_DISK_GIB or not is_premium(disk):
            continue
        message = f"{size} GiB is billed as {tier_of(size)}; the free account covers up to 64 GiB"
        if not disk.planned:
            message += ", and a disk cannot be shrunk: build the VM anew with 64 GiB"
        can_change = disk.planned and case.is_free_year
        smaller = Change(disk.key, {"size_gib": FREE_DISK_GIB, "tier": None})
        yield Hit(disk, message, case.charge(disk), (smaller,) if can_change else ())


RULE = Rule(
    id="AZF002",
    title="Disk larger than 64 GiB",
    severity=Severity.CHARGE,
    free_when="The disk has at most 64 GiB.",
    found_by="`sku.name` is Premium_LRS and `diskSizeGB` is above 64.",
    costs="P10 (65 to 128 GiB): 19.71 USD a month (East US).",
    repair=(
        "In a template: `diskSizeGB: 64`. Deployed: Azure cannot shrink a disk; build the VM anew "
        "with 64 GiB and copy the data."
    ),
    source=DISK_BILLING,
    confidence="high",
    check=check,
)
