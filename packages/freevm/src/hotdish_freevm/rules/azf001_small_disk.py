"""AZF001: a Premium disk of 32 GiB or less is a P4 or smaller, and only P6 is free."""

from collections.abc import Iterator

from hotdish_freevm.model import Change
from hotdish_freevm.offer import FREE_DISK_GIB, SMALLEST_P6_GIB, tier_of
from hotdish_freevm.rules.disks import billed_disks, is_premium, known, size_of
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import FREE_DISKS


def check(case: Case) -> Iterator[Hit]:
    """Find Premium disks below the size of a P6."""
    for disk in billed_disks(case):
        size = size_of(disk)
        if (
            size is None
            or size >= SMALLEST_P6_GIB
            or not is_premium(disk)
            or known(disk.tier) == "P6"
        ):
            continue
        assumed = " (assumed: the input names no size)" if disk.size_is_assumed else ""
        message = (
            f"{size} GiB{assumed} is billed as {known(disk.tier) or tier_of(size)}; "
            f"the free account covers P6 only, {SMALLEST_P6_GIB} to {FREE_DISK_GIB} GiB"
        )
        grow = Change(disk.key, {"size_gib": FREE_DISK_GIB, "tier": None})
        yield Hit(disk, message, case.charge(disk), (grow,) if case.is_free_year else ())


RULE = Rule(
    id="AZF001",
    title="Premium disk smaller than the free P6",
    severity=Severity.CHARGE,
    free_when="The disk is a P6: Premium SSD (Premium_LRS) of 33 to 64 GiB. Two of them are free.",
    found_by="`sku.name` is Premium_LRS and `diskSizeGB` is 32 or less.",
    costs="P4: 5.28 USD a month (East US), also while the VM is deallocated.",
    repair=(
        "In a template: `diskSizeGB: 64` from the start. Deployed: `hotdish-freevm fix VM`, which "
        "deallocates, grows and starts again. A disk never shrinks: after the free year a P6 costs "
        "about 4 USD a month more than a P4."
    ),
    source=FREE_DISKS,
    confidence="high",
    check=check,
)
