"""The command line: options, and which command they go to. No logic of its own."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from hotdish_freevm.commands.check import check
from hotdish_freevm.commands.fix import fix, resume, role, where
from hotdish_freevm.commands.prices import prices
from hotdish_freevm.commands.rules import explain, list_rules
from hotdish_freevm.commands.streams import say
from hotdish_freevm.commands.template import template
from hotdish_freevm.errors import (
    FreeVmError,
    InputError,
    RepairFailedError,
    VmStoppedError,
)
from hotdish_freevm.outputs import FORMATS
from hotdish_freevm.version import own_version

if TYPE_CHECKING:
    # argparse has no public name for it.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

EXAMPLES = """\
examples:
  az vm list -d -o json | hotdish-freevm check -
  hotdish-freevm check main.json main.parameters.json --free-until 2027-05-01
  hotdish-freevm check plan.json -o sarif --output-file freevm.sarif --fail-above 4
  hotdish-freevm explain AZF001

exit codes: 0 free as claimed, 1 something is charged, 2 wrong use or unreadable input,
  3 cannot be told, 4 the repair failed and the VM runs, 5 it failed and the VM is stopped
"""
EXIT_CODES: tuple[tuple[type[FreeVmError], int], ...] = (
    (VmStoppedError, 5),
    (RepairFailedError, 4),
    (InputError, 2),
    (FreeVmError, 1),
)


def main(arguments: Sequence[str] | None = None, today: date | None = None) -> int:
    """Run a command and give its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, today or datetime.now(tz=UTC).date()))
    except FreeVmError as error:
        say(f"hotdish-freevm: {error}")
        return next(code for kind, code in EXIT_CODES if isinstance(error, kind))
    except BrokenPipeError:
        # The reader (`| head`) has gone; Python would complain once more at exit.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        say("hotdish-freevm: stopped")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hotdish-freevm",
        description="Is the free Azure VM really free? In money, and repaired safely.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {own_version()}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_check(commands)
    _add_rules(commands)
    _add_prices(commands)
    _add_fix(commands)
    _add_azure(commands)
    return parser


def _add_check(commands: "Commands") -> None:
    parser = commands.add_parser(
        "check",
        help="check files, standard input or Azure itself",
        description="Inputs are recognised by what they hold: az ... list -o json, ARM templates "
        "(with their parameters files), what-if answers, Terraform plans, .tf and .bicep.",
    )
    parser.set_defaults(run=check)
    parser.add_argument("files", nargs="*", metavar="FILE", help="a file, or - for standard input")
    parser.add_argument("--live", action="store_true", help="ask Azure (needs the extra `live`)")
    parser.add_argument(
        "-g", "--resource-group", dest="group", metavar="RG", help="with --live: only this group"
    )
    parser.add_argument("-n", "--name", metavar="VM", help="with --live: only this VM")
    parser.add_argument("--subscription", metavar="ID", help="with --live: which subscription")
    parser.add_argument(
        "--parameters",
        action="append",
        default=[],
        metavar="FILE",
        help="parameters of an ARM template; a parameters file among the inputs does as well",
    )
    parser.add_argument(
        "--free-until", type=_date, metavar="DATE", help="last day of the free year, 2027-05-01"
    )
    parser.add_argument("--region", metavar="R", help="where the input names no region: eastus")
    parser.add_argument("--currency", default="USD", metavar="C", help="currency of the prices")
    parser.add_argument("--prices", type=Path, metavar="FILE", help="a price file of your own")
    parser.add_argument(
        "--egress-gb", type=_amount, metavar="N", help="traffic out that you expect in a month"
    )
    parser.add_argument(
        "-o", "--output", choices=FORMATS, default="table", help="how to write the report"
    )
    parser.add_argument(
        "--fail-on",
        choices=("charge", "unknown", "warning", "never"),
        default="unknown",
        help="what makes the exit code other than 0: charges only; unknown values too (the "
        "default); warnings too; nothing",
    )
    parser.add_argument(
        "--fail-above",
        type=_amount,
        metavar="AMOUNT",
        help="accept charges up to this total a month (4 accepts one IPv4 address)",
    )
    _add_output(parser)


def _add_rules(commands: "Commands") -> None:
    parser = commands.add_parser("rules", help="list the rules")
    parser.set_defaults(run=list_rules)
    parser.add_argument("--markdown", action="store_true", help="as the page of the guide")
    _add_output(parser)
    parser = commands.add_parser("explain", help="tell all about one rule")
    parser.set_defaults(run=explain)
    parser.add_argument("rule", metavar="RULE", help="AZF001")
    _add_output(parser)


def _add_prices(commands: "Commands") -> None:
    parser = commands.add_parser("prices", help="show the prices in use, or fetch new ones")
    parser.set_defaults(run=prices)
    parser.add_argument("--refresh", action="store_true", help="fetch them from Azure")
    parser.add_argument(
        "--region", action="append", dest="regions", metavar="R", help="only this one (repeatable)"
    )
    parser.add_argument("--currency", default="USD", metavar="C", help="USD, EUR, GBP ...")
    _add_output(parser)


def _add_fix(commands: "Commands") -> None:
    parser = commands.add_parser(
        "fix",
        help="make one VM's OS disk the free P6",
        description="Snapshot, deallocate, grow to 64 GiB, start. Shows the plan in money and "
        "asks. Never shrinks, never deletes, touches the VM named and nothing else.",
    )
    parser.set_defaults(run=fix)
    parser.add_argument("vm", metavar="VM")
    parser.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--mode",
        choices=("grow", "tier"),
        default="grow",
        help="grow the disk, or (experimental) only set its tier to P6, without a stop",
    )
    parser.add_argument(
        "--snapshot",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="make a snapshot before (billed until you delete it)",
    )
    parser.add_argument(
        "--free-until", type=_date, metavar="DATE", help="last day of the free year"
    )
    parser.add_argument(
        "--i-know", action="store_true", help="repair although the free year is not confirmed"
    )
    _add_repair(parser)
    parser = commands.add_parser("resume", help="go on with a repair that was interrupted")
    parser.set_defaults(run=resume)
    parser.add_argument("vm", metavar="VM", nargs="?", help="the only one under way if not named")
    _add_repair(parser)


def _add_repair(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--start-timeout",
        type=float,
        default=30.0,
        metavar="MIN",
        help="how many minutes to go on trying to start the VM (30)",
    )
    _add_subscription(parser)


def _add_subscription(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-g", "--resource-group", dest="group", metavar="RG")
    parser.add_argument("--subscription", metavar="ID", help="if you have several")


def _add_azure(commands: "Commands") -> None:
    parser = commands.add_parser("template", help="print an ARM template that needs no repair")
    parser.set_defaults(run=template)
    parser.add_argument("--output-file", type=Path, metavar="FILE", help="write it into a file")
    parser = commands.add_parser("role", help="print the least that `fix` must be allowed")
    parser.set_defaults(run=role)
    _add_subscription(parser)
    parser = commands.add_parser("where", help="list the regions that offer a free size now")
    parser.set_defaults(run=where)
    parser.add_argument("--region", metavar="R", help="only this one")
    parser.add_argument("--json", action="store_true", help="for other programs")
    _add_subscription(parser)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for other programs")
    parser.add_argument("--output-file", type=Path, metavar="FILE", help="write it into a file")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is no date: write 2027-05-01"
        raise argparse.ArgumentTypeError(msg) from None


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        msg = f"{text!r} is no amount: write 4 or 4.50"
        raise argparse.ArgumentTypeError(msg)
    return amount
