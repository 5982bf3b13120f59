"""Addresses, network interfaces and subnets in the inventory."""

from typing import Any

from hotdish_freevm.arm import ArmResource, get, items
from hotdish_freevm.model import Interface, Maybe, PublicIp, Resource, Subnet, Unknown

LAST_OPEN_API = "2026-03-31"
"""In API versions after this day a new subnet has no way out unless it asks for one."""


def ip_of(arm: ArmResource, shared: dict[str, Any], references: frozenset[str]) -> PublicIp:
    """Give a public IP address; in a template it is attached if something mentions its id."""
    properties = get(arm.body, "properties")
    attached = bool(get(properties, "ipConfiguration") or get(properties, "natGateway"))
    if arm.planned:
        attached = attached or shared["key"] in references
    method = get(properties, "publicIPAllocationMethod") or "Dynamic"
    return PublicIp(
        **shared,
        # ARM still takes a missing SKU for Basic, which no longer exists.
        sku=get(arm.body, "sku", "name") or "Basic",
        version=get(properties, "publicIPAddressVersion") or "IPv4",
        attached=attached,
        is_static=method if isinstance(method, Unknown) else method.lower() == "static",
    )


def interface_of(arm: ArmResource, shared: dict[str, Any]) -> Interface:
    """Give a network interface, with the subnets it is in."""
    subnets, has_way_out = [], False
    for configuration in items(arm.body, "properties", "ipConfigurations"):
        # `az` lifts what ARM keeps below `properties`, here too.
        inner = get(configuration, "properties") or configuration
        subnet = get(inner, "subnet", "id")
        if isinstance(subnet, str):
            subnets.append(subnet.lower())
        for name in ("publicIPAddress", "loadBalancerBackendAddressPools"):
            has_way_out = has_way_out or bool(get(inner, name))
    return Interface(**shared, subnets=tuple(subnets), has_way_out=has_way_out)


def subnets_of(arm: ArmResource, shared: dict[str, Any]) -> list[Resource]:
    """Give the subnets of a virtual network, or the one subnet that is a resource of its own."""
    if str(get(arm.body, "type")).lower().endswith("/subnets"):
        return [Subnet(**shared, has_way_out=_way_out(arm, arm.body))]
    found: list[Resource] = []
    for subnet in items(arm.body, "properties", "subnets"):
        name = str(get(subnet, "name"))
        own = {
            "key": f"{shared['key']}/subnets/{name}".lower(),
            "name": f"{shared['name']}/{name}",
            "kind": "Microsoft.Network/virtualNetworks/subnets",
        }
        found.append(Subnet(**{**shared, **own}, has_way_out=_way_out(arm, subnet)))
    return found


def _way_out(arm: ArmResource, subnet: Any) -> Maybe[bool]:
    properties = get(subnet, "properties") or subnet
    if get(properties, "natGateway"):
        return True
    told = get(properties, "defaultOutboundAccess")
    if told is not None:
        return told if isinstance(told, Unknown) else bool(told)
    version = get(arm.body, "apiVersion")
    return not (arm.planned and isinstance(version, str) and version[:10] > LAST_OPEN_API)
