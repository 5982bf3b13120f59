"""AZF006: only three VM sizes are free."""

from collections.abc import Iterator

from hotdish_freevm.model import Change, Unknown, VirtualMachine
from hotdish_freevm.offer import (
    FREE_SIZES,
    RECOMMENDED_ARM_SIZE,
    RECOMMENDED_SIZE,
    UNCONFIRMED_SIZES,
    is_arm_size,
    is_one_of,
)
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import FREE_SERVICES


def check(case: Case) -> Iterator[Hit]:
    """Find VMs of a size that the free account does not name."""
    for vm in case.inventory.of(VirtualMachine):
        if isinstance(vm.size, Unknown) or is_one_of(vm.size, FREE_SIZES):
            continue
        message = f"{vm.size} is not free; free are {', '.join(FREE_SIZES)}"
        if is_one_of(vm.size, UNCONFIRMED_SIZES):
            message = f"{vm.size} is called free by some, but not by Azure's own page: unconfirmed"
        better = RECOMMENDED_ARM_SIZE if is_arm_size(vm.size) else RECOMMENDED_SIZE
        change = Change(vm.key, {"size": better})
        is_regular = vm.os != "windows" and str(vm.priority).lower() == "regular"
        charge = case.charge(vm)
        severity = Severity.WARNING if charge == 0 else None
        yield Hit(vm, message, charge, (change,) if is_regular else (), severity)


RULE = Rule(
    id="AZF006",
    title="VM size is not one of the free ones",
    severity=Severity.CHARGE,
    free_when=(
        "The size is B1s, B2pts v2 (Arm) or B2ats v2 (AMD). B2ats v2 is the best of them: two "
        "cores, twice the base speed and eight times the disk throughput of B1s."
    ),
    found_by="`hardwareProfile.vmSize`; B2ts v2 (Intel) is named by some, but not by Azure's page.",
    costs="The size's list price for 730 hours: B2ms 77.38 USD a month (East US).",
    repair="`az vm resize --size Standard_B2ats_v2` (Arm images: Standard_B2pts_v2).",
    source=FREE_SERVICES,
    confidence="high",
    check=check,
)
