"""`check --live` against a fake Azure that the real SDK drives, and what may go wrong."""

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from packages.freevm.tests.conftest import Run
    from packages.freevm.tests.fake_arm import FakeArm

# Azure's SDK leaves the socket of an answer that it tries again to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)


def test_a_subscription_is_read_and_its_free_year_is_found(run: "Run", arm: "FakeArm") -> None:
    answer = run("check", "--live", "--json")

    assert answer.code == 1
    assert answer.json["free_year"] == {"state": "confirmed", "until": "2027-10-01"}
    # Two P4 disks, one address, 710 hours of B1s too many.
    assert answer.json["totals"]["today"] == "21.59"
    assert {"AZF001", "AZF007", "AZF009", "AZF017"} == answer.rules


def test_a_live_check_changes_nothing(run: "Run", arm: "FakeArm") -> None:
    run("check", "--live")

    assert arm.changes == []


def test_one_vm_is_checked_with_what_belongs_to_it(run: "Run", arm: "FakeArm") -> None:
    answer = run("check", "--live", "-g", "rg", "-n", "web", "--json")

    assert answer.json["totals"]["today"] == "8.93"
    assert run("check", "--live", "-n", "other", "--json").json["totals"]["today"] == "5.28"


def test_a_vm_that_is_not_there_is_told_with_those_that_are(run: "Run", arm: "FakeArm") -> None:
    answer = run("check", "--live", "-n", "wbe")

    assert answer.code == 2
    assert "There is no VM 'wbe'. There are: web, other" in answer.err


def test_other_resources_of_the_subscription_are_not_called_free(
    run: "Run", arm: "FakeArm"
) -> None:
    id_ = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Sql/servers/db"
    arm.more.append({"id": id_, "name": "db", "type": "Microsoft.Sql/servers"})

    unknown = run("check", "--live", "--json").json["unknown"]

    assert [u["resource"] for u in unknown] == ["db"]


def test_a_free_year_that_azure_does_not_tell_is_not_confirmed(run: "Run", arm: "FakeArm") -> None:
    arm.forbidden |= {"freeServices"}

    assert run("check", "--live", "--json").json["free_year"]["state"] == "unconfirmed"


def test_the_users_word_on_the_free_year_wins(run: "Run", arm: "FakeArm") -> None:
    answer = run("check", "--live", "--json", "--free-until", "2026-01-01")

    assert answer.json["free_year"] == {"state": "over", "until": "2026-01-01"}


def test_of_several_subscriptions_one_has_to_be_named(run: "Run", arm: "FakeArm") -> None:
    (only,) = arm.subscriptions
    arm.subscriptions = [only, "another"]

    answer = run("check", "--live")

    assert answer.code == 2
    assert f"2 subscriptions are visible ({only}, another). Name one: --subscription" in answer.err
    assert run("check", "--live", "--subscription", only).code == 1


def test_without_a_subscription_that_is_told(run: "Run", arm: "FakeArm") -> None:
    arm.subscriptions = []

    assert "0 subscriptions are visible. Name one" in run("check", "--live").err


def test_what_azure_refuses_is_told_without_a_traceback(run: "Run", arm: "FakeArm") -> None:
    arm.forbidden |= {"disks"}

    answer = run("check", "--live")

    assert answer.code == 1
    assert "Azure answered 403 AuthorizationFailed: no read access" in answer.err
    assert "Traceback" not in answer.err


def test_somebody_unknown_to_azure_is_told_to_sign_in(run: "Run", arm: "FakeArm") -> None:
    arm.fail("GET", "subscriptions", 401)

    answer = run("check", "--live")

    assert answer.code == 1
    assert "Sign in: az login" in answer.err


def test_an_azure_that_cannot_be_reached_is_told(
    run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTDISH_FREEVM_ARM_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("HOTDISH_FREEVM_POLL_S", "0")

    answer = run("check", "--live", "--subscription", "s")

    assert answer.code == 1
    assert "Azure cannot be reached" in answer.err


def test_a_token_is_sent_over_https_only(run: "Run", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTDISH_FREEVM_ARM_URL", "http://management.example.com")

    answer = run("check", "--live")

    assert answer.code == 2
    assert "a token is sent over https only" in answer.err


def test_without_the_extra_the_message_says_what_to_install(
    run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "azure.mgmt.compute", None)

    answer = run("check", "--live", "--subscription", "s")

    assert answer.code == 2
    assert "pip install 'hotdish-freevm[live]'" in answer.err


def test_a_poll_time_that_is_no_number_is_told(run: "Run", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTDISH_FREEVM_POLL_S", "soon")

    assert "HOTDISH_FREEVM_POLL_S is 'soon'" in run("check", "--live").err


@pytest.mark.parametrize(("module", "file"), [("hcl2", "x.tf"), ("pycep", "x.bicep")])
def test_without_an_extra_for_a_file_the_message_names_it(
    run: "Run", monkeypatch: pytest.MonkeyPatch, tmp_path: object, module: str, file: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    path = f"{tmp_path}/{file}"
    with open(path, "w", encoding="utf-8") as empty:  # noqa: PTH123
        empty.write("")

    answer = run("check", path)

    assert answer.code == 2
    assert "pip install 'hotdish-freevm[" in answer.err
