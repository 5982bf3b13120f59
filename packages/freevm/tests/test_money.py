"""The bill: the four totals, the allowances, and what is not known."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotdish_freevm.allowances import Demand, allot
from hotdish_freevm.bill import make_bill
from hotdish_freevm.model import Disk, Inventory, Place, Resource, VirtualMachine
from hotdish_freevm.money import total
from hotdish_freevm.offer import FREE_SIZES
from hotdish_freevm.prices import PriceBook, load_prices
from hotdish_freevm.report import make_report
from hotdish_freevm.rules.rule import Severity
from hotdish_freevm.window import FreeWindow

if TYPE_CHECKING:
    from packages.freevm.tests.conftest import Run

Write = Callable[[str, Any], Path]
CASES = Path(__file__).parent / "rules"


def test_the_vm_that_the_portal_makes_costs_8_93_and_3_65_once_repaired(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    """30 GiB is P4 (5.28), the address 3.65; after the year the repaired disk costs 4.00 more."""
    answer = run("check", write("vm.json", portal_vm), "--json")

    assert answer.code == 1
    assert answer.json["totals"] == {
        "today": "8.93",
        "repaired": "3.65",
        "after_free_year": "16.52",
        "after_free_year_repaired": "20.52",
    }
    assert answer.json["currency"] == "USD"
    assert answer.json["prices_dated"] == "2026-11-24"
    assert answer.json["unknown"] == []


def test_a_report_warns_that_the_repair_is_dearer_after_the_free_year(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    notes = run("check", write("vm.json", portal_vm), "--json").json["notes"]

    assert (
        "The repair saves 5.28 a month in the free year and costs 4.00 a month more after it; "
        "a disk cannot be shrunk again"
    ) in notes


def test_after_the_free_year_nothing_is_allotted_and_nothing_is_repaired(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    answer = run("check", write("vm.json", portal_vm), "--json", "--free-until", "2026-11-23")

    totals = answer.json["totals"]
    assert totals["today"] == totals["repaired"] == totals["after_free_year"] == "16.52"
    assert {"AZF001", "AZF016"} <= answer.rules
    assert answer.json["free_year"] == {"state": "over", "until": "2026-11-23"}


def test_the_last_day_of_the_free_year_is_still_free(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    answer = run("check", write("vm.json", portal_vm), "--json", "--free-until", "2026-11-24")

    assert answer.json["free_year"]["state"] == "confirmed"
    assert answer.json["totals"]["today"] == "8.93"


def test_a_price_says_which_region_stands_in_for_it(
    run: "Run", write: Write, portal_vm: list[Any]
) -> None:
    prices = run("check", write("vm.json", portal_vm), "--json").json["prices"]

    stand_ins = {p["meter"]: p["stands_in"] for p in prices}
    assert stand_ins == {
        "P4 LRS": False,
        "P6 LRS": True,
        "Standard IPv4": False,
        "Standard_B1s": False,
    }
    assert all(p["read"] and p["region"] and p["source"] for p in prices)


def test_two_vms_around_the_clock_pay_710_hours(run: "Run") -> None:
    """1460 - 750 = 710 hours, at 0.0094 an hour."""
    answer = run("check", CASES / "AZF007.fires.json", "--json")

    assert answer.json["totals"]["today"] == "6.67"


def test_each_subscription_has_its_own_allowance(run: "Run", write: Write) -> None:
    text = (CASES / "AZF007.fires.json").read_text("utf-8")
    second = text.replace("/s1/", "/s2/")

    answer = run("check", write("one.json", text), write("two.json", second), "--json")

    assert answer.json["totals"]["today"] == "13.35"


def test_two_vms_of_two_free_sizes_say_that_pages_disagree(run: "Run", write: Write) -> None:
    text = (CASES / "AZF007.fires.json").read_text("utf-8")
    mixed = text.replace("Standard_B2ats_v2", "Standard_B1s", 1)

    findings = run("check", write("vms.json", mixed), "--json").json["findings"]

    (hours,) = (f for f in findings if f["rule"] == "AZF007")
    assert "if Azure counts them per size" in hours["message"]


def test_a_missing_price_makes_a_total_the_least_and_not_free(run: "Run", write: Write) -> None:
    text = (CASES / "AZF006.fires.json").read_text("utf-8").replace("B2ms", "D2s_v5")

    answer = run("check", write("vm.json", text), "--json")

    assert answer.code == 1
    assert answer.json["findings"][0]["monthly"] is None
    assert answer.json["unknown"][0]["what"] == "the price of Standard_D2s_v5"
    assert "Not free" in run("check", write("vm.json", text)).out


def test_expected_traffic_is_charged_beyond_100_gb(run: "Run") -> None:
    answer = run("check", CASES / "AZF021.fires.json", "--json", "--egress-gb", "150")

    assert answer.json["totals"]["today"] == "4.35"
    assert answer.json["totals"]["after_free_year"] == "20.49"


@pytest.mark.parametrize("case", sorted(CASES.glob("*.json")), ids=lambda p: p.stem)
def test_every_charge_on_the_bill_is_explained_by_a_finding(case: Path, run: "Run") -> None:
    """What a bill adds up must be found in the findings: no amount without a reason."""
    answer = run("check", case, "--json", "--egress-gb", "150")

    charged = {f["resource"] for f in answer.json["findings"] if f["severity"] == "charge"}
    if answer.json["totals"]["today"] != "0.00":
        assert charged


amounts = st.decimals(0, 10_000, places=2)
demands = st.lists(st.tuples(amounts, amounts), max_size=12).map(
    lambda rows: [Demand(str(n), quantity, worth) for n, (quantity, worth) in enumerate(rows)]
)


@given(amounts, demands)
def test_never_more_than_the_pool_is_allotted(pool: Decimal, wanted: list[Demand]) -> None:
    shares = allot(pool, wanted)

    assert total(shares.values()) == min(pool, total(d.quantity for d in wanted))
    assert all(0 <= shares[d.key] <= d.quantity for d in wanted)


@given(amounts, demands)
def test_no_other_allotment_would_save_more(pool: Decimal, wanted: list[Demand]) -> None:
    """Moving a share from the dearer to the cheaper one never saves anything."""
    shares = allot(pool, wanted)

    for dear in wanted:
        for cheap in wanted:
            if dear.worth > cheap.worth and shares[dear.key] < dear.quantity:
                assert shares[cheap.key] == 0


PLACE = Place("made up")


def a_disk(number: int, size: int, sku: str, subscription: str) -> Disk:
    return Disk(
        key=f"{subscription}/disk{number}",
        name=f"disk{number}",
        kind="Microsoft.Compute/disks",
        region="eastus",
        subscription=subscription,
        place=PLACE,
        size_gib=size,
        sku=sku,
    )


def a_vm(number: int, size: str, power: str, subscription: str) -> VirtualMachine:
    return VirtualMachine(
        key=f"{subscription}/vm{number}",
        name=f"vm{number}",
        kind="Microsoft.Compute/virtualMachines",
        region="eastus",
        subscription=subscription,
        place=PLACE,
        size=size,
        power=power,
        os="linux",
    )


subscriptions = st.sampled_from(("s1", "s2"))
disks = st.builds(
    a_disk,
    st.integers(0, 6),
    st.sampled_from((4, 30, 33, 64, 65, 128)),
    st.sampled_from(("Premium_LRS", "StandardSSD_LRS", "Standard_LRS")),
    subscriptions,
)
vms = st.builds(
    a_vm,
    st.integers(0, 6),
    st.sampled_from((*FREE_SIZES, "Standard_B2ms")),
    st.sampled_from(("running", "stopped", "deallocated")),
    subscriptions,
)
inventories = st.lists(st.one_of(disks, vms), max_size=14).map(
    lambda found: Inventory({r.key: r for r in found})
)


@given(inventories)
def test_a_bill_never_gives_more_away_than_each_subscription_has(inventory: Inventory) -> None:
    bill = make_bill(inventory, PriceBook(load_prices()), is_free_year=True)

    for subscription in ("s1", "s2"):
        own = [n for n in bill.lines if n.key.startswith(subscription)]
        assert total(n.free for n in own if n.pool == "VM hours") <= 750
        assert total(n.free for n in own if n.pool == "P6 disks") <= 2
        assert all(n.free == 0 for n in own if n.pool is None)


@given(inventories)
def test_the_free_year_never_costs_more_than_what_follows(inventory: Inventory) -> None:
    report = make_report(inventory, PriceBook(load_prices()), FreeWindow(), date(2026, 11, 24))

    assert report.bills.today.total <= report.bills.after.total
    assert report.bills.repaired.total <= report.bills.after_repaired.total


@given(inventories)
def test_each_charged_resource_has_a_finding_that_says_so(inventory: Inventory) -> None:
    report = make_report(inventory, PriceBook(load_prices()), FreeWindow(), date(2026, 11, 24))

    charged = {line.key for line in report.bills.today.lines if line.amount != 0}
    explained = {
        f.hit.resource.key
        for f in report.findings
        if f.severity is Severity.CHARGE and isinstance(f.hit.resource, Resource)
    }
    assert charged <= explained


# What no source tells is unknown, and unknown is not free.

ODD = {
    "a small disk set to tier P6": ("AZF004.fires", '"P10"', '"P6"', '"diskSizeGB": 64', "30"),
    "an address of version 6": ("AZF009.fires", '"IPv4"', '"IPv6"', "", ""),
    "a disk of an unknown kind": ("AZF001.silent", '"Premium_LRS"', "null", "", ""),
    "a disk billed by the GiB": ("AZF001.silent", '"Premium_LRS"', '"PremiumV2_LRS"', "", ""),
    "a snapshot of unknown size": ("AZF014.fires", '"diskSizeGB": 30', '"other": 30', "", ""),
    "an image with a plan": (
        "AZF001.silent",
        '"location"',
        '"plan": {"product": "x"}, "location"',
        "",
        "",
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_no_source_tells_is_unknown(run: "Run", write: Write, odd: str) -> None:
    case, old, new, other, size = ODD[odd]
    text = (CASES / f"{case}.json").read_text("utf-8").replace(old, new)
    text = text.replace(other, f'"diskSizeGB": {size}') if other else text

    answer = run("check", write("odd.json", text), "--json")

    assert answer.json["unknown"]
    assert answer.code in (1, 3)


def test_a_disk_left_over_is_named_though_it_is_one_of_the_free_ones(
    run: "Run", write: Write
) -> None:
    text = (CASES / "AZF005.silent.json").read_text("utf-8").replace("Attached", "Unattached")

    answer = run("check", write("left.json", text), "--json")

    (finding,) = (f for f in answer.json["findings"] if f["rule"] == "AZF010")
    assert (finding["severity"], finding["monthly"]) == ("warning", "0.00")


def test_a_size_that_only_some_call_free_is_not_taken_for_free(run: "Run", write: Write) -> None:
    text = (CASES / "AZF001.silent.json").read_text("utf-8").replace("B2ats_v2", "B2ts_v2")

    answer = run("check", write("vm.json", text), "--json")

    assert answer.code == 1
    assert "unconfirmed" in answer.out
