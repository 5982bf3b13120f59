"""AZF016: the allowances last twelve months, for the subscription made at sign-up."""

from collections.abc import Iterator

from hotdish_freevm.rules.rule import Case, Hit, Rule, Severity
from hotdish_freevm.rules.sources import FREE_SERVICES
from hotdish_freevm.window import State


def check(case: Case) -> Iterator[Hit]:
    """Say where the free year is over, about to end, or not confirmed."""
    if case.window.state is State.OVER:
        for line in case.bill.lines:
            if line.pool in ("VM hours", "P6 disks", "snapshot GB"):
                resource = case.inventory.resources.get(line.key)
                message = f"the free year ended {case.window.until}: {line.meter} is charged"
                yield Hit(resource, message, line.amount, severity=Severity.CHARGE)
    elif case.window.state is State.UNCONFIRMED:
        message = (
            "whether the free year is running was not confirmed; the bill of today holds only if "
            "it is (--free-until DATE, or --live)"
        )
        yield Hit(None, message, severity=Severity.INFO)
    elif case.window.ends_soon(case.today):
        message = f"the free year ends {case.window.until}; see the bill after it"
        yield Hit(None, message)


RULE = Rule(
    id="AZF016",
    title="Free year over, ending or not confirmed",
    severity=Severity.WARNING,
    free_when=(
        "The subscription is the one made at sign-up, and that is less than twelve months ago. "
        "Student accounts (100 USD credit) do not have the twelve months."
    ),
    found_by="`--free-until DATE`, or `--live`: Microsoft.BillingBenefits/freeServices.",
    costs="Everything: B1s 7.59 (East US), P6 9.28 (West US 2) USD a month.",
    repair="Deallocate or delete before it ends; a P6 cannot be made smaller again.",
    source=FREE_SERVICES,
    confidence="high; whether personal accounts show under freeServices is not known",
    check=check,
)
