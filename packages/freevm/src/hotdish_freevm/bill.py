"""The bill of an inventory: one line per meter, with what the free account takes off."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from hotdish_freevm.allowances import Demand, allot
from hotdish_freevm.kinds import CHARGED_KINDS
from hotdish_freevm.model import (
    Disk,
    Inventory,
    Maybe,
    PublicIp,
    Resource,
    Snapshot,
    T,
    Unknown,
    VirtualMachine,
)
from hotdish_freevm.money import ZERO, total
from hotdish_freevm.offer import (
    FREE_EGRESS_GB,
    FREE_HOURS,
    FREE_P6_DISKS,
    FREE_SIZES,
    FREE_SNAPSHOT_GB,
    FREE_TIER,
    HOURS_A_MONTH,
    disk_meter,
    is_one_of,
    tier_of,
)
from hotdish_freevm.prices import Price, PriceBook

EGRESS_METER = "Data out"
IP_METER = "Standard IPv4"
SNAPSHOT_METER = "Snapshot LRS"
P6_METER = f"{FREE_TIER} LRS"


@dataclass(frozen=True, slots=True)
class Line:
    """One meter of one resource, over a month."""

    key: str
    meter: str
    quantity: Decimal
    price: Price | None
    pool: str | None = None
    """The allowance that this draws on; None where the free account does not cover it."""
    free: Decimal = ZERO

    @property
    def amount(self) -> Decimal | None:
        """What is charged; None where something is charged and the price is not known."""
        charged = self.quantity - self.free
        if not charged:
            return ZERO
        return None if self.price is None else charged * self.price.price


@dataclass(frozen=True, slots=True)
class UnknownCost:
    """Something that may cost, and by how much cannot be told."""

    key: str
    what: str
    why: str


@dataclass(frozen=True)
class Bill:
    """A month's bill; with unknown costs, the total is what it is *at least*."""

    lines: tuple[Line, ...]
    unknown: tuple[UnknownCost, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the lines whose price is known."""
        return total(line.amount or ZERO for line in self.lines)

    @cached_property
    def _by_key(self) -> Mapping[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.key, []).append(line)
        return found

    def of(self, key: str) -> Sequence[Line]:
        """Give the lines of one resource."""
        return self._by_key.get(key, [])

    def charge(self, key: str) -> Decimal | None:
        """Give what a resource is charged; None where a price is not known."""
        amounts = [line.amount for line in self.of(key)]
        return None if None in amounts else total(a for a in amounts if a is not None)


_POOLS = {
    "VM hours": FREE_HOURS,
    "P6 disks": FREE_P6_DISKS,
    "snapshot GB": FREE_SNAPSHOT_GB,
    "egress GB": FREE_EGRESS_GB,
}
_ALWAYS_FREE = ("egress GB",)


def make_bill(
    inventory: Inventory, prices: PriceBook, *, is_free_year: bool, egress_gb: Decimal = ZERO
) -> Bill:
    """Bill an inventory for one month, with or without the free account's allowances."""
    lines: list[Line] = []
    unknown: list[UnknownCost] = []
    for resource in inventory.resources.values():
        for entry in _entries(resource, prices):
            (lines if isinstance(entry, Line) else unknown).append(entry)  # type: ignore[arg-type]
    if egress_gb:
        lines.append(_egress(inventory, prices, egress_gb))
    pools = [p for p in _POOLS if is_free_year or p in _ALWAYS_FREE]
    lines = _allotted(lines, inventory, pools)
    unknown += [_no_price(line) for line in lines if line.amount is None]
    return Bill(tuple(lines), tuple(unknown))


def _allotted(lines: list[Line], inventory: Inventory, pools: list[str]) -> list[Line]:
    """Take off what the pools give, for each subscription on its own."""
    demands: dict[tuple[str, str], list[Demand]] = {}
    for number, line in enumerate(lines):
        if line.pool in pools and line.pool is not None:
            resource = inventory.resources.get(line.key)
            subscription = resource.subscription if resource else ""
            worth = line.price.price if line.price else ZERO
            demand = Demand(str(number), line.quantity, worth)
            demands.setdefault((subscription, line.pool), []).append(demand)
    shares = {
        key: share
        for (_, pool), wanted in demands.items()
        for key, share in allot(_POOLS[pool], wanted).items()
    }
    return [
        replace(line, free=share) if (share := shares.get(str(n))) else line
        for n, line in enumerate(lines)
    ]


def _entries(resource: Resource, prices: PriceBook) -> Iterable[Line | UnknownCost]:
    match resource:
        case VirtualMachine():
            return _vm(resource, prices)
        case Disk():
            return _disk(resource, prices)
        case PublicIp():
            return _ip(resource, prices)
        case Snapshot():
            return _snapshot(resource, prices)
        case Resource() if type(resource) is Resource:
            return _other(resource, prices)
    return ()


def _vm(vm: VirtualMachine, prices: PriceBook) -> Iterator[Line | UnknownCost]:
    if vm.power in ("deallocated", "deallocating"):
        return
    for what, value in (
        ("power state", vm.power),
        ("size", vm.size),
        ("operating system", vm.os),
        ("priority", vm.priority),
    ):
        if isinstance(value, Unknown):
            yield UnknownCost(vm.key, f"its {what}", value.why)
            return
    if vm.paid_plan is not None:
        why = vm.paid_plan.why if isinstance(vm.paid_plan, Unknown) else str(vm.paid_plan)
        yield UnknownCost(vm.key, "the image's own price", why)
    size, is_windows = _canonical(str(vm.size)), vm.os == "windows"
    meter = f"{size} Windows" if is_windows else size
    is_spot = str(vm.priority).lower() != "regular"
    meter = f"{meter} {vm.priority}" if is_spot else meter
    price = prices.find(meter, _known(vm.region))
    pool = "VM hours" if is_covered(vm) else None
    yield Line(vm.key, meter, HOURS_A_MONTH, price, pool)


def is_covered(vm: VirtualMachine) -> bool:
    """Tell whether the free hours are for a VM like this.

    Windows is named with B1s only; of spot VMs no source says anything.
    """
    sizes = FREE_SIZES[:1] if vm.os == "windows" else FREE_SIZES
    return is_one_of(vm.size, sizes) and str(vm.priority).lower() == "regular"


def _canonical(size: str) -> str:
    """Azure takes `standard_b1s` for `Standard_B1s`; meters are named the usual way."""
    return next((s for s in FREE_SIZES if s.lower() == size.lower()), size[:1].upper() + size[1:])


def _disk(disk: Disk, prices: PriceBook) -> Iterator[Line | UnknownCost]:
    if disk.is_ephemeral is True:
        return
    for what, value in (("size", disk.size_gib), ("SKU", disk.sku), ("tier", disk.tier)):
        if isinstance(value, Unknown):
            yield UnknownCost(disk.key, f"the disk's {what}", value.why)
            return
    size, tier = _known(disk.size_gib) or 0, _known(disk.tier)
    meter = disk_meter(str(disk.sku), size, tier)
    if meter is None:
        yield UnknownCost(disk.key, "the disk's price", f"{disk.sku} is billed by GiB and IOPS")
        return
    if meter == P6_METER and tier_of(size) != FREE_TIER:
        why = f"no source says whether the free P6 counts for {size} GiB set to tier {FREE_TIER}"
        yield UnknownCost(disk.key, "whether its tier is free", why)
        return
    pool = "P6 disks" if meter == P6_METER else None
    yield Line(disk.key, meter, Decimal(1), prices.find(meter, _known(disk.region)), pool)
    if disk.has_bursting is not False:
        yield UnknownCost(disk.key, "on-demand bursting", "it is billed by use")


def _ip(ip: PublicIp, prices: PriceBook) -> Iterator[Line | UnknownCost]:
    for what, value in (("SKU", ip.sku), ("version", ip.version)):
        if isinstance(value, Unknown):
            yield UnknownCost(ip.key, f"the address's {what}", value.why)
            return
    if ip.version != "IPv4":
        yield UnknownCost(ip.key, "the address's price", "no source names a price for IPv6")
        return
    yield Line(ip.key, IP_METER, HOURS_A_MONTH, prices.find(IP_METER, _known(ip.region)))


def _snapshot(snapshot: Snapshot, prices: PriceBook) -> Iterator[Line | UnknownCost]:
    if isinstance(snapshot.size_gib, Unknown):
        yield UnknownCost(snapshot.key, "the snapshot's size", snapshot.size_gib.why)
        return
    price = prices.find(SNAPSHOT_METER, _known(snapshot.region))
    yield Line(snapshot.key, SNAPSHOT_METER, Decimal(snapshot.size_gib), price, "snapshot GB")


def _other(resource: Resource, prices: PriceBook) -> Iterator[Line | UnknownCost]:
    name, meter = CHARGED_KINDS.get(resource.kind.lower(), (resource.kind, None))
    price = prices.find(meter, _known(resource.region)) if meter else None
    if meter and price:
        yield Line(resource.key, meter, HOURS_A_MONTH, price)
    else:
        yield UnknownCost(resource.key, f"what a {name} costs", "this tool has no price for it")


def _egress(inventory: Inventory, prices: PriceBook, gb: Decimal) -> Line:
    """Bill the traffic that the user expects; no input tells it."""
    vm = next(inventory.of(VirtualMachine), None)
    price = prices.find(EGRESS_METER, _known(vm.region) if vm else None)
    return Line(EGRESS_METER, EGRESS_METER, gb, price, "egress GB")


def _no_price(line: Line) -> UnknownCost:
    return UnknownCost(
        line.key,
        f"the price of {line.meter}",
        "it is not in the price file: hotdish-freevm prices --refresh",
    )


def _known(value: Maybe[T]) -> T | None:
    return None if isinstance(value, Unknown) else value
