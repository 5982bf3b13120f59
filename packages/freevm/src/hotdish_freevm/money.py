"""Amounts as text: two decimals, rounded half up, once, at the very end."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
_CENT = Decimal("0.01")


def cents(amount: Decimal) -> str:
    """Give an amount with two decimals.

    >>> cents(Decimal("8.925")), cents(Decimal("-0.001"))
    ('8.93', '0.00')
    """
    rounded = amount.quantize(_CENT, ROUND_HALF_UP)
    return str(rounded or ZERO.quantize(_CENT))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add amounts up."""
    return sum(amounts, ZERO)
