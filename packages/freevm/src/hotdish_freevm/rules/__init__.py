"""The rules, in an explicit table. A rule never calls Azure, never prints and never repairs."""

from collections.abc import Iterator

from hotdish_freevm.rules import (
    azf001_small_disk,
    azf002_large_disk,
    azf003_disk_kind,
    azf004_disk_tier,
    azf005_third_disk,
    azf006_vm_size,
    azf007_vm_hours,
    azf008_stopped_vm,
    azf009_public_ip,
    azf010_unattached,
    azf011_basic_ip,
    azf012_no_way_out,
    azf013_charged_service,
    azf014_snapshots,
    azf015_boot_diagnostics,
    azf016_free_year,
    azf017_retirement,
    azf018_bursting,
    azf019_spot_windows_plan,
    azf020_leftover,
    azf021_egress,
)
from hotdish_freevm.rules.rule import Case, Finding, Rule

RULES: dict[str, Rule] = {
    module.RULE.id: module.RULE
    for module in (
        azf001_small_disk,
        azf002_large_disk,
        azf003_disk_kind,
        azf004_disk_tier,
        azf005_third_disk,
        azf006_vm_size,
        azf007_vm_hours,
        azf008_stopped_vm,
        azf009_public_ip,
        azf010_unattached,
        azf011_basic_ip,
        azf012_no_way_out,
        azf013_charged_service,
        azf014_snapshots,
        azf015_boot_diagnostics,
        azf016_free_year,
        azf017_retirement,
        azf018_bursting,
        azf019_spot_windows_plan,
        azf020_leftover,
        azf021_egress,
    )
}


def find_all(case: Case) -> Iterator[Finding]:
    """Run every rule, in the table's order."""
    for rule in RULES.values():
        for hit in rule.check(case):
            yield Finding(rule, hit)
