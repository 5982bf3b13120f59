"""`fix`, `resume`, `role`, `where`: the commands that ask Azure, and two of them change it."""

import json
import sys
from argparse import Namespace
from contextlib import closing
from datetime import date

from hotdish_freevm.commands.streams import say, write_out
from hotdish_freevm.errors import InputError, RefusedError
from hotdish_freevm.inventory import build_inventory
from hotdish_freevm.live.connection import Azure, Settings, connect
from hotdish_freevm.live.machine import AzureMachine, find_machine
from hotdish_freevm.live.reading import of_vm, read_resources, read_window
from hotdish_freevm.live.regions import offered_sizes
from hotdish_freevm.offer import FREE_DISK_GIB, FREE_TIER
from hotdish_freevm.outputs.table import write_totals
from hotdish_freevm.outputs.words import dearer_note, price_notes
from hotdish_freevm.prices import PriceBook, load_prices
from hotdish_freevm.repair.journal import Journal, Memo, unfinished
from hotdish_freevm.repair.preflight import refusals, warnings
from hotdish_freevm.repair.reconcile import Patience, Repair
from hotdish_freevm.repair.role import role_definition
from hotdish_freevm.repair.state import Observed
from hotdish_freevm.report import make_report
from hotdish_freevm.window import FreeWindow

_LONGEST_NAME = 80


def fix(options: Namespace, today: date) -> int:
    """Make one VM's OS disk the free P6: show the plan in money, ask, do it."""
    with closing(connect(Settings.from_environment(), options.subscription)) as azure:
        return _fix(azure, options, today)


def _fix(azure: Azure, options: Namespace, today: date) -> int:
    machine = find_machine(azure, options.vm, options.group)
    vm = machine.observe()
    repair = _repair(machine, vm, options)
    memo = repair.under_way(vm)
    if memo is not None:
        say(f"A repair of {vm.name} was begun and not finished; going on with it")
        return 0 if options.dry_run else _go_on(repair, memo)
    if vm.has_free_disk:
        say(f"Nothing to do: the disk of {vm.name} is {vm.disk_gib} GiB, tier {vm.disk_tier}")
        return 0
    window = _window(azure, options, today)
    _refuse(machine, vm, window, options)
    memo = _memo(vm, options)
    _show_plan(azure, vm, memo, window, today)
    if options.dry_run:
        return 0
    _ask(vm, options)
    return _go_on(repair, memo)


def resume(options: Namespace, _today: date) -> int:
    """Go on with a repair that was interrupted."""
    if not options.vm:
        begun = unfinished()
        if not begun:
            say("Nothing to resume: no repair is under way on this computer")
            return 0
        if len(begun) > 1:
            msg = f"Several repairs are under way. Name the VM: {', '.join(begun)}"
            raise InputError(msg)
        options.vm, options.subscription, options.group = _parts(begun[0])
    with closing(connect(Settings.from_environment(), options.subscription)) as azure:
        machine = find_machine(azure, options.vm, options.group)
        vm = machine.observe()
        repair = _repair(machine, vm, options)
        memo = repair.under_way(vm)
        if memo is not None:
            return _go_on(repair, memo)
    say(f"Nothing to resume: no repair of {vm.name} is under way (it is {vm.power})")
    return 0


def role(options: Namespace, _today: date) -> int:
    """Print the least-privilege role."""
    write_out(role_definition(options.subscription or "SUBSCRIPTION", options.group))
    return 0


def where(options: Namespace, _today: date) -> int:
    """List the regions in which a free size can be made now."""
    with closing(connect(Settings.from_environment(), options.subscription)) as azure:
        regions = offered_sizes(azure, options.region)
    if options.json:
        write_out(json.dumps(regions, indent=2) + "\n")
    else:
        write_out("".join(f"{r:<22} {', '.join(s) or 'none now'}\n" for r, s in regions.items()))
    return 0 if any(regions.values()) else 1


def _repair(machine: AzureMachine, vm: Observed, options: Namespace) -> Repair:
    patience = Patience(options.start_timeout * 60, machine.azure.settings.poll_s)
    return Repair(machine, Journal(vm.id), say, patience)


def _go_on(repair: Repair, memo: Memo) -> int:
    vm = repair.run(memo)
    say(f"Done: {memo.gib} -> {vm.disk_gib} GiB, tier {vm.disk_tier}; {vm.name} is {vm.power}")
    if memo.snapshot:
        say(
            "The snapshot is billed until you delete it: "
            f"az snapshot delete -g {vm.group} -n {memo.snapshot}"
        )
    say("The bill shows it a day or two later; check again: hotdish-freevm check --live")
    return 0


def _window(azure: Azure, options: Namespace, today: date) -> FreeWindow:
    if options.free_until:
        return FreeWindow.told(options.free_until, today)
    return read_window(azure, today)


def _refuse(machine: AzureMachine, vm: Observed, window: FreeWindow, options: Namespace) -> None:
    around = machine.surroundings(vm)
    reasons = list(refusals(vm, around, window, mode=options.mode, knows=options.i_know))
    if reasons:
        msg = f"{vm.name} is not touched: {'; '.join(reasons)}"
        raise RefusedError(msg)
    for warning in warnings(vm, around, mode=options.mode):
        say(f"Note: {warning}")


def _memo(vm: Observed, options: Namespace) -> Memo:
    name = f"{vm.disk}-{vm.disk_gib}-gib"[-_LONGEST_NAME:].lstrip("-_.")
    wants_snapshot = options.snapshot and options.mode == "grow"
    return Memo(vm.is_running, vm.disk_gib, options.mode, name if wants_snapshot else None)


def _show_plan(azure: Azure, vm: Observed, memo: Memo, window: FreeWindow, today: date) -> None:
    resources = of_vm(read_resources(azure, vm.group), vm.name)
    prices = PriceBook(load_prices())
    report = make_report(build_inventory(resources), prices, window, today)
    say(f"{vm.name} ({vm.group}, {vm.location}, {vm.size}, {vm.power}):")
    for number, step in enumerate(_steps(vm, memo), 1):
        say(f"  {number}. {step}")
    say(write_totals(report))
    for note in (dearer_note(report), *price_notes(report)):
        if note:
            say(f"{note}.")


def _steps(vm: Observed, memo: Memo) -> list[str]:
    steps = []
    if memo.snapshot:
        steps.append(f"snapshot {memo.snapshot} (about 0.05 USD a GB and month until deleted)")
    if memo.mode == "tier":
        return [f"set the disk {vm.disk} from tier {vm.disk_tier} to {FREE_TIER}; the VM runs on"]
    if vm.power != "deallocated":
        steps.append("deallocate (the VM is down from here)")
    steps.append(
        f"grow the disk {vm.disk} from {vm.disk_gib} to {FREE_DISK_GIB} GiB; there is no way back"
    )
    if memo.was_running:
        steps.append("start (the VM is up again; some minutes in all)")
    return steps


def _ask(vm: Observed, options: Namespace) -> None:
    if options.yes:
        return
    if not sys.stdin.isatty():
        msg = f"{vm.name} is not touched: there is nobody to ask. Give --yes to go ahead"
        raise RefusedError(msg)
    sys.stderr.write(f"Repair {vm.name}? Type its name to go ahead: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != vm.name:
        msg = f"{vm.name} is not touched, as you wish"
        raise RefusedError(msg)


def _parts(vm_id: str) -> tuple[str, str, str]:
    parts = vm_id.strip("/").split("/")
    return parts[-1], parts[1], parts[3]
