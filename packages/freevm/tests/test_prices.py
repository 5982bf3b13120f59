"""`prices`: the shipped file, and fetching from a service of the Retail Prices API's shape."""

import json
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotdish_freevm.prices import PriceBook, load_prices

if TYPE_CHECKING:
    from packages.freevm.tests.conftest import Run

Write = Callable[[str, Any], Path]


def item(meter: str, price: float, unit: str, **more: Any) -> dict[str, Any]:
    """A row in the shape that the service answers with (recorded 2026-11)."""
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": "eastus",
        "location": "US East",
        "effectiveStartDate": "2026-01-01T00:00:00Z",
        "meterId": "00000000-0000-0000-0000-000000000000",
        "meterName": meter,
        "productName": "Premium SSD Managed Disks",
        "skuName": meter.removesuffix(" Disk"),
        "serviceName": "Storage",
        "unitOfMeasure": unit,
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": "",
        **more,
    }


VM = {"serviceName": "Virtual Machines", "armSkuName": "Standard_B1s"}
DATA_OUT = {"productName": "Bandwidth", "serviceName": "Bandwidth"}
ROWS = [
    item("P6 LRS Disk Mount", 0.5284, "1/Month"),
    item("P6 LRS Disk", 10.21, "1/Month"),
    item("LRS Snapshots", 0.05, "1 GB/Month"),
    item("B1s Spot", 0.001, "1 Hour", **VM, productName="Virtual Machines BS Series"),
    item("B1s Low Priority", 0.002, "1 Hour", **VM, productName="Virtual Machines BS Series"),
    item("B1s", 0.0146, "1 Hour", **VM, productName="Virtual Machines BS Series Windows"),
    item("B1s", 0.0104, "1 Hour", **VM, productName="Virtual Machines BS Series"),
    item("B1s", 60.0, "1 Hour", **VM, productName="Virtual Machines BS", type="Reservation"),
    item("Standard IPv4 Static Public IP", 0.005, "1 Hour", productName="IP Addresses"),
    item("Standard Gateway", 0.045, "1 Hour", productName="NAT Gateway"),
    item("Standard Data Transfer Out", 0.0, "1 GB", **DATA_OUT),
    item("Standard Data Transfer Out", 0.087, "1 GB", **DATA_OUT, tierMinimumUnits=100.0),
    item("Standard Data Transfer Out", 0.083, "1 GB", **DATA_OUT, tierMinimumUnits=10335.0),
    item("P6 LRS Disk", 99.0, "1/Month", armRegionName="westus2"),
    item("P6 LRS Disk", 0.1, "1/Day"),
]


class Service:
    """The fake service: pages of two rows, and what goes wrong first."""

    def __init__(self) -> None:
        self.rows = ROWS
        self.faults: list[int] = []
        self.body: Any = None
        self.next_host = ""
        self.url = ""
        self.asked: list[dict[str, list[str]]] = []

    def answer(self, path: str) -> tuple[int, Any]:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
        self.asked.append(query)
        if self.faults:
            return self.faults.pop(0), {}
        if self.body is not None:
            return 200, self.body
        skip = int(query.get("$skip", ["0"])[0])
        more = skip + 2 < len(self.rows)
        link = f"{self.next_host or self.url}?%24skip={skip + 2}" if more else None
        page = {"BillingCurrency": "USD", "Items": self.rows[skip : skip + 2], "Count": 2}
        return 200, {**page, "NextPageLink": link}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    fake = Service()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            status, page = fake.answer(self.path)
            data = json.dumps(page).encode()
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}/api/retail/prices"
    monkeypatch.setenv("HOTDISH_FREEVM_PRICES_URL", fake.url)
    yield fake
    server.shutdown()
    server.server_close()
    thread.join(5)


def refreshed(run: "Run", *options: str) -> dict[str, str]:
    answer = run("prices", "--refresh", "--region", "eastus", "--json", *options)
    assert answer.code == 0, answer.err
    return {row["meter"]: row["price"] for row in answer.json}


def test_a_refresh_takes_each_meter_and_none_of_the_rows_like_it(
    run: "Run", service: Service
) -> None:
    prices = refreshed(run)

    assert prices["P6 LRS"] == "10.21"
    assert prices["Standard_B1s"] == "0.0104"
    assert prices["Standard_B1s Windows"] == "0.0146"
    assert prices["Standard IPv4"] == "0.005"
    assert prices["NAT gateway"] == "0.045"
    assert prices["Snapshot LRS"] == "0.05"
    assert prices["Data out"] == "0.087"
    assert "armRegionName eq 'eastus'" in service.asked[0]["$filter"][0]
    assert service.asked[0]["currencyCode"] == ["'USD'"]


def test_a_bill_uses_the_refreshed_prices_with_their_day(
    run: "Run", service: Service, write: Write, portal_vm: list[Any]
) -> None:
    refreshed(run)

    answer = run("check", write("vm.json", portal_vm), "--json")

    (p6,) = (p for p in answer.json["prices"] if p["meter"] == "P6 LRS")
    assert (p6["region"], p6["price"], p6["stands_in"]) == ("eastus", "10.21", False)
    assert p6["read"] == "2026-11-24"
    assert answer.json["totals"]["after_free_year_repaired"] == "21.45"


def test_a_second_refresh_replaces_a_region_and_keeps_the_others(
    run: "Run", service: Service
) -> None:
    refreshed(run)
    service.rows = [item("P6 LRS Disk", 9.28, "1/Month", armRegionName="westus2")]

    run("prices", "--refresh", "--region", "westus2")

    book = PriceBook(load_prices())
    east, west = book.find("P6 LRS", "eastus"), book.find("P6 LRS", "westus2")
    assert (east and east.price, west and west.price) == (Decimal("10.21"), Decimal("9.28"))


@pytest.mark.parametrize("fault", [429, 503])
def test_a_busy_service_is_asked_again(run: "Run", service: Service, fault: int) -> None:
    service.faults = [fault, fault]

    assert refreshed(run)["P6 LRS"] == "10.21"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"faults": [404]}, "The price service answered 404"),
        ({"faults": [503] * 9}, "The price service answered 503"),
        ({"body": {"error": "no"}}, "answered without a list of prices"),
        ({"body": []}, "something else than a page of prices"),
        ({"rows": []}, "Azure has no prices for eastus"),
        ({"next_host": "http://elsewhere.example/x"}, "is said to be on elsewhere.example"),
    ],
)
def test_a_service_that_fails_is_told_and_nothing_is_written(
    run: "Run", service: Service, change: dict[str, Any], message: str
) -> None:
    vars(service).update(change)

    answer = run("prices", "--refresh", "--region", "eastus")

    assert answer.code == 1
    assert message in answer.err
    assert all(p.source.startswith("Azure Retail") is False for p in load_prices())


def test_without_a_network_the_shipped_prices_still_work(
    run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTDISH_FREEVM_PRICES_URL", "http://127.0.0.1:9/")

    answer = run("prices", "--refresh")

    assert answer.code == 1
    assert "cannot be reached" in answer.err
    assert "The shipped prices still work" in answer.err


def test_each_shipped_price_has_region_day_and_source() -> None:
    prices = load_prices()

    assert len(prices) >= 20
    assert all(p.price > 0 and p.region and p.source and p.unit for p in prices)


def test_prices_are_listed_and_can_be_narrowed_to_a_region(run: "Run") -> None:
    assert "P4 LRS" in run("prices").out
    assert "P4 LRS" not in run("prices", "--region", "westus2").out


def test_a_price_file_of_ones_own_wins(run: "Run", write: Write, portal_vm: list[Any]) -> None:
    own = {
        "format": "hotdish-freevm-prices",
        "version": 1,
        "prices": [
            {
                "meter": "P4 LRS",
                "region": "eastus",
                "currency": "USD",
                "price": "1",
                "unit": "month",
                "read": "2026-11-01",
                "source": "me",
            }
        ],
    }

    answer = run("check", write("vm.json", portal_vm), "--json", "--prices", write("own.json", own))

    assert answer.json["totals"]["today"] == "4.65"


def test_in_another_currency_a_bill_without_prices_is_unknown(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    answer = run("check", write("vm.json", portal_vm), "--json", "--currency", "EUR")

    assert answer.json["currency"] == "EUR"
    assert answer.json["prices_dated"] is None
    assert len(answer.json["unknown"]) == 2
    assert answer.code == 1


@pytest.mark.parametrize(
    "content", ["{", {}, {"format": "x"}, {"format": "hotdish-freevm-prices", "prices": [{}]}]
)
def test_a_broken_price_file_says_how_to_go_on(
    run: "Run", write: Write, portal_vm: list[Any], content: Any
) -> None:
    answer = run("check", write("vm.json", portal_vm), "--prices", write("own.json", content))

    assert answer.code == 1
    assert "Delete it, or make it anew: hotdish-freevm prices --refresh" in answer.err


def test_a_price_file_that_is_not_there_is_told(run: "Run", tmp_path: Path) -> None:
    answer = run("check", tmp_path / "x", "--prices", tmp_path / "no.json")

    assert answer.code == 2  # the input is looked at first
    rules = Path(__file__).parent / "rules" / "AZF001.fires.json"
    assert "There is no price file" in run("check", rules, "--prices", tmp_path / "no.json").err
