"""The one normal form of all inputs: a resource in the shape of Azure Resource Manager's JSON.

Readers make it, the inventory is built from it. Any value inside may be `Unknown`.
Azure's property names are case-insensitive (`az` writes `diskSizeGb`, ARM `diskSizeGB`),
so values are read through `get`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hotdish_freevm.model import Maybe, Place, Unknown

NO_SUBSCRIPTION = "subscription"
NO_GROUP = "group"


@dataclass(frozen=True, slots=True)
class ArmResource:
    """A resource as ARM's JSON would describe it."""

    body: Mapping[str, Any]
    place: Place
    planned: bool = False
    exists: Maybe[bool] = True
    """False is never stored; unknown means that a condition or a count could not be resolved."""


def get(body: Any, *path: str) -> Any:
    """Give the value at a path of names, whatever their case; None where nothing is said."""
    value = body
    for name in path:
        if isinstance(value, Unknown) or value is None:
            return value
        if not isinstance(value, Mapping):
            return None
        if name in value:
            value = value[name]
            continue
        wanted = name.lower()
        value = next((v for k, v in value.items() if k.lower() == wanted), None)
    return value


def items(body: Any, *path: str) -> list[Any]:
    """Give the list at a path, or an empty one."""
    value = get(body, *path)
    return value if isinstance(value, list) else []


def resource_id(kind: str, name: str, subscription: str = "", group: str = "") -> str:
    """Build the id of a resource; a child's kind and name have as many parts as it is deep.

    >>> resource_id("Microsoft.Compute/disks", "d", "s", "g")
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d'
    """
    provider, *types = kind.split("/")
    pairs = "/".join(f"{t}/{n}" for t, n in zip(types, name.split("/"), strict=False))
    return (
        f"/subscriptions/{subscription or NO_SUBSCRIPTION}"
        f"/resourceGroups/{group or NO_GROUP}/providers/{provider}/{pairs}"
    )


def kind_of(id_: str) -> str | None:
    """Read the kind out of a resource id.

    >>> kind_of("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d")
    'Microsoft.Compute/disks'
    """
    _, found, tail = id_.rpartition("/providers/")
    parts = tail.split("/")
    return "/".join([parts[0], *parts[1::2]]) if found and len(parts) > 1 else None


def segment(id_: str, name: str) -> str | None:
    """Read what follows a name in a resource id: the subscription, or the resource group.

    >>> segment("/subscriptions/s/resourceGroups/g", "resourcegroups")
    'g'
    """
    parts = id_.split("/")
    for before, after in pairwise(parts):
        if before.lower() == name.lower():
            return after
    return None


def texts(value: Any) -> Iterator[str]:
    """Give every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
