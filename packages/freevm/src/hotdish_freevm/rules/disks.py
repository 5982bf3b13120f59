"""What several disk rules ask of a disk: is it a plain Premium SSD of a known size?"""

from collections.abc import Iterator

from hotdish_freevm.model import Disk, Maybe, Unknown
from hotdish_freevm.offer import FREE_DISK_SKU
from hotdish_freevm.rules.rule import Case


def billed_disks(case: Case) -> Iterator[Disk]:
    """Give the disks that are billed: all but those on the host itself."""
    return (disk for disk in case.inventory.of(Disk) if disk.is_ephemeral is not True)


def is_premium(disk: Disk) -> bool:
    """Tell whether a disk is of the one kind that the free account covers."""
    return not isinstance(disk.sku, Unknown) and disk.sku.lower() == FREE_DISK_SKU.lower()


def size_of(disk: Disk) -> int | None:
    """Give the size in GiB where it is known."""
    return None if isinstance(disk.size_gib, Unknown) else disk.size_gib


def known(value: Maybe[str | None]) -> str | None:
    """Give a text where it is known."""
    return None if isinstance(value, Unknown) else value
