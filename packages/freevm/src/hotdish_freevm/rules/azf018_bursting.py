"""AZF018: on-demand bursting is billed by use."""

from collections.abc import Iterator

from hotdish_freevm.model import Change
from hotdish_freevm.rules.disks import billed_disks
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import DISK_BILLING


def check(case: Case) -> Iterator[Hit]:
    """Find disks on which bursting was switched on."""
    for disk in billed_disks(case):
        if disk.has_bursting is True:
            off = Change(disk.key, {"has_bursting": False})
            yield Hit(disk, "on-demand bursting is on, and billed by use", None, (off,))


RULE = Rule(
    id="AZF018",
    title="On-demand bursting",
    severity=Severity.CHARGE,
    free_when="`burstingEnabled` is false or not there; small disks burst by credit, at no charge.",
    found_by="`properties.burstingEnabled` is true.",
    costs="A monthly fee and each 10,000 operations; no price here.",
    repair="`az disk update --enable-bursting false`.",
    source=DISK_BILLING,
    confidence="high",
    check=check,
)
