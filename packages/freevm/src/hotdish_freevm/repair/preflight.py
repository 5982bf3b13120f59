"""Reasons not to begin a repair, and what the user should know before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotdish_freevm.arm import get, items
from hotdish_freevm.offer import FREE_DISK_GIB, FREE_DISK_SKU
from hotdish_freevm.repair.state import Observed
from hotdish_freevm.window import FreeWindow, State


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the VM's surroundings; None where Azure did not say."""

    locks: Sequence[Mapping[str, Any]] | None
    restrictions: Sequence[Mapping[str, Any]] | None
    dynamic_ips: Sequence[str]


def refusals(
    vm: Observed, around: Surroundings, window: FreeWindow, *, mode: str, knows: bool
) -> Iterator[str]:
    """Give every reason not to begin."""
    yield from _about_the_disk(vm)
    if window.state is State.OVER and not knows:
        yield (
            f"the free year ended {window.until}: a P6 would cost more than the disk does now, "
            "for ever (--i-know to do it all the same)"
        )
    if window.state is State.UNCONFIRMED and not knows:
        yield (
            f"the free year is not confirmed ({window.source}): outside it the larger disk costs "
            "more, for ever. Give its last day (--free-until DATE), or --i-know"
        )
    for lock in around.locks or ():
        level = get(lock, "properties", "level")
        yield f"there is a lock {get(lock, 'name')!r} ({level}) on it: remove it first"
    if mode == "grow":
        yield from _about_coming_back(vm, around)


def warnings(vm: Observed, around: Surroundings, *, mode: str) -> Iterator[str]:
    """Give what should be known before beginning."""
    if around.locks is None:
        yield "whether there are locks could not be read"
    if mode == "tier":
        yield "experimental: no source says that the free P6 counts for a tier; look at the meter"
        return
    if around.restrictions is None:
        yield f"whether {vm.size} has capacity in {vm.location} could not be read"
    yield "a deallocated VM comes back only if Azure has capacity for its size; mostly it has"
    for name in around.dynamic_ips:
        yield f"the address {name} is dynamic and will be another one afterwards"


def _about_the_disk(vm: Observed) -> Iterator[str]:
    if vm.is_ephemeral:
        yield "its OS disk is ephemeral: it is not billed, and such a VM cannot be deallocated"
        return
    if vm.disk_gib > FREE_DISK_GIB:
        yield (
            f"its disk has {vm.disk_gib} GiB, and a disk cannot be shrunk to {FREE_DISK_GIB}: "
            "build the VM anew"
        )
    if vm.disk_sku.lower() != FREE_DISK_SKU.lower():
        yield (
            f"its disk is {vm.disk_sku}; free is {FREE_DISK_SKU}. Change it first, deallocated: "
            f"az disk update -g {vm.group} -n {vm.disk} --sku {FREE_DISK_SKU}"
        )
    if vm.disk_shares > 1:
        yield "its disk is shared with other VMs"


def _about_coming_back(vm: Observed, around: Surroundings) -> Iterator[str]:
    for restriction in around.restrictions or ():
        if get(restriction, "reasonCode") != "NotAvailableForSubscription":
            continue
        zones = items(restriction, "restrictionInfo", "zones")
        is_whole_region = get(restriction, "type") != "Zone"
        if is_whole_region or set(zones) & set(vm.zones):
            where = vm.location if is_whole_region else f"zone {', '.join(map(str, zones))}"
            yield (
                f"{vm.size} is not offered to this subscription in {where} now: deallocated, the "
                "VM would not come back (hotdish-freevm where)"
            )
