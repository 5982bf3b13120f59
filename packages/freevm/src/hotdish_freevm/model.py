"""The inventory that the rules look at: typed resources, each value known or *unknown*."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that could not be worked out. It is never taken for free."""

    why: str
    symbol: str = ""
    """A stand-in that is the same wherever the same value is meant, so that references match."""


Maybe: TypeAlias = T | Unknown


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input a resource stands."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What all resources share; alone, a resource that this tool has no price for."""

    key: str
    name: str
    kind: str
    region: Maybe[str]
    subscription: str
    place: Place
    planned: bool = False
    """Stands in a template or plan and is not built yet, so everything can still be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualMachine(Resource):
    """A virtual machine; its disks are resources of their own, named by key."""

    size: Maybe[str]
    power: Maybe[str]
    os: Maybe[str]
    priority: Maybe[str] = "Regular"
    paid_plan: Maybe[str | None] = None
    boot_storage: Maybe[str | None] = None
    disks: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk(Resource):
    """A managed disk, attached or not."""

    size_gib: Maybe[int]
    sku: Maybe[str]
    size_is_assumed: bool = False
    """The input names no size, so the usual size of the image stands in."""
    tier: Maybe[str | None] = None
    """The performance tier as Azure or the input says it; None where nothing is said."""
    is_os: bool = False
    is_ephemeral: Maybe[bool] = False
    attached: Maybe[bool] = True
    delete_option: Maybe[str | None] = None
    has_bursting: Maybe[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIp(Resource):
    """A public IP address."""

    sku: Maybe[str]
    version: Maybe[str] = "IPv4"
    attached: Maybe[bool] = True
    is_static: Maybe[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(Resource):
    """A disk snapshot; the size is the disk's, which is the most that can be billed."""

    size_gib: Maybe[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface(Resource):
    """A network interface: which subnets it is in, and whether it has a way out by itself."""

    subnets: tuple[str, ...]
    has_way_out: Maybe[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet(Resource):
    """A subnet, and whether machines in it reach the internet without an IP of their own."""

    has_way_out: Maybe[bool]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one resource, as the repair would make it; no attributes means *removed*."""

    key: str
    attributes: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that was read, by key, with what was taken for granted on the way."""

    resources: Mapping[str, Resource]
    notes: tuple[str, ...] = ()
    unread: tuple[tuple[Place, str, str], ...] = ()
    """Elements that could not be understood: where, what, why."""
    free_kinds: int = field(default=0)
    """How many resources of kinds that never cost anything were passed over."""

    def of(self, kind: type["ResourceT"]) -> Iterator["ResourceT"]:
        """Give the resources of one class, in the order they were read."""
        return (r for r in self.resources.values() if isinstance(r, kind))

    def changed(self, changes: Iterator[Change]) -> "Inventory":
        """Give the inventory as it is after the changes."""
        resources = dict(self.resources)
        for change in changes:
            if change.attributes is None:
                resources.pop(change.key, None)
            elif change.key in resources:
                resources[change.key] = replace(resources[change.key], **change.attributes)
        return replace(self, resources=resources)


ResourceT = TypeVar("ResourceT", bound=Resource)
