"""List prices with their region, date and source; amounts are Decimal, never float."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any

from hotdish_freevm.errors import PriceError
from hotdish_freevm.folders import cache_folder

FALLBACK_REGIONS = ("eastus", "westus2")
FORMAT = "hotdish-freevm-prices"


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of a meter costs in a region."""

    meter: str
    region: str
    currency: str
    price: Decimal
    unit: str
    read: date
    source: str


class PriceBook:
    """Finds prices by meter and region; another region stands in where one has no price."""

    def __init__(self, prices: Iterable[Price], currency: str = "USD") -> None:
        """Keep the prices of one currency; a later price of a meter and region wins."""
        self.currency = currency
        self._prices = {(p.meter, p.region): p for p in prices if p.currency == currency}
        self._regions: dict[str, list[str]] = {}
        for meter, region in sorted(self._prices, key=lambda k: (_rank(k[1]), k[1])):
            self._regions.setdefault(meter, []).append(region)

    def find(self, meter: str, region: str | None) -> Price | None:
        """Give the price in the region, or in the region that stands in, or nothing."""
        exact = self._prices.get((meter, region or ""))
        if exact is not None:
            return exact
        regions = self._regions.get(meter)
        return self._prices[meter, regions[0]] if regions else None

    def __iter__(self) -> Iterator[Price]:
        return iter(sorted(self._prices.values(), key=lambda p: (p.meter, p.region)))

    @property
    def dated(self) -> date | None:
        """The day of the newest price; None where there are none."""
        return max((p.read for p in self._prices.values()), default=None)


def _rank(region: str) -> int:
    return FALLBACK_REGIONS.index(region) if region in FALLBACK_REGIONS else len(FALLBACK_REGIONS)


def load_prices(path: Path | None = None) -> list[Price]:
    """Load the shipped prices, then the user's own, which win.

    Raises:
        PriceError: A file cannot be read.
    """
    shipped = parse_prices(files("hotdish_freevm").joinpath("prices.json").read_text("utf-8"))
    own = path or own_price_file()
    if not own.exists():
        if path is not None:
            msg = f"There is no price file {path}. Make one: hotdish-freevm prices --refresh"
            raise PriceError(msg)
        return shipped
    try:
        return shipped + parse_prices(own.read_text("utf-8"))
    except (OSError, PriceError) as error:
        msg = f"{own}: {error}. Delete it, or make it anew: hotdish-freevm prices --refresh"
        raise PriceError(msg) from error


def own_price_file() -> Path:
    """Where the user's refreshed prices are kept."""
    told = os.environ.get("HOTDISH_FREEVM_PRICES")
    return Path(told) if told else cache_folder() / "prices.json"


def parse_prices(text: str) -> list[Price]:
    """Parse a price file.

    Raises:
        PriceError: It is not a price file.
    """
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            msg = f"its format is {data['format']!r}, not {FORMAT!r}"
            raise PriceError(msg)
        return [_price(entry) for entry in data["prices"]]
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        msg = f"not a price file ({error})"
        raise PriceError(msg) from error


def format_prices(prices: Iterable[Price], dated: date) -> str:
    """Give the text of a price file."""
    entries = [
        asdict(p) | {"price": str(p.price), "read": p.read.isoformat()}
        for p in sorted(prices, key=lambda p: (p.meter, p.region, p.currency))
    ]
    page = {"format": FORMAT, "version": 1, "dated": dated.isoformat(), "prices": entries}
    return json.dumps(page, indent=1) + "\n"


def _price(entry: Mapping[str, Any]) -> Price:
    return Price(
        meter=entry["meter"],
        region=entry["region"],
        currency=entry["currency"],
        price=Decimal(entry["price"]),
        unit=entry["unit"],
        read=date.fromisoformat(entry["read"]),
        source=entry["source"],
    )
