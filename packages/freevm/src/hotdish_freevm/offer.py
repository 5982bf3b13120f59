"""What the Azure free account gives for twelve months, and how Azure counts disks and months.

Read 2026-11-22 from the documentation page create-free-services.md (dated 2026-03-03) and the
marketplace item microsoft.freeaccountvirtualmachine (2026-09): the rules name the source of each.
"""

from decimal import Decimal

from hotdish_freevm.model import Maybe, Unknown

FREE_HOURS = Decimal(750)
FREE_P6_DISKS = Decimal(2)
FREE_SNAPSHOT_GB = Decimal(1)
FREE_EGRESS_GB = Decimal(100)
"""Not part of the twelve months: Azure charges nobody for the first 100 GB a month."""

HOURS_A_MONTH = Decimal(730)
"""Azure's own price pages count a month as 730 hours; the longest has 744, still below 750."""

FREE_SIZES = ("Standard_B1s", "Standard_B2pts_v2", "Standard_B2ats_v2")
UNCONFIRMED_SIZES = ("Standard_B2ts_v2",)
RECOMMENDED_SIZE = "Standard_B2ats_v2"
RECOMMENDED_ARM_SIZE = "Standard_B2pts_v2"

FREE_DISK_SKU = "Premium_LRS"
FREE_TIER = "P6"
FREE_DISK_GIB = 64
SMALLEST_P6_GIB = 33

LINUX_IMAGE_GIB = 30
WINDOWS_IMAGE_GIB = 127
"""What an image's disk has when nothing is said; other estimators take the same figures."""

TIER_SIZES_GIB = {
    1: 4,
    2: 8,
    3: 16,
    4: 32,
    6: 64,
    10: 128,
    15: 256,
    20: 512,
    30: 1024,
    40: 2048,
    50: 4096,
    60: 8192,
    70: 16384,
    80: 32767,
}

_LETTERS = {
    "premium_lrs": ("P", "LRS"),
    "premium_zrs": ("P", "ZRS"),
    "standardssd_lrs": ("E", "LRS"),
    "standardssd_zrs": ("E", "ZRS"),
    "standard_lrs": ("S", "LRS"),
}


def tier_of(size_gib: int, letter: str = "P") -> str:
    """Give the tier that a disk of a size is billed as.

    >>> tier_of(30), tier_of(33), tier_of(64), tier_of(65)
    ('P4', 'P6', 'P6', 'P10')
    """
    number = next((n for n, most in TIER_SIZES_GIB.items() if size_gib <= most), 80)
    # Standard HDD has no tier below S4.
    return f"{letter}{max(number, 4) if letter == 'S' else number}"


def disk_meter(sku: str, size_gib: int, tier: str | None) -> str | None:
    """Give the name of the meter, such as `P6 LRS`; None for disks billed by the GiB.

    A performance tier that was set overrides what the size says.

    >>> disk_meter("Premium_LRS", 64, None), disk_meter("Premium_LRS", 64, "P10")
    ('P6 LRS', 'P10 LRS')
    """
    found = _LETTERS.get(sku.lower())
    if found is None:
        return None
    letter, redundancy = found
    return f"{tier if tier and letter == 'P' else tier_of(size_gib, letter)} {redundancy}"


def is_one_of(size: Maybe[str], sizes: tuple[str, ...]) -> bool:
    """Tell whether a VM size is among some, whatever its case."""
    return not isinstance(size, Unknown) and size.lower() in {s.lower() for s in sizes}


def is_arm_size(size: Maybe[str]) -> bool:
    """Tell whether a size has an Arm processor: the letter p behind the number of cores.

    >>> is_arm_size("Standard_B2pts_v2"), is_arm_size("Standard_B2ats_v2")
    (True, False)
    """
    if isinstance(size, Unknown):
        return False
    core = size.lower().removeprefix("standard_").split("_")[0].lstrip("abcdefghijklmnopqrstuvwxyz")
    return core.lstrip("0123456789-").startswith("p")
