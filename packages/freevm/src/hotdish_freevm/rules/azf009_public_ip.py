"""AZF009: a public IPv4 address is never free."""

from collections.abc import Iterator

from hotdish_freevm.model import PublicIp
from hotdish_freevm.rules.disks import known
from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import IP_PRICES


def check(case: Case) -> Iterator[Hit]:
    """Find addresses in use."""
    for ip in case.inventory.of(PublicIp):
        if ip.attached is False or str(known(ip.sku)).lower() == "basic":
            continue
        if ip.version == "IPv4":
            message = "a public IPv4 address is charged, also while the VM is deallocated"
            yield Hit(ip, message, case.charge(ip))
        else:
            message = "no source names the price of this kind of address"
            yield Hit(ip, message, None, severity=Severity.WARNING)


RULE = Rule(
    id="AZF009",
    title="Public IPv4 address",
    severity=Severity.CHARGE,
    free_when="Never: the free account has no public IP address since Basic ones were retired.",
    found_by="A `Microsoft.Network/publicIPAddresses` with version IPv4.",
    costs="0.005 USD an hour, 3.65 a month, in every region.",
    repair=(
        "None that is worth it: a VM without an address needs a NAT gateway (32.85 a month) to "
        "reach the internet. Accept it with `--fail-above 4`."
    ),
    source=IP_PRICES,
    confidence="high",
    check=check,
)
