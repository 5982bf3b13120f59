"""`check`: read inputs, run the rules, make the bills, say what is found."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hotdish_freevm.arm import ArmResource
from hotdish_freevm.commands.streams import say, write_out
from hotdish_freevm.errors import InputError
from hotdish_freevm.inputs import read_inputs
from hotdish_freevm.inventory import build_inventory
from hotdish_freevm.kinds import CHARGED_KINDS
from hotdish_freevm.live.reading import read_live
from hotdish_freevm.model import Interface, Inventory, Resource, Subnet
from hotdish_freevm.money import ZERO
from hotdish_freevm.outputs import FORMATS
from hotdish_freevm.prices import PriceBook, load_prices
from hotdish_freevm.report import Report, make_report
from hotdish_freevm.rules.rule import Severity
from hotdish_freevm.window import FreeWindow

FREE, FOUND, UNKNOWN = 0, 1, 3


def check(options: Namespace, today: date) -> int:
    """Check files, standard input, or Azure itself."""
    window = FreeWindow()
    if options.live:
        arm_resources, window = _read_azure(options, today)
    else:
        if not options.files:
            msg = "Nothing to check. Give files, - for standard input, or --live"
            raise InputError(msg)
        arm_resources = read_inputs(options.files, options.parameters, options.region)
    if options.free_until:
        window = FreeWindow.told(options.free_until, today)
    inventory = build_inventory(arm_resources, options.region)
    _refuse_something_else(inventory, options.files)
    prices = PriceBook(load_prices(options.prices), options.currency)
    egress = Decimal(options.egress_gb or ZERO)
    report = make_report(inventory, prices, window, today, egress)
    _write(options, report)
    return exit_code(report, options.fail_on, options.fail_above)


def exit_code(report: Report, fail_on: str, fail_above: Decimal | None) -> int:
    """Give 0 for free as claimed, 1 for findings that matter, 3 where it cannot be told."""
    if fail_on == "never":
        return FREE
    if fail_above is not None:
        fails = report.bills.today.total > fail_above
    else:
        fails = bool(report.charges)
    if fail_on == "warning":
        fails = fails or any(f.severity is Severity.WARNING for f in report.findings)
    if fails:
        return FOUND
    return UNKNOWN if report.unknown and fail_on != "charge" else FREE


def _write(options: Namespace, report: Report) -> None:
    text = FORMATS["json" if options.json else options.output](report)
    write_out(text, options.output_file)
    for rule in report.old_rules:
        say(f"{rule.id}: its source was last read {rule.source.read}, more than a year ago")


def _read_azure(options: Namespace, today: date) -> tuple[Sequence[ArmResource], FreeWindow]:
    return read_live(options, today)


def _refuse_something_else(inventory: Inventory, files: Sequence[str]) -> None:
    """A template without anything of a VM is a slip: the answer "free" would mislead."""
    resources = inventory.resources.values()
    if any(_concerns_us(resource) for resource in resources):
        return
    if not resources and not inventory.free_kinds and not inventory.unread:
        return
    kinds = sorted({r.kind for r in resources if type(r) is Resource}) or ["none that is charged"]
    msg = (
        f"{', '.join(files)}: no VM, disk, address or snapshot in it, so there is nothing to check "
        f"(it holds: {', '.join(kinds)})"
    )
    raise InputError(msg)


def _concerns_us(resource: Resource) -> bool:
    is_typed = type(resource) not in (Resource, Interface, Subnet)
    return is_typed or resource.kind.lower() in CHARGED_KINDS
