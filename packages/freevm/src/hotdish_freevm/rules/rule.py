"""What a rule is: data about one fact, and a small pure function that finds where it matters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

from hotdish_freevm.bill import Bill
from hotdish_freevm.model import Change, Inventory, Resource
from hotdish_freevm.money import ZERO
from hotdish_freevm.window import FreeWindow, State

SOURCE_LIFE = timedelta(days=365)


class Severity(Enum):
    """How bad a finding is."""

    CHARGE = "charge"
    """It costs money now, or may."""
    WARNING = "warning"
    """It costs nothing now, but will, or something will break."""
    INFO = "info"
    """Worth knowing."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact stands, when the page was dated, and when it was last read for this rule."""

    name: str
    url: str
    dated: date | None
    read: date

    def is_old(self, today: date) -> bool:
        """Tell whether nobody has read it again for more than twelve months."""
        return today - self.read > SOURCE_LIFE


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule may look at."""

    inventory: Inventory
    bill: Bill
    """As things are today: with the allowances, unless the free year is over."""
    bill_after: Bill
    """The same without the allowances of the free year."""
    window: FreeWindow
    today: date

    @property
    def is_free_year(self) -> bool:
        """Tell whether the free account's allowances are counted."""
        return self.window.state is not State.OVER

    def charge(self, resource: Resource) -> Decimal | None:
        """Give what a resource costs today; None where that is not known."""
        return self.bill.charge(resource.key)


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule applies."""

    resource: Resource | None
    """None where it is about the whole subscription."""
    message: str
    monthly: Decimal | None = ZERO
    """What it costs a month; None where that is not known."""
    changes: tuple[Change, ...] = ()
    severity: Severity | None = None
    """Where it differs from the rule's own."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One fact about what is free, with its source and what to do."""

    id: str
    title: str
    severity: Severity
    free_when: str
    found_by: str
    costs: str
    repair: str
    source: Source
    confidence: str
    check: Callable[[Case], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit with the rule that made it."""

    rule: Rule
    hit: Hit

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.hit.severity or self.rule.severity
