"""AZF017: B-series v1 sizes retire 2028-11-15, OS disks on Standard HDD 2028-09-08."""

import re
from collections.abc import Iterator

from hotdish_freevm.model import Unknown, VirtualMachine
from hotdish_freevm.rules.disks import billed_disks, known
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import RETIREMENTS

_FIRST_B_SERIES = re.compile(r"standard_b\d+(ls|ms|s)$", re.IGNORECASE)


def check(case: Case) -> Iterator[Hit]:
    """Find what Azure will take away."""
    for vm in case.inventory.of(VirtualMachine):
        if not isinstance(vm.size, Unknown) and _FIRST_B_SERIES.match(vm.size):
            yield Hit(vm, f"{vm.size} retires on 2028-11-15; Standard_B2ats_v2 does not")
    for disk in billed_disks(case):
        if disk.is_os and str(known(disk.sku)).lower() == "standard_lrs":
            yield Hit(disk, "OS disks on Standard HDD retire on 2028-09-08")


RULE = Rule(
    id="AZF017",
    title="Size or disk kind that retires",
    severity=Severity.INFO,
    free_when="The size is B2ats v2 or B2pts v2.",
    found_by="`vmSize` is of the first B series (B1s, B1ms, B2s ...); an OS disk is Standard_LRS.",
    costs="Nothing today.",
    repair="`az vm resize --size Standard_B2ats_v2` when it suits; it is free too, and faster.",
    source=RETIREMENTS,
    confidence="high",
    check=check,
)
