"""One VM in Azure: what the repair watches and changes. It touches this VM and its OS disk only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hotdish_freevm.arm import get, items, segment
from hotdish_freevm.errors import AzureError, InputError
from hotdish_freevm.live.connection import Azure, told_plainly
from hotdish_freevm.repair.preflight import Surroundings
from hotdish_freevm.repair.state import Observed

_LOCKS_VERSION = "2020-05-01"
_NETWORK_VERSION = "2024-05-01"
_NOT_FOUND = 404


class AzureMachine:
    """A VM and its OS disk, through Azure's SDK; each call waits until Azure has finished."""

    def __init__(self, azure: Azure, group: str, name: str) -> None:
        """Keep which VM it is; nothing is asked yet."""
        self.azure = azure
        self.group = group
        self.name = name
        self._disk = ""

    def observe(self) -> Observed:
        """Give the VM as it is now."""
        compute = self.azure.compute
        vm = told_plainly(
            lambda: compute.virtual_machines.get(self.group, self.name, expand="instanceView")
        ).as_dict()
        os_disk = get(vm, "properties", "storageProfile", "osDisk")
        self._disk = str(get(os_disk, "name"))
        local = get(os_disk, "diffDiskSettings", "option") == "Local"
        disk = {} if local else told_plainly(lambda: compute.disks.get(self.group, self._disk))
        return Observed(
            id=str(get(vm, "id")),
            name=self.name,
            group=self.group,
            location=str(get(vm, "location")),
            size=str(get(vm, "properties", "hardwareProfile", "vmSize")),
            zones=tuple(map(str, items(vm, "zones"))),
            power=_power(vm),
            is_windows=get(os_disk, "osType") == "Windows",
            is_ephemeral=local,
            tags=dict(get(vm, "tags") or {}),
            disk=self._disk,
            disk_gib=int(get(disk, "properties", "diskSizeGB") or 0),
            disk_tier=str(get(disk, "properties", "tier") or ""),
            disk_sku=str(get(disk, "sku", "name") or ""),
            disk_shares=int(get(disk, "properties", "maxShares") or 1),
        )

    def deallocate(self) -> None:
        """Stop the VM and give its host back."""
        operations = self.azure.compute.virtual_machines
        _finish(lambda: operations.begin_deallocate(self.group, self.name))

    def start(self) -> None:
        """Start the VM."""
        operations = self.azure.compute.virtual_machines
        _finish(lambda: operations.begin_start(self.group, self.name))

    def grow_disk(self, gib: int) -> None:
        """Make the OS disk larger."""
        self._change_disk({"properties": {"diskSizeGB": gib}})

    def set_tier(self, tier: str) -> None:
        """Set the OS disk's performance tier."""
        self._change_disk({"properties": {"tier": tier}})

    def has_snapshot(self, name: str) -> bool:
        """Tell whether a snapshot is there."""
        snapshots = self.azure.compute.snapshots
        try:
            told_plainly(lambda: snapshots.get(self.group, name))
        except AzureError as error:
            if error.status == _NOT_FOUND:
                return False
            raise
        return True

    def make_snapshot(self, name: str) -> None:
        """Make an incremental snapshot of the OS disk."""
        compute = self.azure.compute
        disk = told_plainly(lambda: compute.disks.get(self.group, self._disk)).as_dict()
        body: Any = {
            "location": disk["location"],
            "sku": {"name": "Standard_LRS"},
            "tags": {"made-by": "hotdish-freevm"},
            "properties": {
                "incremental": True,
                "creationData": {"createOption": "Copy", "sourceResourceId": disk["id"]},
            },
        }
        _finish(lambda: compute.snapshots.begin_create_or_update(self.group, name, body))

    def write_tags(self, tags: Mapping[str, str]) -> None:
        """Replace the VM's tags."""
        body: Any = {"tags": dict(tags)}
        operations = self.azure.compute.virtual_machines
        _finish(lambda: operations.begin_update(self.group, self.name, body))

    def surroundings(self, vm: Observed) -> Surroundings:
        """Read what the preflight has to know; what may not be read stays None."""
        path = f"{vm.id}/providers/Microsoft.Authorization/locks"
        return Surroundings(
            locks=_or_none(lambda: list(self.azure.pages(path, _LOCKS_VERSION))),
            restrictions=_or_none(lambda: self._restrictions(vm)),
            dynamic_ips=_or_none(lambda: list(self._dynamic_ips())) or (),
        )

    def _change_disk(self, body: Any) -> None:
        disks = self.azure.compute.disks
        _finish(lambda: disks.begin_update(self.group, self._disk, body))

    def _restrictions(self, vm: Observed) -> list[Mapping[str, Any]]:
        skus = self.azure.compute.resource_skus
        where = f"location eq '{vm.location}'"
        listed = told_plainly(lambda: [sku.as_dict() for sku in skus.list(filter=where)])
        return [
            restriction
            for sku in listed
            if sku.get("name") == vm.size and sku.get("resourceType") == "virtualMachines"
            for restriction in items(sku, "restrictions")
        ]

    def _dynamic_ips(self) -> Iterator[str]:
        vm = told_plainly(
            lambda: self.azure.compute.virtual_machines.get(self.group, self.name)
        ).as_dict()
        for entry in items(vm, "properties", "networkProfile", "networkInterfaces"):
            interface = self.azure.get(str(get(entry, "id")), _NETWORK_VERSION)
            for configuration in items(interface, "properties", "ipConfigurations"):
                id_ = get(configuration, "properties", "publicIPAddress", "id")
                if not id_:
                    continue
                ip = self.azure.get(str(id_), _NETWORK_VERSION)
                if get(ip, "properties", "publicIPAllocationMethod") == "Dynamic":
                    yield str(get(ip, "name"))


def find_machine(azure: Azure, name: str, group: str | None) -> AzureMachine:
    """Find the one VM of a name.

    Raises:
        InputError: There is none, or there are several and no group was named.
    """
    if group:
        return AzureMachine(azure, group, name)
    listed = told_plainly(lambda: [v.as_dict() for v in azure.compute.virtual_machines.list_all()])
    same = [v for v in listed if str(v.get("name")).lower() == name.lower()]
    groups = [segment(str(v["id"]), "resourceGroups") or "" for v in same]
    if len(same) == 1:
        return AzureMachine(azure, groups[0], str(same[0]["name"]))
    if same:
        msg = f"There are VMs {name!r} in {', '.join(groups)}. Name the group: -g {groups[0]}"
    else:
        known = ", ".join(str(v.get("name")) for v in listed) or "none"
        msg = f"There is no VM {name!r} in this subscription. There are: {known}"
    raise InputError(msg)


def _power(vm: Mapping[str, Any]) -> str:
    for status in items(vm, "properties", "instanceView", "statuses"):
        code = str(get(status, "code"))
        if code.lower().startswith("powerstate/"):
            return code.split("/")[1].lower()
    return "unknown"


def _finish(begin: Callable[[], Any]) -> None:
    told_plainly(lambda: begin().result())


def _or_none(read: Callable[[], Sequence[Any]]) -> Sequence[Any] | None:
    try:
        return read()
    except AzureError:
        return None
