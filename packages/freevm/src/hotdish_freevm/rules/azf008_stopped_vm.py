"""AZF008: a VM that is stopped but not deallocated uses its hours up."""

from collections.abc import Iterator

from hotdish_freevm.model import Change, VirtualMachine
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import VM_STATES


def check(case: Case) -> Iterator[Hit]:
    """Find VMs that were shut down from inside."""
    for vm in case.inventory.of(VirtualMachine):
        if vm.power not in ("stopped", "stopping"):
            continue
        charge = case.charge(vm)
        message = "stopped but not deallocated: Azure goes on counting its hours"
        severity = Severity.WARNING if charge == 0 else None
        yield Hit(vm, message, charge, (Change(vm.key, {"power": "deallocated"}),), severity)


RULE = Rule(
    id="AZF008",
    title="VM is stopped but not deallocated",
    severity=Severity.CHARGE,
    free_when="A VM that is not used is *deallocated*; then only its disk and address cost.",
    found_by="The power state is `stopped`, as after `shutdown` inside the VM.",
    costs="As much as a running VM.",
    repair="`az vm deallocate`.",
    source=VM_STATES,
    confidence="high",
    check=check,
)
