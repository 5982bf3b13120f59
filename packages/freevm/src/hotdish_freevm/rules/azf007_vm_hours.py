"""AZF007: 750 hours a month are enough for one VM around the clock, not for two."""

from collections.abc import Iterator

from hotdish_freevm.model import VirtualMachine
from hotdish_freevm.offer import FREE_HOURS, HOURS_A_MONTH
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import FREE_SERVICES


def check(case: Case) -> Iterator[Hit]:
    """Find VMs of a free size for which the hours do not last."""
    other_reading = _other_reading(case)
    for vm in case.inventory.of(VirtualMachine):
        for line in case.bill.of(vm.key):
            if line.pool != "VM hours" or line.free == line.quantity or not case.is_free_year:
                continue
            over = line.quantity - line.free
            message = (
                f"{over} of its {HOURS_A_MONTH} hours are beyond the subscription's "
                f"{FREE_HOURS} free ones, which all free VMs share{other_reading}"
            )
            yield Hit(vm, message, line.amount)


def _other_reading(case: Case) -> str:
    """Some read the offer as 750 hours for each size; say where that would change the bill."""
    hours: dict[str, int] = {}
    for line in case.bill.lines:
        if line.pool == "VM hours":
            hours[line.meter] = hours.get(line.meter, 0) + int(line.quantity)
    if len(hours) > 1 and max(hours.values()) <= FREE_HOURS:
        return " (if Azure counts them per size, as some pages say, this is free)"
    return ""


RULE = Rule(
    id="AZF007",
    title="More than 750 hours of free VMs",
    severity=Severity.CHARGE,
    free_when="All VMs of free sizes together run at most 750 hours a month.",
    found_by="Every VM that is not deallocated counts 730 hours; the dearest get the free ones.",
    costs="B2ats v2: 0.0094 USD an hour (East US); a second one around the clock 6.67 a month.",
    repair="Deallocate one while it is not used: `az vm deallocate`, or an auto-shutdown schedule.",
    source=FREE_SERVICES,
    confidence="medium: pages disagree whether 750 hours are shared or per size; counted as shared",
    check=check,
)
