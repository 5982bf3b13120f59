"""Fixtures: the command run in this process, and inputs written as files."""

import gc
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotdish_freevm.cli import main

if TYPE_CHECKING:
    from packages.freevm.tests.fake_arm import FakeArm

TODAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Answer:
    """What a run of the command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rules(self) -> set[str]:
        return {finding["rule"] for finding in self.json["findings"]}


Run = Callable[..., Answer]


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees this user's prices, journals, subscription or credentials."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("PRICES", "PRICES_URL", "ARM_URL", "TOKEN", "POLL_S"):
        monkeypatch.delenv(f"HOTDISH_FREEVM_{name}", raising=False)
    monkeypatch.delenv("AZURE_SUBSCRIPTION_ID", raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command with a fixed day and give what it answered."""

    def run_command(*arguments: str | Path, today: date = TODAY) -> Answer:
        try:
            code = main([str(a) for a in arguments], today)
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return run_command


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Any], Path]:
    """Write a text, or a value as JSON, into a file and give its path."""

    def write_file(name: str, content: Any) -> Path:
        path = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content, indent=2)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def portal_vm() -> list[dict[str, Any]]:
    """What the portal makes: B1s, a 30 GiB Premium disk, a Standard address."""
    base = "/subscriptions/s1/resourceGroups/rg/providers"
    return [
        {
            "id": f"{base}/Microsoft.Compute/virtualMachines/web",
            "name": "web",
            "type": "Microsoft.Compute/virtualMachines",
            "location": "eastus",
            "powerState": "VM running",
            "hardwareProfile": {"vmSize": "Standard_B1s"},
            "storageProfile": {
                "osDisk": {
                    "osType": "Linux",
                    "name": "web-os",
                    "createOption": "FromImage",
                    "deleteOption": "Delete",
                    "diskSizeGb": 30,
                    "managedDisk": {
                        "id": f"{base}/Microsoft.Compute/disks/web-os",
                        "storageAccountType": "Premium_LRS",
                    },
                },
                "dataDisks": [],
            },
        },
        {
            "id": f"{base}/Microsoft.Network/publicIPAddresses/web-ip",
            "name": "web-ip",
            "type": "Microsoft.Network/publicIPAddresses",
            "location": "eastus",
            "sku": {"name": "Standard"},
            "ipConfiguration": {"id": f"{base}/Microsoft.Network/networkInterfaces/n/x"},
            "publicIpAddressVersion": "IPv4",
        },
    ]


def _load_fake_arm() -> Any:
    path = Path(__file__).with_name("fake_arm.py")
    spec = importlib.util.spec_from_file_location("hotdish_freevm_fake_arm", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def arm(monkeypatch: pytest.MonkeyPatch) -> Iterator["FakeArm"]:
    """A fake Azure that the command finds through its environment."""
    with _load_fake_arm().FakeArm().serving() as fake:
        for name, value in azure_environment(fake).items():
            monkeypatch.setenv(name, value)
        yield fake
    gc.collect()


def azure_environment(arm: "FakeArm") -> dict[str, str]:
    return {
        "HOTDISH_FREEVM_ARM_URL": arm.url,
        "HOTDISH_FREEVM_TOKEN": "secret-token",
        "HOTDISH_FREEVM_POLL_S": "0",
    }
