"""AZF011: Basic public IP addresses were retired on 2025-09-30."""

from collections.abc import Iterator

from hotdish_freevm.model import PublicIp
from hotdish_freevm.rules.disks import known
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import BASIC_IP


def check(case: Case) -> Iterator[Hit]:
    """Find Basic addresses, and those without an SKU, which means Basic."""
    for ip in case.inventory.of(PublicIp):
        if str(known(ip.sku)).lower() == "basic":
            message = (
                "Basic addresses were retired on 2025-09-30: it cannot be made any more, "
                "and a Standard one is charged"
            )
            yield Hit(ip, message, case.charge(ip))


RULE = Rule(
    id="AZF011",
    title="Basic public IP address",
    severity=Severity.CHARGE,
    free_when="Never any more. Older guides call a Basic address free.",
    found_by="`sku.name` of the address is Basic, or there is no SKU.",
    costs="As Standard: 3.65 USD a month.",
    repair="`sku: Standard` with static allocation, and count 3.65 a month.",
    source=BASIC_IP,
    confidence="high",
    check=check,
)
