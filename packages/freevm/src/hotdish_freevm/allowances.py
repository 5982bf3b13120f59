"""Allots what the free account gives: never more than the pool, the dearest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from hotdish_freevm.money import ZERO


@dataclass(frozen=True, slots=True)
class Demand:
    """How much of a pool something would use, and what a unit of it costs."""

    key: str
    quantity: Decimal
    worth: Decimal


def allot(pool: Decimal, demands: Iterable[Demand]) -> dict[str, Decimal]:
    """Give each demand its share of the pool, so that as little as possible has to be paid.

    >>> allot(Decimal(2), [Demand(k, Decimal(1), Decimal(w)) for k, w in (("a", 1), ("b", 3))])
    {'b': Decimal('1'), 'a': Decimal('1')}
    """
    left = pool
    shares: dict[str, Decimal] = {}
    for demand in sorted(demands, key=lambda d: (-d.worth, d.key)):
        shares[demand.key] = min(max(left, ZERO), max(demand.quantity, ZERO))
        left -= shares[demand.key]
    return shares
