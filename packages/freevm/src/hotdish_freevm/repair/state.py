"""What the repair sees of a VM, and what it asks of whoever changes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hotdish_freevm.offer import FREE_DISK_GIB, FREE_TIER, SMALLEST_P6_GIB


@dataclass(frozen=True, slots=True)
class Observed:
    """A VM and its OS disk, as Azure shows them at one moment."""

    id: str
    name: str
    group: str
    location: str
    size: str
    zones: tuple[str, ...]
    power: str
    is_windows: bool
    is_ephemeral: bool
    tags: Mapping[str, str]
    disk: str
    disk_gib: int
    disk_tier: str
    disk_sku: str
    disk_shares: int

    @property
    def is_running(self) -> bool:
        """Tell whether the VM runs, or is on its way to."""
        return self.power in ("running", "starting")

    @property
    def is_in_transit(self) -> bool:
        """Tell whether a stop or a start is under way."""
        return self.power in ("starting", "stopping", "deallocating")

    @property
    def has_free_disk(self) -> bool:
        """Tell whether the disk is the P6 that the free account covers."""
        return (
            SMALLEST_P6_GIB <= self.disk_gib <= FREE_DISK_GIB
            and self.disk_tier == FREE_TIER
            and self.disk_sku.lower() == "premium_lrs"
        )


class Machine(Protocol):
    """One VM that can be watched and changed; each call waits until Azure has finished."""

    def observe(self) -> Observed:
        """Give the VM as it is now."""

    def deallocate(self) -> None:
        """Stop the VM and give its host back."""

    def start(self) -> None:
        """Start the VM."""

    def grow_disk(self, gib: int) -> None:
        """Make the OS disk larger."""

    def set_tier(self, tier: str) -> None:
        """Set the OS disk's performance tier."""

    def has_snapshot(self, name: str) -> bool:
        """Tell whether a snapshot is there."""

    def make_snapshot(self, name: str) -> None:
        """Make an incremental snapshot of the OS disk."""

    def write_tags(self, tags: Mapping[str, str]) -> None:
        """Replace the VM's tags."""
