"""Disks in the inventory: their own resources, and what a VM says of its disks."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hotdish_freevm.arm import ArmResource, get, items
from hotdish_freevm.model import Disk, Maybe, Resource, Unknown
from hotdish_freevm.offer import LINUX_IMAGE_GIB, WINDOWS_IMAGE_GIB


def disk_of(arm: ArmResource, shared: dict[str, Any]) -> Disk:
    """Give a disk that is listed as a resource of its own."""
    properties = get(arm.body, "properties")
    state = get(properties, "diskState")
    attached: Maybe[bool] = bool(get(arm.body, "managedBy"))
    if isinstance(state, str):
        attached = attached or state.lower() != "unattached"
    elif arm.planned:
        attached = False  # join_disks corrects it where a VM of the same template names it
    return Disk(
        **shared,
        size_gib=_size(get(properties, "diskSizeGB")),
        sku=_told(get(arm.body, "sku", "name"), "the disk's SKU"),
        tier=get(properties, "tier"),
        is_os=bool(get(properties, "osType")),
        attached=attached,
        has_bursting=get(properties, "burstingEnabled") or False,
    )


def disks_of_vm(arm: ArmResource, shared: dict[str, Any], os: Maybe[str]) -> list[Disk]:
    """Give the disks that a VM describes: its OS disk and its data disks."""
    storage = get(arm.body, "properties", "storageProfile")
    os_disk = get(storage, "osDisk")
    disks = []
    if os_disk is not None and not isinstance(os_disk, Unknown):
        disks.append(_embedded(os_disk, shared, 0, _image_size(arm, os_disk, os)))
    for number, data_disk in enumerate(items(storage, "dataDisks"), 1):
        size = _size(get(data_disk, "diskSizeGB"))
        disks.append(_embedded(data_disk, shared, number, size))
    return disks


def join_disks(found: dict[str, Resource], embedded: Iterable[Resource]) -> dict[str, Resource]:
    """Join what VMs say of their disks with the disks' own listing, which knows more."""
    joined = dict(found)
    for resource in embedded:
        own = found.get(resource.key)
        if isinstance(own, Disk) and isinstance(resource, Disk):
            joined[resource.key] = replace(
                own,
                attached=True,
                is_os=own.is_os or resource.is_os,
                delete_option=resource.delete_option,
                is_ephemeral=resource.is_ephemeral,
                size_gib=resource.size_gib if isinstance(own.size_gib, Unknown) else own.size_gib,
            )
        else:
            joined.setdefault(resource.key, resource)
    return joined


def _embedded(body: Any, shared: dict[str, Any], number: int, size: Maybe[int]) -> Disk:
    id_ = get(body, "managedDisk", "id")
    name = get(body, "name")
    label = "os disk" if number == 0 else f"data disk {number}"
    name = name if isinstance(name, str) else f"{shared['name']} ({label})"
    key = id_.lower() if isinstance(id_, str) else f"{shared['key']}/disks/{number}"
    says_nothing = get(body, "deleteOption") is None
    unsaid = "Detach" if says_nothing and shared["planned"] else None
    return Disk(
        **{**shared, "key": key, "name": name, "kind": "Microsoft.Compute/disks"},
        size_gib=size,
        sku=_told(get(body, "managedDisk", "storageAccountType"), "which kind of disk it is"),
        size_is_assumed=number == 0 and get(body, "diskSizeGB") is None and shared["planned"],
        is_os=number == 0,
        is_ephemeral=_is_local(get(body, "diffDiskSettings", "option")),
        # ARM detaches where nothing is said: the disk outlives its VM, and is billed.
        delete_option=get(body, "deleteOption") or unsaid,
    )


def _is_local(option: Any) -> Maybe[bool]:
    return option if isinstance(option, Unknown) else str(option).lower() == "local"


def _image_size(arm: ArmResource, os_disk: Any, os: Maybe[str]) -> Maybe[int]:
    told = get(os_disk, "diskSizeGB")
    if told is not None or not arm.planned:
        return _size(told)
    if str(get(os_disk, "createOption")).lower() == "attach":
        return Unknown("the disk exists already and is not in the input")
    if isinstance(os, Unknown):
        return os
    return WINDOWS_IMAGE_GIB if os == "windows" else LINUX_IMAGE_GIB


def _size(value: Any) -> Maybe[int]:
    if isinstance(value, Unknown):
        return value
    try:
        return int(value)
    except (TypeError, ValueError):
        return Unknown("the input does not say how large the disk is")


def _told(value: Any, what: str) -> Any:
    return Unknown(f"the input does not say {what}") if value is None else value
