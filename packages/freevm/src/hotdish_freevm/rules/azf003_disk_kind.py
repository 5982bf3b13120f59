"""AZF003: Standard SSD, Standard HDD, zone-redundant and v2 disks are other meters than P6."""

from collections.abc import Iterator

from hotdish_freevm.model import Change, Disk
from hotdish_freevm.offer import FREE_DISK_GIB, FREE_DISK_SKU
from hotdish_freevm.rules.disks import billed_disks, is_premium, known, size_of
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import FREE_DISKS


def check(case: Case) -> Iterator[Hit]:
    """Find disks of another kind than Premium SSD with local redundancy."""
    for disk in billed_disks(case):
        sku = known(disk.sku)
        if sku is None or is_premium(disk):
            continue
        message = f"{sku} is not covered: the free account names P6, which is {FREE_DISK_SKU}"
        yield Hit(disk, message, case.charge(disk), _change(disk) if case.is_free_year else ())


def _change(disk: Disk) -> tuple[Change, ...]:
    size = size_of(disk)
    fits = size is not None and size <= FREE_DISK_GIB
    if not (fits or disk.planned):
        return ()
    return (Change(disk.key, {"sku": FREE_DISK_SKU, "size_gib": FREE_DISK_GIB, "tier": None}),)


RULE = Rule(
    id="AZF003",
    title="Disk is not Premium SSD (Premium_LRS)",
    severity=Severity.CHARGE,
    free_when="The disk's SKU is Premium_LRS. Cheaper kinds are charged: only the P6 is free.",
    found_by="`sku.name` (or `storageAccountType`) is anything but Premium_LRS.",
    costs="S4: 1.54, E4: 2.40 USD a month (East US), and each 10,000 operations.",
    repair=(
        "In a template: `storageAccountType: Premium_LRS` and `diskSizeGB: 64`. Deployed, with at "
        "most 64 GiB: deallocate, `az disk update --sku Premium_LRS --size-gb 64`, start."
    ),
    source=FREE_DISKS,
    confidence="high",
    check=check,
)
