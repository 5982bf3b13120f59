"""AZF004: a performance tier that was set overrides the tier that the size gives."""

from collections.abc import Iterator

from hotdish_freevm.model import Change
from hotdish_freevm.offer import FREE_DISK_GIB, FREE_TIER, tier_of
from hotdish_freevm.rules.disks import billed_disks, is_premium, known, size_of
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import DISK_TIERS


def check(case: Case) -> Iterator[Hit]:
    """Find disks whose tier is not the one of their size."""
    for disk in billed_disks(case):
        size, tier = size_of(disk), known(disk.tier)
        if size is None or tier is None or not is_premium(disk) or tier == tier_of(size):
            continue
        if tier == FREE_TIER:
            message = (
                f"{size} GiB set to tier {tier}: billed as {tier}, and whether the free P6 counts "
                "for it is written nowhere. Look at the meter after two days"
            )
            yield Hit(disk, message, None, severity=Severity.WARNING)
            continue
        message = f"set to tier {tier}, so it is billed as {tier} and not as {tier_of(size)}"
        change = (Change(disk.key, {"tier": None}),) if size <= FREE_DISK_GIB else ()
        yield Hit(disk, message, case.charge(disk), change if case.is_free_year else ())


RULE = Rule(
    id="AZF004",
    title="Performance tier differs from the disk's size",
    severity=Severity.CHARGE,
    free_when="`properties.tier` is empty or P6, and the disk has 33 to 64 GiB.",
    found_by="`properties.tier` is set and is not the tier that `diskSizeGB` gives.",
    costs="The price of the tier that is set: P10 costs 19.71 USD a month (East US).",
    repair="`az disk update --set tier=P6` (down once in 12 hours).",
    source=DISK_TIERS,
    confidence="medium: nobody says whether a smaller disk set to P6 is free",
    check=check,
)
