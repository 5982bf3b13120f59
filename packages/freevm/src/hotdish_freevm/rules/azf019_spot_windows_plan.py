"""AZF019: spot VMs, most Windows VMs and images with a price of their own are not free."""

from collections.abc import Iterator

from hotdish_freevm.bill import is_covered
from hotdish_freevm.model import Unknown, VirtualMachine
from hotdish_freevm.offer import FREE_SIZES, is_one_of
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import FREE_SERVICES


def check(case: Case) -> Iterator[Hit]:
    """Find VMs of a free size that are something else than plain Linux ones."""
    for vm in case.inventory.of(VirtualMachine):
        if vm.paid_plan is not None:
            plan = vm.paid_plan.why if isinstance(vm.paid_plan, Unknown) else vm.paid_plan
            message = f"the image has a marketplace plan ({plan}), which may have a price"
            yield Hit(vm, message, None, severity=Severity.WARNING)
        if not is_one_of(vm.size, FREE_SIZES) or is_covered(vm):
            continue
        sort = "Windows" if vm.os == "windows" else f"{vm.priority} priority"
        charge = case.charge(vm)
        message = f"{sort} with {vm.size}: the free hours are not promised for it"
        yield Hit(vm, message, charge, severity=Severity.WARNING if charge == 0 else None)


RULE = Rule(
    id="AZF019",
    title="Spot, Windows or a priced image",
    severity=Severity.CHARGE,
    free_when="Linux with regular priority, or Windows on B1s, from an image without a plan.",
    found_by="`priority`, `osType` or the image, and `plan`.",
    costs="The VM's list price; the plan's own price stands in the marketplace.",
    repair="Build the VM from a plain Linux image with regular priority.",
    source=FREE_SERVICES,
    confidence="medium: Azure's page names Windows with B1s only, and says nothing of spot",
    check=check,
)
