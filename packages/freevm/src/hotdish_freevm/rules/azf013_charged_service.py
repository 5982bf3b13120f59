"""AZF013: NAT gateway, Bastion and their like are charged from the first hour."""

from collections.abc import Iterator

from hotdish_freevm.kinds import CHARGED_KINDS
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import AVOID_CHARGES


def check(case: Case) -> Iterator[Hit]:
    """Find services around the VM that no allowance covers."""
    for resource in case.inventory.resources.values():
        if resource.kind.lower() in CHARGED_KINDS:
            name, _ = CHARGED_KINDS[resource.kind.lower()]
            message = f"a {name} is charged from the first hour; the VM works without it"
            has_price = any(True for _ in case.bill.of(resource.key))
            yield Hit(resource, message, case.charge(resource) if has_price else None)


RULE = Rule(
    id="AZF013",
    title="Charged service beside the VM",
    severity=Severity.CHARGE,
    free_when="There is no NAT gateway, Bastion, load balancer, firewall or backup vault.",
    found_by="Resources of the kinds listed in `kinds.py`.",
    costs="NAT gateway 32.85 USD a month (East US) and the traffic; the others have no price here.",
    repair="Leave it out: one VM with an address of its own and a security group needs none.",
    source=AVOID_CHARGES,
    confidence="high",
    check=check,
)
