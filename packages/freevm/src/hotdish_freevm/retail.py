"""Fetches list prices from Azure's Retail Prices API, which needs no account."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hotdish_freevm.bill import EGRESS_METER, IP_METER, SNAPSHOT_METER
from hotdish_freevm.errors import PriceError
from hotdish_freevm.offer import FREE_SIZES, UNCONFIRMED_SIZES
from hotdish_freevm.prices import Price

API = "https://prices.azure.com/api/retail/prices"
SIZES = (*FREE_SIZES, *UNCONFIRMED_SIZES, "Standard_B1ls", "Standard_B1ms", "Standard_B2s")
_TIMEOUT_S = 30
_MOST_PAGES = 50
_MOST_TRIES = 5
_DISKS = ("Premium SSD", "Standard SSD", "Standard HDD")
_UNITS = {"1 Hour": "hour", "1/Month": "month", "1 GB/Month": "GB-month", "1 GB": "GB"}


def fetch_prices(region: str, currency: str, today: date) -> list[Price]:
    """Fetch the prices of one region that a bill may need.

    Raises:
        PriceError: The service cannot be reached, or answers something else.
    """
    found: dict[str, Price] = {}
    for where in _filters(region):
        for item in _items(where, currency):
            meter = _meter(item)
            unit = _UNITS.get(str(item.get("unitOfMeasure")))
            if meter and unit and (item.get("armRegionName") or region) == region:
                price = Decimal(str(item["retailPrice"]))
                source = f"Azure Retail Prices API, meter {item.get('meterId')}"
                row = Price(meter, region, currency, price, unit, today, source)
                found.setdefault(meter, row)
    return list(found.values())


def _filters(region: str) -> Iterator[str]:
    here = f"armRegionName eq '{region}' and priceType eq 'Consumption'"
    sizes = " or ".join(f"armSkuName eq '{size}'" for size in SIZES)
    yield f"{here} and serviceName eq 'Virtual Machines' and ({sizes})"
    for product in _DISKS:
        yield f"{here} and productName eq '{product} Managed Disks'"
    yield f"{here} and meterName eq 'Standard IPv4 Static Public IP'"
    yield f"{here} and productName eq 'NAT Gateway' and meterName eq 'Standard Gateway'"
    yield f"{here} and serviceName eq 'Bandwidth' and meterName eq 'Standard Data Transfer Out'"


def _items(where: str, currency: str) -> Iterator[Mapping[str, Any]]:
    api = os.environ.get("HOTDISH_FREEVM_PRICES_URL", API)
    query = urllib.parse.urlencode({"currencyCode": f"'{currency}'", "$filter": where})
    url: str | None = f"{api}?{query}"
    for _ in range(_MOST_PAGES):
        if not url:
            return
        page = _get(url)
        listed = page.get("Items")
        if not isinstance(listed, list):
            msg = f"{api} answered without a list of prices. Try again later"
            raise PriceError(msg)
        yield from listed
        url = _next_page(page.get("NextPageLink"), api)


def _next_page(link: Any, api: str) -> str | None:
    """Follow a link to the next page, on the same host only."""
    if not link:
        return None
    ours, theirs = urllib.parse.urlsplit(api), urllib.parse.urlsplit(str(link))
    if (theirs.scheme, theirs.hostname) != (ours.scheme, ours.hostname):
        msg = f"The next page of prices is said to be on {theirs.hostname}: not followed"
        raise PriceError(msg)
    return str(link)


def _get(url: str) -> Mapping[str, Any]:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310
    for left in reversed(range(_MOST_TRIES)):
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                page = json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 500, 502, 503, 504) or not left:
                msg = f"The price service answered {error.code} {error.reason}. Try again later"
                raise PriceError(msg) from error
            time.sleep(_pause(error.headers.get("Retry-After"), _MOST_TRIES - left))
            continue
        except (OSError, ValueError) as error:
            msg = f"The price service cannot be reached ({error}). The shipped prices still work"
            raise PriceError(msg) from error
        if isinstance(page, Mapping):
            return page
        msg = "The price service answered something else than a page of prices"
        raise PriceError(msg)
    return {}


def _pause(told: str | None, n_tries: int) -> float:
    return min(float(told), 60.0) if told and told.isdigit() else float(2**n_tries)


def _meter(item: Mapping[str, Any]) -> str | None:
    """Give our name of a meter; None for rows of other things under the same SKU."""
    name, product = str(item.get("meterName")), str(item.get("productName"))
    if item.get("type") != "Consumption" or "Spot" in name or "Low Priority" in name:
        return None
    if name == "Standard Data Transfer Out":
        # The first row is the free part; the next one begins at 100 GB.
        is_first_charged = Decimal(str(item.get("tierMinimumUnits") or 0)) == Decimal(100)
        return EGRESS_METER if is_first_charged else None
    if Decimal(str(item.get("tierMinimumUnits") or 0)):
        return None
    if item.get("serviceName") == "Virtual Machines":
        size = str(item.get("armSkuName"))
        return f"{size} Windows" if "Windows" in product else size
    if product.endswith("Managed Disks"):
        return _disk_meter(name)
    return {"Standard IPv4 Static Public IP": IP_METER, "Standard Gateway": "NAT gateway"}.get(name)


def _disk_meter(name: str) -> str | None:
    """`P6 LRS Disk` is the disk; `P6 LRS Disk Mount` is what sharing it costs."""
    if name in ("Snapshots LRS Snapshots", "LRS Snapshots"):
        return SNAPSHOT_METER
    return name.removesuffix(" Disk") if name.endswith(" Disk") else None
