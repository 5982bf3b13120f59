"""AZF020: a disk with `deleteOption: Detach` outlives its VM and goes on being billed."""

from collections.abc import Iterator

from hotdish_freevm.model import Disk
from hotdish_freevm.rules.disks import known
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import VM_DELETE


def check(case: Case) -> Iterator[Hit]:
    """Find OS disks that stay when the VM goes."""
    for disk in case.inventory.of(Disk):
        if disk.is_os and disk.attached is True and known(disk.delete_option) == "Detach":
            yield Hit(disk, "stays when the VM is deleted, and is billed then")


RULE = Rule(
    id="AZF020",
    title="OS disk outlives its VM",
    severity=Severity.INFO,
    free_when="`osDisk.deleteOption` is Delete.",
    found_by="It is Detach, or unsaid in a template, which means Detach.",
    costs="Nothing while the VM lives; then the disk's price.",
    repair="`deleteOption: Delete` in the template; the same for the interface and the address.",
    source=VM_DELETE,
    confidence="high",
    check=check,
)
