"""AZF012: a VM in a private subnet without an address of its own has no internet."""

from collections.abc import Iterator

from hotdish_freevm.model import Interface, Subnet, VirtualMachine
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import DEFAULT_OUTBOUND


def check(case: Case) -> Iterator[Hit]:
    """Find VMs all of whose interfaces are shut in."""
    for vm in case.inventory.of(VirtualMachine):
        interfaces = [case.inventory.resources.get(key) for key in vm.interfaces]
        if interfaces and all(_is_shut_in(case, i) for i in interfaces):
            message = (
                "has no way out: its subnet has no default outbound access and it has no "
                "public address, so not even updates work"
            )
            yield Hit(vm, message)


def _is_shut_in(case: Case, interface: object) -> bool:
    if not isinstance(interface, Interface) or interface.has_way_out is not False:
        return False
    subnets = [case.inventory.resources.get(key) for key in interface.subnets]
    return bool(subnets) and all(isinstance(s, Subnet) and s.has_way_out is False for s in subnets)


RULE = Rule(
    id="AZF012",
    title="VM without a way to the internet",
    severity=Severity.WARNING,
    free_when="Leaving the address out saves 3.65 a month, but then there is no internet at all.",
    found_by=(
        "`defaultOutboundAccess` is false, or unsaid in an API version after 2026-03-31, and the "
        "interface has no address, the subnet no NAT gateway."
    ),
    costs="Nothing; a NAT gateway would cost 32.85 USD a month (East US).",
    repair="Give the VM a Standard address (3.65 a month).",
    source=DEFAULT_OUTBOUND,
    confidence="high",
    check=check,
)
