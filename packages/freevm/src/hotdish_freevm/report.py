"""Puts rules and bills together: what was found, the three totals, and what is not known."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from hotdish_freevm.bill import Bill, UnknownCost, make_bill
from hotdish_freevm.model import Inventory
from hotdish_freevm.money import ZERO
from hotdish_freevm.prices import Price, PriceBook
from hotdish_freevm.rules import RULES, find_all
from hotdish_freevm.rules.rule import Case, Finding, Rule, Severity
from hotdish_freevm.window import FreeWindow, State


@dataclass(frozen=True, slots=True)
class Bills:
    """Four bills of the same inventory: as it is and repaired, in the free year and after it."""

    today: Bill
    repaired: Bill
    after: Bill
    after_repaired: Bill


@dataclass(frozen=True)
class Report:
    """Everything that the outputs say."""

    inventory: Inventory
    findings: tuple[Finding, ...]
    bills: Bills
    window: FreeWindow
    prices: PriceBook
    unknown: tuple[UnknownCost, ...]
    old_rules: tuple[Rule, ...]

    @property
    def charges(self) -> list[Finding]:
        """The findings that cost money now, or may."""
        return [f for f in self.findings if f.severity is Severity.CHARGE]

    @property
    def used_prices(self) -> list[Price]:
        """The prices that the bills rest on, each once."""
        lines = (line for bill in (self.bills.today, self.bills.repaired) for line in bill.lines)
        used = {(line.price.meter, line.price.region): line.price for line in lines if line.price}
        return [used[key] for key in sorted(used)]

    def region_stands_in(self, price: Price) -> bool:
        """Tell whether a price is of another region than some resource that it is used for."""
        return (price.meter, price.region) in self._stand_ins

    @cached_property
    def _stand_ins(self) -> set[tuple[str, str]]:
        resources = self.inventory.resources
        return {
            (line.price.meter, line.price.region)
            for line in (*self.bills.today.lines, *self.bills.repaired.lines)
            if line.price
            and line.key in resources
            and resources[line.key].region != line.price.region
        }

    def name_of(self, key: str) -> str:
        """Give the readable name of a resource."""
        resource = self.inventory.resources.get(key)
        return resource.name if resource else key


def make_report(
    inventory: Inventory,
    prices: PriceBook,
    window: FreeWindow,
    today: date,
    egress_gb: Decimal = ZERO,
) -> Report:
    """Check an inventory: run the rules, and bill it four times."""

    def bill(of: Inventory, *, is_free_year: bool) -> Bill:
        return make_bill(of, prices, is_free_year=is_free_year, egress_gb=egress_gb)

    is_free_year = window.state is not State.OVER
    now = bill(inventory, is_free_year=is_free_year)
    after = bill(inventory, is_free_year=False)
    findings = tuple(find_all(Case(inventory, now, after, window, today)))
    repaired = inventory.changed(change for f in findings for change in f.hit.changes)
    unread = tuple(UnknownCost(str(p), what, why) for p, what, why in inventory.unread)
    return Report(
        inventory=inventory,
        findings=findings,
        bills=Bills(
            today=now,
            repaired=bill(repaired, is_free_year=is_free_year),
            after=after,
            after_repaired=bill(repaired, is_free_year=False),
        ),
        window=window,
        prices=prices,
        unknown=(*now.unknown, *unread),
        old_rules=tuple(rule for rule in RULES.values() if rule.source.is_old(today)),
    )
