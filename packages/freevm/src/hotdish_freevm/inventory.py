"""Builds the inventory from ARM's shape: typed, joined, each value known or unknown."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hotdish_freevm.arm import (
    NO_SUBSCRIPTION,
    ArmResource,
    get,
    items,
    resource_id,
    segment,
    texts,
)
from hotdish_freevm.inventory_disks import disk_of, disks_of_vm, join_disks
from hotdish_freevm.inventory_network import interface_of, ip_of, subnets_of
from hotdish_freevm.kinds import FREE_KINDS
from hotdish_freevm.model import (
    Inventory,
    Maybe,
    Place,
    Resource,
    Snapshot,
    Unknown,
    VirtualMachine,
)


def build_inventory(arm_resources: Iterable[ArmResource], region: str | None = None) -> Inventory:
    """Build the inventory; `region` stands in where the input names none."""
    found: dict[str, Resource] = {}
    embedded: list[Resource] = []
    notes: dict[str, None] = {}
    unread: list[tuple[Place, str, str]] = []
    listed = list(arm_resources)
    references = _references(listed)
    n_free = 0
    for arm in listed:
        kind = str(get(arm.body, "type") or "")
        if not kind:
            what = str(get(arm.body, "name") or "an element")
            unread.append((arm.place, what, "it is no Azure resource: it has neither type nor id"))
            continue
        if isinstance(arm.exists, Unknown):
            unread.append((arm.place, _name(arm), f"whether it exists: {arm.exists.why}"))
        builder = _BUILDERS.get(kind.lower())
        built = builder(arm, region, references) if builder else []
        if builder is None and kind.lower() not in FREE_KINDS:
            built = [Resource(**shared_values(arm, region))]
        n_free += kind.lower() in FREE_KINDS
        for resource in built:
            if resource.key != key_of(arm):
                embedded.append(resource)
            else:
                found[resource.key] = resource
            notes |= dict.fromkeys(_assumptions(arm, resource))
    return Inventory(join_disks(found, embedded), tuple(notes), tuple(unread), n_free)


def key_of(arm: ArmResource) -> str:
    """Give what a resource is found by: its id in lower case."""
    id_ = get(arm.body, "id")
    if isinstance(id_, str):
        return id_.lower()
    kind, name = str(get(arm.body, "type")), _name(arm)
    return resource_id(kind, name).lower()


def shared_values(arm: ArmResource, region: str | None) -> dict[str, Any]:
    """Give the values that every typed resource has."""
    key = key_of(arm)
    location = get(arm.body, "location")
    if not isinstance(location, str) or location.startswith("{"):
        why = location.why if isinstance(location, Unknown) else "the input names no region"
        location = region or Unknown(why)
    return {
        "key": key,
        "name": _name(arm),
        "kind": str(get(arm.body, "type")),
        "region": location if isinstance(location, Unknown) else _region(location),
        "subscription": segment(key, "subscriptions") or NO_SUBSCRIPTION,
        "place": arm.place,
        "planned": arm.planned,
    }


def _region(location: str) -> str:
    """Azure takes `East US` and `eastus` for the same."""
    return location.lower().replace(" ", "")


def _name(arm: ArmResource) -> str:
    name = get(arm.body, "name")
    return name if isinstance(name, str) else (name.symbol if isinstance(name, Unknown) else "?")


def _vm(arm: ArmResource, region: str | None, _: frozenset[str]) -> list[Resource]:
    shared = shared_values(arm, region)
    properties = get(arm.body, "properties")
    os = _os(properties)
    disks = disks_of_vm(arm, shared, os)
    vm = VirtualMachine(
        **shared,
        size=_required(get(properties, "hardwareProfile", "vmSize"), "the VM's size"),
        power=_power(arm),
        os=os,
        priority=get(properties, "priority") or "Regular",
        paid_plan=_paid_plan(arm),
        boot_storage=get(properties, "diagnosticsProfile", "bootDiagnostics", "storageUri"),
        disks=tuple(disk.key for disk in disks),
        interfaces=tuple(
            i.lower()
            for entry in items(properties, "networkProfile", "networkInterfaces")
            if isinstance(i := get(entry, "id"), str)
        ),
    )
    return [vm, *disks]


def _power(arm: ArmResource) -> Maybe[str]:
    if arm.planned:
        return "running"
    told = get(arm.body, "powerState") or get(arm.body, "properties", "powerState")
    if isinstance(told, str):
        return told.removeprefix("VM ").lower()
    for status in items(arm.body, "properties", "instanceView", "statuses"):
        code = str(get(status, "code"))
        if code.lower().startswith("powerstate/"):
            return code.split("/")[1].lower()
    return "running"


def _os(properties: Any) -> Maybe[str]:
    told = get(properties, "storageProfile", "osDisk", "osType")
    if isinstance(told, str):
        return told.lower()
    image = get(properties, "storageProfile", "imageReference")
    if isinstance(told, Unknown) or isinstance(image, Unknown):
        return told if isinstance(told, Unknown) else image
    if get(properties, "osProfile", "windowsConfiguration") or "windows" in " ".join(
        text.lower() for text in texts(image)
    ):
        return "windows"
    if get(properties, "osProfile", "linuxConfiguration") or image:
        return "linux"
    return Unknown("the input does not say which operating system it is")


def _paid_plan(arm: ArmResource) -> Maybe[str | None]:
    plan = get(arm.body, "plan") or None
    return plan if isinstance(plan, Unknown | None) else str(get(plan, "product") or "a plan")


def _snapshot(arm: ArmResource, region: str | None, _: frozenset[str]) -> list[Resource]:
    size = get(arm.body, "properties", "diskSizeGB")
    return [Snapshot(**shared_values(arm, region), size_gib=_required(size, "its size"))]


def _required(value: Any, what: str) -> Any:
    return Unknown(f"the input does not say {what}") if value is None else value


def _references(listed: list[ArmResource]) -> frozenset[str]:
    """Every id that some resource mentions: what an IP in a template is attached by."""
    mentioned: set[str] = set()
    for arm in listed:
        own = key_of(arm)
        mentioned |= {
            text.lower()
            for text in texts(get(arm.body, "properties"))
            if text.startswith("/") and text.lower() != own
        }
    return frozenset(mentioned)


def _assumptions(arm: ArmResource, resource: Resource) -> list[str]:
    """Say what was taken for granted about a resource; the bill is only as good as that."""
    if not isinstance(resource, VirtualMachine) or arm.planned:
        return []
    body = arm.body
    has_power = (
        get(body, "powerState")
        or get(body, "properties", "powerState")
        or get(body, "properties", "instanceView")
    )
    return [] if has_power else ["VMs without a power state are counted as running; az vm list -d"]


Builder = Callable[[ArmResource, str | None, frozenset[str]], list[Resource]]


def _disk(arm: ArmResource, region: str | None, _: frozenset[str]) -> list[Resource]:
    return [disk_of(arm, shared_values(arm, region))]


def _ip(arm: ArmResource, region: str | None, references: frozenset[str]) -> list[Resource]:
    return [ip_of(arm, shared_values(arm, region), references)]


def _interface(arm: ArmResource, region: str | None, _: frozenset[str]) -> list[Resource]:
    return [interface_of(arm, shared_values(arm, region))]


def _network(arm: ArmResource, region: str | None, _: frozenset[str]) -> list[Resource]:
    return subnets_of(arm, shared_values(arm, region))


_BUILDERS: Mapping[str, Builder] = {
    "microsoft.compute/virtualmachines": _vm,
    "microsoft.compute/disks": _disk,
    "microsoft.compute/snapshots": _snapshot,
    "microsoft.network/publicipaddresses": _ip,
    "microsoft.network/networkinterfaces": _interface,
    "microsoft.network/virtualnetworks": _network,
    "microsoft.network/virtualnetworks/subnets": _network,
}
