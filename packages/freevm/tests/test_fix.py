"""`fix` and `resume` against a fake Azure: the plan, the refusals, the faults, the kills."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotdish_freevm.repair.journal import TAG, Journal, Memo
from hotdish_freevm.repair.role import ACTIONS

if TYPE_CHECKING:
    from packages.freevm.tests.conftest import Run
    from packages.freevm.tests.fake_arm import FakeArm

# Azure's SDK leaves the socket of an answer that it tries again to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)

FIX = ("fix", "web", "--yes")
IN_ORDER = [
    ("PATCH", "/virtualMachines/web"),  # the tag
    ("PUT", "/snapshots/web_OsDisk-30-gib"),
    ("POST", "/virtualMachines/web/deallocate"),
    ("PATCH", "/disks/web_OsDisk"),
    ("POST", "/virtualMachines/web/start"),
    ("PATCH", "/virtualMachines/web"),  # the tag again
]


def assert_repaired(arm: "FakeArm") -> None:
    web, other = arm.vms["web"], arm.vms["other"]
    assert (web.gib, web.billed_tier, web.power) == (64, "P6", "running")
    assert web.tags == {"owner": "ann"}
    assert_left_alone(other)
    assert [r for r in arm.log if r.method == "DELETE"] == []


def assert_left_alone(vm: Any) -> None:
    assert (vm.gib, vm.power, vm.tags) == (30, "running", {"owner": "ann"})


def journals() -> list[Path]:
    folder = Path(os.environ["XDG_STATE_HOME"]) / "hotdish-freevm" / "repairs"
    return list(folder.glob("*"))


def test_a_vm_is_repaired_in_the_safe_order(run: "Run", arm: "FakeArm") -> None:
    answer = run(*FIX)

    assert answer.code == 0
    assert arm.changes == IN_ORDER
    assert_repaired(arm)
    assert journals() == []
    assert "Done: 30 -> 64 GiB, tier P6; web is running" in answer.err
    assert "az snapshot delete -g rg -n web_OsDisk-30-gib" in answer.err
    assert answer.out == ""


def test_the_plan_is_shown_in_money_before_anything_is_touched(run: "Run", arm: "FakeArm") -> None:
    answer = run("fix", "web", "--dry-run")

    assert answer.code == 0
    assert arm.changes == []
    assert "1. snapshot web_OsDisk-30-gib" in answer.err
    assert "2. deallocate (the VM is down from here)" in answer.err
    assert "3. grow the disk web_OsDisk from 30 to 64 GiB; there is no way back" in answer.err
    assert "4. start (the VM is up again" in answer.err
    assert "as it is" in answer.err
    assert "8.93" in answer.err
    assert "20.52" in answer.err
    assert "costs 4.00 a month more after it" in answer.err


def test_without_a_snapshot_none_is_made(run: "Run", arm: "FakeArm") -> None:
    answer = run(*FIX, "--no-snapshot")

    assert answer.code == 0
    assert arm.snapshots == {}
    assert_repaired(arm)


def test_the_snapshot_is_incremental_and_of_the_disk_before(run: "Run", arm: "FakeArm") -> None:
    run(*FIX)

    (snapshot,) = arm.snapshots.values()
    assert snapshot["properties"]["incremental"] is True
    assert snapshot["properties"]["creationData"]["sourceResourceId"] == arm.vms["web"].disk_id
    assert snapshot["tags"] == {"made-by": "hotdish-freevm"}


def test_a_second_run_has_nothing_to_do(run: "Run", arm: "FakeArm") -> None:
    run(*FIX)
    before = list(arm.changes)

    answer = run(*FIX)

    assert answer.code == 0
    assert "Nothing to do: the disk of web is 64 GiB, tier P6" in answer.err
    assert arm.changes == before


@pytest.mark.parametrize("power", ["deallocated", "stopped"])
def test_a_vm_that_did_not_run_is_not_started(run: "Run", arm: "FakeArm", power: str) -> None:
    arm.vms["web"].power = power

    answer = run(*FIX)

    assert answer.code == 0
    assert arm.vms["web"].gib == 64
    assert arm.vms["web"].power == "deallocated"
    assert ("POST", "/virtualMachines/web/start") not in arm.changes


def test_the_tier_mode_sets_the_tier_without_a_stop(run: "Run", arm: "FakeArm") -> None:
    answer = run(*FIX, "--mode", "tier")

    assert answer.code == 0
    assert ("PATCH", "/disks/web_OsDisk") in arm.changes
    assert ("POST", "/virtualMachines/web/deallocate") not in arm.changes
    assert (arm.vms["web"].gib, arm.vms["web"].tier) == (30, "P6")
    assert "experimental" in answer.err


def test_the_token_goes_in_a_header_and_is_never_printed(run: "Run", arm: "FakeArm") -> None:
    answer = run(*FIX)

    assert {r.authorization for r in arm.log} == {"Bearer secret-token"}
    assert "secret-token" not in answer.out + answer.err


# Asking


class Terminal:
    """Standard input with a person before it."""

    def __init__(self, reply: str) -> None:
        self.reply = reply

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self.reply


@pytest.mark.parametrize(("reply", "code"), [("web\n", 0), ("y\n", 1), ("\n", 1), ("", 1)])
def test_only_the_vms_name_goes_ahead(
    run: "Run", arm: "FakeArm", monkeypatch: pytest.MonkeyPatch, reply: str, code: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(reply))

    answer = run("fix", "web")

    assert answer.code == code
    assert (arm.changes != []) is (code == 0)


def test_where_nobody_can_be_asked_nothing_is_touched(
    run: "Run", arm: "FakeArm", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", open(os.devnull, encoding="utf-8"))  # noqa: PTH123, SIM115

    answer = run("fix", "web")
    sys.stdin.close()

    assert answer.code == 1
    assert "there is nobody to ask. Give --yes to go ahead" in answer.err
    assert arm.changes == []


# Refusing


def large(arm: "FakeArm") -> None:
    arm.vms["web"].gib = 128


def standard(arm: "FakeArm") -> None:
    arm.vms["web"].sku = "StandardSSD_LRS"


def shared(arm: "FakeArm") -> None:
    arm.vms["web"].shares = 2


def ephemeral(arm: "FakeArm") -> None:
    arm.vms["web"].ephemeral = True


def locked(arm: "FakeArm") -> None:
    arm.locks.append({"name": "keep", "properties": {"level": "ReadOnly"}})


def barred(arm: "FakeArm") -> None:
    arm.restrictions.append({"type": "Location", "reasonCode": "NotAvailableForSubscription"})


def barred_in_its_zone(arm: "FakeArm") -> None:
    arm.vms["web"].zones = ["2"]
    arm.restrictions.append(
        {
            "type": "Zone",
            "reasonCode": "NotAvailableForSubscription",
            "restrictionInfo": {"zones": ["1", "2"]},
        }
    )


def unconfirmed(arm: "FakeArm") -> None:
    arm.free_services.clear()


def unreadable(arm: "FakeArm") -> None:
    arm.forbidden |= {"freeServices", "locks"}


def over(arm: "FakeArm") -> None:
    arm.free_services[0]["properties"] = {"status": "Completed", "endAt": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        (large, "has 128 GiB, and a disk cannot be shrunk to 64"),
        (standard, "its disk is StandardSSD_LRS; free is Premium_LRS"),
        (shared, "its disk is shared with other VMs"),
        (ephemeral, "its OS disk is ephemeral"),
        (locked, "there is a lock 'keep' (ReadOnly) on it"),
        (barred, "Standard_B1s is not offered to this subscription in eastus now"),
        (barred_in_its_zone, "not offered to this subscription in zone 1, 2 now"),
        (unconfirmed, "the free year is not confirmed (the subscription's offer is FreeTrial"),
        (unreadable, "the free year is not confirmed"),
        (over, "the free year ended 2026-01-01"),
    ],
)
def test_a_repair_that_would_be_wrong_is_refused_and_nothing_is_touched(
    run: "Run", arm: "FakeArm", situation: Callable[["FakeArm"], None], reason: str
) -> None:
    situation(arm)

    answer = run(*FIX)

    assert answer.code == 1
    assert "web is not touched: " in answer.err
    assert reason in answer.err
    assert arm.changes == []
    assert journals() == []


@pytest.mark.parametrize(
    ("situation", "options"),
    [
        (unconfirmed, ("--i-know",)),
        (unconfirmed, ("--free-until", "2027-01-01")),
        (over, ("--i-know",)),
    ],
)
def test_who_knows_better_may_repair(
    run: "Run",
    arm: "FakeArm",
    situation: Callable[["FakeArm"], None],
    options: tuple[str, ...],
) -> None:
    situation(arm)

    assert run(*FIX, *options).code == 0
    assert_repaired(arm)


def test_a_spending_limit_is_named_where_the_year_is_not_confirmed(
    run: "Run", arm: "FakeArm"
) -> None:
    unconfirmed(arm)
    arm.spending_limit = "On"

    assert "the spending limit is on" in run(*FIX).err


def test_a_zone_that_is_barred_elsewhere_does_not_matter(run: "Run", arm: "FakeArm") -> None:
    barred_in_its_zone(arm)
    arm.vms["web"].zones = ["3"]
    arm.restrictions.append({"type": "Location", "reasonCode": "QuotaId"})

    assert run(*FIX).code == 0


def test_a_dynamic_address_and_unreadable_locks_are_warned_of(run: "Run", arm: "FakeArm") -> None:
    arm.ip_method = "Dynamic"
    arm.forbidden |= {"locks", "skus"}

    answer = run(*FIX)

    assert answer.code == 0
    assert "the address web is dynamic and will be another one afterwards" in answer.err
    assert "whether there are locks could not be read" in answer.err
    assert "whether Standard_B1s has capacity in eastus could not be read" in answer.err


def test_an_unknown_vm_is_told_with_the_known_ones(run: "Run", arm: "FakeArm") -> None:
    answer = run("fix", "wbe", "--yes")

    assert answer.code == 2
    assert "There is no VM 'wbe' in this subscription. There are: web, other" in answer.err


def test_a_name_in_two_groups_has_to_be_made_clear(run: "Run", arm: "FakeArm") -> None:
    twin = arm.vms["other"]
    twin.name = "web"

    answer = run(*FIX)

    assert answer.code == 2
    assert "Name the group: -g rg" in answer.err
    assert run(*FIX, "-g", "rg").code == 0


# Faults


@pytest.mark.parametrize(
    ("method", "last", "faults"),
    [
        ("POST", "deallocate", (503, 503)),
        ("POST", "deallocate", (409,)),
        ("POST", "deallocate", (429,)),
        ("POST", "deallocate", ("disconnect",)),
        ("POST", "deallocate", ("InternalServerError",)),
        ("PATCH", "web_OsDisk", (409, "disconnect", 503)),
        ("PATCH", "web", ("disconnect", 429)),
        ("PUT", "web_OsDisk-30-gib", (503, "disconnect")),
        ("POST", "start", (503, "disconnect", 409, 429)),
        ("POST", "start", ("AllocationFailed", "AllocationFailed")),
        ("GET", "web", ("disconnect", 503, 429)),
        ("GET", "web_OsDisk", ("disconnect", 503)),
    ],
)
def test_a_fault_that_passes_is_ridden_out(
    run: "Run", arm: "FakeArm", method: str, last: str, faults: tuple[int | str, ...]
) -> None:
    arm.fail(method, last, *faults)

    answer = run(*FIX, "-g", "rg")

    assert answer.code == 0, answer.err
    assert arm.faults[method, last] == []
    assert_repaired(arm)
    assert journals() == []


@pytest.mark.parametrize(
    ("method", "last"),
    [
        ("PUT", "web_OsDisk-30-gib"),
        ("POST", "deallocate"),
        ("PATCH", "web_OsDisk"),
    ],
)
@pytest.mark.parametrize("fault", [403, 503, "disconnect", "Broken"])
def test_a_step_that_fails_for_good_leaves_the_vm_running_and_exits_with_4(
    run: "Run", arm: "FakeArm", method: str, last: str, fault: int | str
) -> None:
    arm.fail(method, last, *[fault] * 200)

    answer = run(*FIX)

    assert answer.code == 4
    assert "The repair failed: Azure" in answer.err
    assert "web is running, its disk has 30 GiB (tier P4)" in answer.err
    assert_left_alone(arm.vms["web"])
    assert journals() == []


def test_a_vm_that_cannot_be_started_exits_with_5_and_three_ways_out(
    run: "Run", arm: "FakeArm"
) -> None:
    arm.fail("POST", "start", *["AllocationFailed"] * 200)

    answer = run(*FIX, "--start-timeout", "0")

    assert answer.code == 5
    assert "THE VM IS STOPPED" in answer.err
    assert "AllocationFailed" in answer.err
    for way in ("hotdish-freevm resume web", "az vm resize", "az disk create --source"):
        assert way in answer.err
    assert len(journals()) == 1
    assert TAG in arm.vms["web"].tags


def test_resume_starts_the_vm_once_there_is_capacity_again(run: "Run", arm: "FakeArm") -> None:
    arm.fail("POST", "start", *["AllocationFailed"] * 200)
    run(*FIX, "--start-timeout", "0")
    arm.faults.clear()

    answer = run("resume")

    assert answer.code == 0
    assert_repaired(arm)
    assert journals() == []


def test_an_azure_that_goes_away_after_the_stop_counts_as_stopped(
    run: "Run", arm: "FakeArm"
) -> None:
    arm.fail("PATCH", "web_OsDisk", 403)
    arm.fail("POST", "start", *[403] * 9)

    answer = run(*FIX)

    assert answer.code == 5
    assert "Azure did not start it: Azure answered 403" in answer.err


def test_a_tag_that_cannot_be_taken_off_does_not_fail_the_repair(
    run: "Run", arm: "FakeArm"
) -> None:
    arm.vms["web"].tags[TAG] = "someone else's"
    arm.fail("PATCH", "web", 403)

    answer = run(*FIX)

    assert answer.code == 0
    assert f"The tag {TAG} could not be taken off" in answer.err


# Being killed


ZYGOTE = """
import json, os, sys
import azure.core.rest, azure.core.exceptions, azure.mgmt.compute
from hotdish_freevm.cli import main
for line in sys.stdin:
    job = json.loads(line)
    pid = os.fork()
    if pid == 0:
        os.environ.update(job["env"])
        os.dup2(os.open(job["err"], os.O_WRONLY | os.O_CREAT), 2)
        os._exit(main(job["arguments"]))
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Zygote:
    """Processes that run the command, forked from one that has imported all: 20 times faster."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ZYGOTE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def fork(self, err: Path, *arguments: str) -> int:
        """Run the command in a process of its own and give its id."""
        assert self.process.stdin is not None
        job = {"env": dict(os.environ), "err": str(err), "arguments": arguments}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return self._number()

    def wait(self) -> int:
        """Wait for the end of the last process and give its exit code."""
        return self._number()

    def _number(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    made = Zygote()
    with made.process:
        yield made
        assert made.process.stdin is not None
        made.process.stdin.close()


Kill = Callable[..., tuple[int, str]]


@pytest.fixture
def kill_at(zygote: Zygote, arm: "FakeArm", tmp_path: Path) -> Kill:
    def kill(number: int, *, after: bool, how: int = signal.SIGKILL) -> tuple[int, str]:
        """Run `fix` and send a signal when its request of a number has come in."""
        arm.hold_at, arm.hold_after = number, after
        err = tmp_path / "err.txt"
        pid = zygote.fork(err, *FIX, "-g", "rg")
        assert arm.held.wait(120)
        os.kill(pid, how)
        if how != signal.SIGKILL:
            arm.release.set()
        code = zygote.wait()
        arm.release.set()
        return code, err.read_text("utf-8")

    return kill


def test_a_process_of_its_own_killed_after_the_stop_is_taken_up_again(
    run: "Run", arm: "FakeArm"
) -> None:
    """The whole command as a user starts it: nothing forked, nothing imported before."""
    arm.hold_at, arm.hold_after = nth_change(run, arm, 2), True
    command = [sys.executable, "-m", "hotdish_freevm", *FIX, "-g", "rg"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as child:
        assert arm.held.wait(120)
        child.kill()
    arm.release.set()

    assert child.returncode == -signal.SIGKILL
    assert_taken_up_again(run, arm)


def requests_of_a_whole_repair(run: "Run", arm: "FakeArm") -> int:
    assert run(*FIX, "-g", "rg").code == 0
    return len(arm.log)


N_REQUESTS = 46
"""How many requests a repair makes; a test below fails if this is not so."""


def test_the_kill_tests_reach_every_request_of_a_repair(run: "Run", arm: "FakeArm") -> None:
    assert requests_of_a_whole_repair(run, arm) == N_REQUESTS


def assert_taken_up_again(run: "Run", arm: "FakeArm") -> None:
    begun = bool(journals()) or TAG in arm.vms["web"].tags

    answer = run("resume", "web", "-g", "rg") if begun else run(*FIX, "-g", "rg")

    assert answer.code == 0, answer.err
    assert_repaired(arm)
    assert journals() == []


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, N_REQUESTS + 1))
def test_killed_before_any_request_a_repair_is_taken_up_again(
    run: "Run", arm: "FakeArm", kill_at: Kill, number: int
) -> None:
    """kill -9 while a request is on its way; Azure never acts on it."""
    kill_at(number, after=False)

    assert_taken_up_again(run, arm)


@pytest.mark.slow
@pytest.mark.parametrize("step", range(len(IN_ORDER)), ids=[path for _, path in IN_ORDER])
def test_killed_after_any_change_a_repair_is_taken_up_again(
    run: "Run", arm: "FakeArm", kill_at: Kill, step: int
) -> None:
    """kill -9 once Azure has acted, before its answer arrives."""
    kill_at(nth_change(run, arm, step), after=True)

    assert_taken_up_again(run, arm)


def nth_change(run: "Run", arm: "FakeArm", step: int) -> int:
    """Give the number of the request that makes a change, by a whole repair of a VM like it."""
    requests_of_a_whole_repair(run, arm)
    numbers = [n for n, request in enumerate(arm.log, 1) if request.changes]
    arm.vms["web"] = type(arm.vms["web"])("web")
    arm.snapshots.clear()
    arm.log.clear()
    return numbers[step]


@pytest.mark.slow
@pytest.mark.parametrize("step", range(1, 5))
def test_with_the_laptop_lost_the_tag_is_enough(
    run: "Run", arm: "FakeArm", kill_at: Kill, step: int
) -> None:
    kill_at(nth_change(run, arm, step), after=True)
    for path in journals():
        path.unlink()

    answer = run("resume", "web")

    assert answer.code == 0, answer.err
    assert_repaired(arm)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_after_the_stop_starts_the_vm_first(
    run: "Run", arm: "FakeArm", kill_at: Kill, how: signal.Signals
) -> None:
    stop = nth_change(run, arm, 2)

    code, err = kill_at(stop, after=True, how=how)

    assert code == 4
    assert f"Stopped by {how.name}. web is running, its disk has 30 GiB" in err
    assert_left_alone(arm.vms["web"])
    assert journals() == []


def test_fix_goes_on_with_a_repair_that_was_begun_without_asking_again(
    run: "Run", arm: "FakeArm"
) -> None:
    web = arm.vms["web"]
    Journal(web.id).write(Memo(was_running=True, gib=30, mode="grow", snapshot=None))
    web.power = "deallocated"

    answer = run("fix", "web")

    assert answer.code == 0
    assert "A repair of web was begun and not finished; going on with it" in answer.err
    assert_repaired(arm)


def test_a_stop_that_is_still_under_way_is_waited_for(run: "Run", arm: "FakeArm") -> None:
    """A run was killed while Azure was stopping the VM; Azure refuses a second stop with 409."""
    web = arm.vms["web"]
    Journal(web.id).write(Memo(was_running=True, gib=30, mode="grow", snapshot=None))
    arm.steps = 30
    arm.stop("web")

    answer = run("resume", "web")

    assert answer.code == 0, answer.err
    assert ("POST", "/virtualMachines/web/deallocate") not in arm.changes
    assert_repaired(arm)


def test_resume_without_a_repair_under_way_does_nothing(run: "Run", arm: "FakeArm") -> None:
    assert "Nothing to resume: no repair is under way on this computer" in run("resume").err
    assert "Nothing to resume: no repair of web is under way" in run("resume", "web").err
    assert arm.changes == []


def test_of_several_repairs_one_has_to_be_named(run: "Run", arm: "FakeArm") -> None:
    for vm in arm.vms.values():
        Journal(vm.id).write(Memo(was_running=True, gib=30, mode="grow", snapshot=None))

    answer = run("resume")

    assert answer.code == 2
    assert "Several repairs are under way. Name the VM" in answer.err
    assert arm.changes == []


def test_a_journal_that_cannot_be_read_is_not_guessed_at(run: "Run", arm: "FakeArm") -> None:
    journal = Journal(arm.vms["web"].id)
    journal.path.parent.mkdir(parents=True)
    journal.path.write_text("{", encoding="utf-8")

    answer = run(*FIX)

    assert answer.code == 2
    assert "cannot be read" in answer.err
    assert "Look whether the VM runs" in answer.err
    assert arm.changes == []


# Role, where


def test_the_role_allows_what_fix_does_and_no_delete(run: "Run") -> None:
    role = json.loads(run("role", "--subscription", "s1", "-g", "rg").out)

    assert role["Actions"] == list(ACTIONS)
    assert role["AssignableScopes"] == ["/subscriptions/s1/resourceGroups/rg"]
    assert not [a for a in role["Actions"] if "delete" in a or "*" in a]


def test_where_lists_the_free_sizes_that_a_region_offers(run: "Run", arm: "FakeArm") -> None:
    assert run("where").out.split() == ["eastus", "Standard_B1s,", "Standard_B2ats_v2"]

    barred(arm)

    assert json.loads(run("where", "--region", "eastus", "--json").out) == {
        "eastus": ["Standard_B2ats_v2"]
    }
