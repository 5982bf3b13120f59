"""AZF015: boot diagnostics in a storage account of one's own are blob storage, and charged."""

from collections.abc import Iterator

from hotdish_freevm.model import VirtualMachine
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import BOOT_DIAGNOSTICS


def check(case: Case) -> Iterator[Hit]:
    """Find VMs that write their diagnostics into an account of one's own."""
    for vm in case.inventory.of(VirtualMachine):
        if vm.boot_storage is not None:
            message = "boot diagnostics go into a storage account of your own, by use (cents)"
            yield Hit(vm, message)


RULE = Rule(
    id="AZF015",
    title="Boot diagnostics in a storage account",
    severity=Severity.WARNING,
    free_when="Boot diagnostics are off, or on managed storage.",
    found_by="`diagnosticsProfile.bootDiagnostics.storageUri` is set.",
    costs="Blob storage and operations by use; no source names the price of managed storage.",
    repair="`az vm boot-diagnostics disable`, or enable it without a storage account.",
    source=BOOT_DIAGNOSTICS,
    confidence="medium",
    check=check,
)
