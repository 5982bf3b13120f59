"""The repair as a reconcile: look, do what is missing, look again. Killed, it is taken up again.

Order: journal, tag, snapshot, deallocate, grow, start, verify, tag off, journal off.
Whatever fails before the start, the start is tried all the same, for as long as it takes.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from hotdish_freevm.errors import AzureError, RepairFailedError, VmStoppedError
from hotdish_freevm.offer import FREE_DISK_GIB, FREE_TIER
from hotdish_freevm.repair.interruptions import InterruptedRepairError, Interruptions
from hotdish_freevm.repair.journal import TAG, Journal, Memo, memo_of_tags
from hotdish_freevm.repair.state import Machine, Observed

T = TypeVar("T")

_MOST_TRIES = 5
_LONGEST_PAUSE_S = 60.0
_TRANSIENT_STATUS = (0, 408, 409, 429, 500, 502, 503, 504)
_TRANSIENT_CODES = frozenset(
    (
        "Conflict",
        "InternalExecutionError",
        "InternalServerError",
        "NetworkingInternalOperationError",
        "OperationNotAllowed",
        "OperationPreempted",
        "RetryableError",
    )
)
_HOPELESS_STATUS = (401, 403, 404)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on trying, and how to pass the time in between."""

    start_timeout_s: float = 1800.0
    backoff_s: float = 2.0
    now: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    def wait(self, n_tries: int) -> None:
        """Pause longer from try to try, up to a minute."""
        self.pause(min(self.backoff_s * 2**n_tries, _LONGEST_PAUSE_S))


class Repair:
    """One repair of one VM."""

    def __init__(
        self, machine: Machine, journal: Journal, say: Callable[[str], None], patience: Patience
    ) -> None:
        """Keep what the repair works with; nothing is done yet."""
        self.machine = machine
        self.journal = journal
        self.say = say
        self.patience = patience

    def under_way(self, vm: Observed) -> Memo | None:
        """Give what is remembered of a repair that was begun earlier, from file or tag."""
        return self.journal.read() or memo_of_tags(vm.tags)

    def run(self, memo: Memo) -> Observed:
        """Repair, or go on with a repair; give the VM as it is at the end.

        Raises:
            RepairFailedError: It did not succeed, and the VM is as it was before.
            VmStoppedError: The VM could not be started again.
        """
        failure: Exception | None = None
        with Interruptions(self.say) as interruptions:
            try:
                self._remember(memo)
                self._change(memo)
            except (AzureError, InterruptedRepairError) as error:
                failure = error
            interruptions.shield()
            vm = self._start_again(memo)
            self._forget(vm)
        if failure is not None:
            raise RepairFailedError(_failed(vm, failure)) from failure
        self._verify(vm)
        return vm

    def _remember(self, memo: Memo) -> None:
        self.journal.write(memo)
        vm = self._patiently(self.machine.observe)
        if TAG not in vm.tags:
            tags = {**vm.tags, TAG: memo.as_tag()}
            self._patiently(lambda: self.machine.write_tags(tags))

    def _change(self, memo: Memo) -> None:
        name = memo.snapshot
        if name and not self._patiently(lambda: self.machine.has_snapshot(name)):
            self.say(f"snapshot {name}")
            self._patiently(lambda: self.machine.make_snapshot(name))
        vm = self._settled()
        if vm.has_free_disk:
            return
        if memo.mode == "tier":
            self.say(f"set the disk to tier {FREE_TIER}")
            self._patiently(lambda: self.machine.set_tier(FREE_TIER))
            return
        if vm.power != "deallocated":
            self.say("deallocate")
            self._patiently(self.machine.deallocate)
        self.say(f"grow the disk to {FREE_DISK_GIB} GiB")
        self._patiently(lambda: self.machine.grow_disk(FREE_DISK_GIB))

    def _settled(self) -> Observed:
        """Wait until no earlier stop or start is under way: one run may have been killed in it."""
        deadline = self.patience.now() + self.patience.start_timeout_s
        n_tries = 0
        vm = self._patiently(self.machine.observe)
        while vm.is_in_transit and self.patience.now() < deadline:
            self.patience.wait(n_tries)
            n_tries += 1
            vm = self._patiently(self.machine.observe)
        return vm

    def _start_again(self, memo: Memo) -> Observed:
        """Start the VM if it ran before; go on for as long as `start_timeout_s` says."""
        deadline = self.patience.now() + self.patience.start_timeout_s
        n_tries = 0
        while True:
            try:
                vm = self._settled()
                if vm.power == "running" or not memo.was_running:
                    return vm
                self.say("start")
                self.machine.start()
                return self.machine.observe()
            except AzureError as error:
                if error.status in _HOPELESS_STATUS or self.patience.now() >= deadline:
                    raise VmStoppedError(self._ways_out(error)) from error
                self.say(f"not started yet ({error}); trying again")
            self.patience.wait(n_tries)
            n_tries += 1

    def _forget(self, vm: Observed) -> None:
        """Take tag and journal away; a tag that stays does no harm, so it never fails a repair."""
        if TAG in vm.tags:
            tags = {key: value for key, value in vm.tags.items() if key != TAG}
            try:
                self._patiently(lambda: self.machine.write_tags(tags))
            except AzureError as error:
                self.say(f"The tag {TAG} could not be taken off ({error}); delete it by hand")
        self.journal.remove()

    def _verify(self, vm: Observed) -> None:
        vm = self._patiently(self.machine.observe)
        if not vm.has_free_disk and vm.disk_tier != FREE_TIER:
            msg = (
                f"{vm.name} runs, but its disk is {vm.disk_gib} GiB, tier {vm.disk_tier}, and not "
                f"a {FREE_TIER}. Look at it: az disk show -g {vm.group} -n {vm.disk}"
            )
            raise RepairFailedError(msg)

    def _patiently(self, request: Callable[[], T]) -> T:
        """Run a request again while Azure says that it may go better next time."""
        for n_tries in range(_MOST_TRIES):
            try:
                return request()
            except AzureError as error:
                if n_tries == _MOST_TRIES - 1 or not is_transient(error):
                    raise
            self.patience.wait(n_tries)
        msg = "no try is left"
        raise AssertionError(msg)

    def _ways_out(self, error: AzureError) -> str:
        vm = self.journal.vm_id
        return (
            f"THE VM IS STOPPED. Azure did not start it: {error}\n"
            "Three ways out:\n"
            f"  1. Wait for capacity and go on: hotdish-freevm resume {_name(vm)}\n"
            "  2. Take another free size (B1s, B2ats v2; Arm: B2pts v2), then go on:\n"
            f"     az vm resize --ids {vm} --size Standard_B1s\n"
            "  3. Build it in another zone or region from a snapshot of its disk:\n"
            "     az snapshot create, az disk create --source, az vm create --attach-os-disk"
        )


def is_transient(error: AzureError) -> bool:
    """Tell whether the same request may succeed a little later."""
    return error.code in _TRANSIENT_CODES or error.status in _TRANSIENT_STATUS


def _failed(vm: Observed, failure: Exception) -> str:
    if isinstance(failure, InterruptedRepairError):
        reason = f"Stopped by {failure}"
    else:
        reason = f"The repair failed: {failure}"
    return (
        f"{reason}. {vm.name} is {vm.power}, its disk has {vm.disk_gib} GiB "
        f"(tier {vm.disk_tier}). Nothing is left half done; run fix again when it suits"
    )


def _name(vm_id: str) -> str:
    return vm_id.rsplit("/", 1)[-1]
