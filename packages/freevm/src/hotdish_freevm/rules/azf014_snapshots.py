"""AZF014: one GB of snapshots is free."""

from collections.abc import Iterator

from hotdish_freevm.model import Change, Snapshot
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import FREE_DISKS


def check(case: Case) -> Iterator[Hit]:
    """Find snapshots that do not fit into the free gigabyte."""
    for snapshot in case.inventory.of(Snapshot):
        charge = case.charge(snapshot)
        if charge == 0:
            continue
        message = (
            f"up to {snapshot.size_gib} GB are billed (what the disk holds, which the input does "
            "not say); one GB is free"
        )
        yield Hit(snapshot, message, charge, (Change(snapshot.key, None),))


RULE = Rule(
    id="AZF014",
    title="Snapshots beyond one GB",
    severity=Severity.CHARGE,
    free_when="All snapshots of the subscription together hold at most 1 GB.",
    found_by="`Microsoft.Compute/snapshots`; counted by the disk's size, which is the most.",
    costs="0.05 USD a GB and month: about 0.10 for a fresh Ubuntu (3 GB used).",
    repair="Delete it once the VM is known to work: `az snapshot delete` (no way back).",
    source=FREE_DISKS,
    confidence="high",
    check=check,
)
