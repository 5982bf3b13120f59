"""Reads what stands in a subscription, in the same normal form as files."""

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date
from typing import Any

from hotdish_freevm.arm import ArmResource, get, items
from hotdish_freevm.errors import AzureError, InputError
from hotdish_freevm.inputs.azure_lists import normal_form
from hotdish_freevm.live.connection import Azure, Settings, connect, told_plainly
from hotdish_freevm.model import Place
from hotdish_freevm.window import FreeWindow, State

PLACE = Place("Azure")
_NETWORK_VERSION = "2024-05-01"
_RESOURCES_VERSION = "2021-04-01"
_SUBSCRIPTION_VERSION = "2022-12-01"
_FREE_SERVICES_VERSION = "2025-12-01-preview"
_NETWORK_KINDS = ("publicIPAddresses", "networkInterfaces", "virtualNetworks")


def read_live(options: Namespace, today: date) -> tuple[list[ArmResource], FreeWindow]:
    """Read a subscription, or one group or VM of it, and whether its free year is running.

    Raises:
        InputError: There is no such VM.
        AzureError: Azure refuses, or cannot be reached.
    """
    with closing(connect(Settings.from_environment(), options.subscription)) as azure:
        resources = read_resources(azure, options.group)
        window = read_window(azure, today)
    return (of_vm(resources, options.name) if options.name else resources), window


def read_resources(azure: Azure, group: str | None) -> list[ArmResource]:
    """Read what stands in a subscription, or in one group of it."""
    return list(_resources(azure, group))


def read_window(azure: Azure, today: date) -> FreeWindow:
    """Find out whether the free year is running; what cannot be found out stays unconfirmed."""
    path = f"/subscriptions/{azure.subscription}/providers/Microsoft.BillingBenefits/freeServices"
    try:
        services = list(azure.pages(path, _FREE_SERVICES_VERSION))
    except AzureError:
        services = []
    ends = {
        date.fromisoformat(str(end)[:10]): str(get(service, "properties", "status"))
        for service in services
        if (end := get(service, "properties", "endAt"))
    }
    if ends:
        return FreeWindow.told(max(ends), today, "Azure's freeServices")
    return FreeWindow(State.UNCONFIRMED, None, _spending_limit(azure))


def _spending_limit(azure: Azure) -> str:
    try:
        told = azure.get(f"/subscriptions/{azure.subscription}", _SUBSCRIPTION_VERSION)
    except AzureError:
        return "Azure did not say"
    limit = get(told, "subscriptionPolicies", "spendingLimit")
    if limit == "On":
        return "the spending limit is on: Azure stops services before it charges"
    return f"the subscription's offer is {get(told, 'subscriptionPolicies', 'quotaId')}"


def _resources(azure: Azure, group: str | None) -> Iterator[ArmResource]:
    compute = azure.compute
    # `Any`: the three operation groups share their shape, but no type.
    listings: tuple[Callable[[], Iterable[Any]], ...]
    if group:
        listings = (
            lambda: compute.virtual_machines.list(group, expand="instanceView"),
            lambda: compute.disks.list_by_resource_group(group),
            lambda: compute.snapshots.list_by_resource_group(group),
        )
    else:
        listings = (
            lambda: compute.virtual_machines.list_all(expand="instanceView"),
            compute.disks.list,
            compute.snapshots.list,
        )
    for listing in listings:
        for model in told_plainly(lambda listing=listing: list(listing())):  # type: ignore[misc]
            yield normal_form(model.as_dict(), PLACE)
    yield from _others(azure, group)


def _others(azure: Azure, group: str | None) -> Iterator[ArmResource]:
    base = f"/subscriptions/{azure.subscription}"
    scope = f"{base}/resourceGroups/{group}" if group else base
    for kind in _NETWORK_KINDS:
        path = f"{scope}/providers/Microsoft.Network/{kind}"
        yield from (normal_form(r, PLACE) for r in azure.pages(path, _NETWORK_VERSION))
    read = {f"microsoft.network/{kind.lower()}" for kind in _NETWORK_KINDS}
    read |= {f"microsoft.compute/{kind}" for kind in ("virtualmachines", "disks", "snapshots")}
    for resource in azure.pages(f"{scope}/resources", _RESOURCES_VERSION):
        if str(resource.get("type")).lower() not in read:
            yield normal_form(resource, PLACE)


def of_vm(resources: list[ArmResource], name: str) -> list[ArmResource]:
    """Keep one VM and what belongs to it.

    Raises:
        InputError: There is no such VM.
    """
    vms = [r for r in resources if _is(r.body, "virtualMachines", name)]
    if not vms:
        known = [str(get(r.body, "name")) for r in resources if _is(r.body, "virtualMachines")]
        msg = f"There is no VM {name!r}. There are: {', '.join(known) or 'none'}"
        raise InputError(msg)
    ids = {str(get(vm.body, "id")).lower() for vm in vms}
    for vm in vms:
        storage = get(vm.body, "properties", "storageProfile")
        for disk in (get(storage, "osDisk"), *items(storage, "dataDisks")):
            ids.add(str(get(disk, "managedDisk", "id")).lower())
        for nic in items(vm.body, "properties", "networkProfile", "networkInterfaces"):
            ids.add(str(get(nic, "id")).lower())
    return [r for r in resources if _belongs(r.body, ids)]


def _is(body: Mapping[str, Any], kind: str, name: str | None = None) -> bool:
    is_kind = str(get(body, "type")).lower() == f"microsoft.compute/{kind}".lower()
    return is_kind and (name is None or str(get(body, "name")).lower() == name.lower())


def _belongs(body: Mapping[str, Any], ids: set[str]) -> bool:
    used_by = str(get(body, "properties", "ipConfiguration", "id") or "").lower()
    source = str(get(body, "properties", "creationData", "sourceResourceId") or "").lower()
    own = str(get(body, "id")).lower()
    return own in ids or source in ids or any(used_by.startswith(f"{id_}/") for id_ in ids)
