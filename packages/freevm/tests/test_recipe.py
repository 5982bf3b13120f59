"""The recipe in deploy/azure-free-vm/: every part checked by the program that will read it."""

import contextlib
import difflib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from azure.mgmt.compute import models as compute_models
from azure.mgmt.consumption import models as consumption_models
from azure.mgmt.network import models as network_models

from hotdish_freevm.inputs.arm_expressions import Scope, evaluate

if TYPE_CHECKING:
    from packages.freevm.tests.conftest import Run

ROOT = Path(__file__).parents[3]
RECIPE = ROOT / "deploy" / "azure-free-vm"
FILES = RECIPE / "files"
MODELS = {
    "Microsoft.Consumption/budgets": (consumption_models, "Budget"),
    "Microsoft.Compute/virtualMachines": (compute_models, "VirtualMachine"),
    "Microsoft.Network/networkInterfaces": (network_models, "NetworkInterface"),
    "Microsoft.Network/networkSecurityGroups": (network_models, "NetworkSecurityGroup"),
    "Microsoft.Network/publicIPAddresses": (network_models, "PublicIPAddress"),
    "Microsoft.Network/virtualNetworks": (network_models, "VirtualNetwork"),
}
OF_A_TEMPLATE = {"type", "apiVersion", "name", "location", "dependsOn", "sku", "tags", "zones"}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return dict(json.loads((RECIPE / "main.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def cloud_init() -> dict[str, Any]:
    return dict(yaml.safe_load((RECIPE / "cloud-init.yaml").read_text("utf-8")))


def called(*command: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
    program = str(command[0])
    if shutil.which(program) is None:
        if Path("/etc/debian_version").exists():
            pytest.fail(f"{program} is not installed; run tools/install_system_packages.sh")
        pytest.skip(f"{program} is not installed here, so the recipe is not checked with it")
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )


def test_what_is_made_from_the_parts_is_current() -> None:
    """Make it anew: python deploy/azure-free-vm/assemble.py."""
    answer = called(sys.executable, RECIPE / "assemble.py", "--check")

    assert (answer.returncode, answer.stdout) == (0, "")


def test_the_command_prints_the_recipes_template(run: "Run") -> None:
    assert run("template").out == (RECIPE / "main.json").read_text("utf-8")


# The ARM template


def test_our_own_check_finds_nothing_but_the_address(run: "Run") -> None:
    answer = run("check", RECIPE / "main.json", "--json", "--free-until", "2027-10-01")

    assert answer.rules == {"AZF009"}
    assert answer.json["totals"]["today"] == answer.json["totals"]["repaired"] == "3.65"
    assert answer.json["unknown"] == []
    assert run("check", RECIPE / "main.json", "--fail-above", "4").code == 0


def wrong_names(model: type, value: Mapping[str, Any], module: Any, path: str) -> Iterator[str]:
    """Walk a value against the SDK's model; name what the model does not know."""
    model()  # the map of names is built on first use
    fields = {f._rest_name: name for name, f in model._attr_to_rest_field.items()}  # type: ignore[attr-defined]
    spaces = {**vars(module), "_models": module, "datetime": __import__("datetime")}
    hints = typing.get_type_hints(model, spaces)
    for key, inner in value.items():
        if key not in fields:
            close = difflib.get_close_matches(key, fields, 1)
            yield f"{path}.{key}: {model.__name__} has {close}"
            continue
        hint = hints.get(fields[key])
        below = model_in(hint)
        # A map has names of its own; the model is that of its values.
        is_map = isinstance(inner, dict) and "dict[" in str(hint)
        parts = inner.values() if is_map else inner if isinstance(inner, list) else [inner]
        for each in parts:
            if below and isinstance(each, dict):
                yield from wrong_names(below, each, module, f"{path}.{key}")


def model_in(hint: Any) -> type | None:
    if isinstance(hint, type) and hasattr(hint, "_calculated"):
        return hint
    return next((m for arg in typing.get_args(hint) if (m := model_in(arg))), None)


def test_every_name_in_the_template_is_one_of_the_sdks_models(template: dict[str, Any]) -> None:
    checked = [r for r in template["resources"] if r["type"] in MODELS]

    assert len(checked) == len(MODELS)
    for resource in checked:
        module, name = MODELS[resource["type"]]
        body = {k: v for k, v in resource.items() if k not in OF_A_TEMPLATE or k == "sku"}
        assert list(wrong_names(getattr(module, name), body, module, name)) == []


def test_a_misspelt_name_would_be_found() -> None:
    wrong = {"properties": {"storageProfile": {"osDisk": {"diskSizeGb": 64}}}}

    found = list(wrong_names(compute_models.VirtualMachine, wrong, compute_models, "vm"))

    assert found == ["vm.properties.storageProfile.osDisk.diskSizeGb: OSDisk has ['diskSizeGB']"]


def test_a_misspelt_name_in_a_map_would_be_found() -> None:
    wrong = {"properties": {"notifications": {"first": {"treshold": 20}}}}

    found = list(wrong_names(consumption_models.Budget, wrong, consumption_models, "budget"))

    assert found == ["budget.properties.notifications.treshold: Notification has ['threshold']"]


def test_the_budget_alerts_at_one_dollar(template: dict[str, Any]) -> None:
    (budget,) = (r for r in template["resources"] if r["type"].endswith("/budgets"))
    properties = budget["properties"]

    amount = template["parameters"]["budget"]["defaultValue"]
    assert amount * properties["notifications"]["first"]["threshold"] == 100


def test_the_disk_is_p6_from_the_start_and_goes_with_its_vm(template: dict[str, Any]) -> None:
    (vm,) = (r for r in template["resources"] if r["type"].endswith("virtualMachines"))

    disk = vm["properties"]["storageProfile"]["osDisk"]
    assert (disk["diskSizeGB"], disk["deleteOption"]) == (64, "Delete")
    assert disk["managedDisk"] == {"storageAccountType": "Premium_LRS"}
    assert template["parameters"]["size"]["defaultValue"] == "Standard_B2ats_v2"
    assert vm["properties"]["osProfile"]["linuxConfiguration"]["disablePasswordAuthentication"]


@pytest.mark.parametrize("size", ["Standard_B2ats_v2", "Standard_B2pts_v2"])
def test_the_arm_processor_gets_its_own_image(template: dict[str, Any], size: str) -> None:
    scope = Scope({"size": lambda: size}, template["variables"])

    image = evaluate("[variables('imageSku')]", scope)

    assert image == ("server-arm64" if "pts" in size else "server")


def test_the_vm_is_told_its_domain(template: dict[str, Any]) -> None:
    (vm,) = (r for r in template["resources"] if r["type"].endswith("virtualMachines"))
    parameters = {"dnsLabel": lambda: "mydocs", "location": lambda: "eastus"}
    data = vm["properties"]["osProfile"]["customData"]

    given = evaluate(f"[base64ToString({data[1:-1]})]", Scope(parameters, template["variables"]))

    page = yaml.safe_load(given)
    (domain,) = (f for f in page["write_files"] if f["path"] == "/etc/hotdish/domain.env")
    assert domain["content"] == "HOTDISH_DOMAIN=mydocs.eastus.cloudapp.azure.com\n"
    assert len(given) < 64 * 1024 * 3 / 4  # Azure takes 64 KiB of base64


# cloud-init

CLOUD_INIT_KEYS = {
    "growpart",
    "package_update",
    "package_upgrade",
    "packages",
    "resize_rootfs",
    "runcmd",
    "ssh_pwauth",
    "swap",
    "users",
    "write_files",
}


def test_cloud_init_takes_its_file() -> None:
    answer = called("cloud-init", "schema", "--config-file", RECIPE / "cloud-init.yaml")

    assert answer.returncode == 0, answer.stderr + answer.stdout
    assert "Valid cloud-config" in answer.stdout


def test_cloud_init_has_no_key_that_it_would_pass_over(cloud_init: dict[str, Any]) -> None:
    """Its schema does not report an unknown key such as `swaps`, so they are listed here."""
    assert set(cloud_init) == CLOUD_INIT_KEYS


def test_there_is_swap_and_the_system_upgrades_itself(cloud_init: dict[str, Any]) -> None:
    assert cloud_init["swap"]["size"] == cloud_init["swap"]["maxsize"] == 1 << 30
    assert "unattended-upgrades" in cloud_init["packages"]
    assert cloud_init["ssh_pwauth"] is False


# systemd

UNITS = ("hotdish-search.service", "hotdish-backup.service", "hotdish-backup.timer")


@pytest.fixture
def vm_root(tmp_path: Path) -> Path:
    """A file system with the units, systemd's own and empty programs: what verify looks at."""
    shutil.copytree("/lib/systemd/system", tmp_path / "lib/systemd/system", symlinks=True)
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    for unit in UNITS:
        shutil.copy(FILES / unit, units)
    for program in ("opt/hotdish/current/bin/hotdish-search", "usr/local/sbin/hotdish-backup"):
        path = tmp_path / program
        path.parent.mkdir(parents=True)
        path.write_text("#!/bin/sh\n", encoding="utf-8")
        path.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_has_nothing_to_say_about_a_unit(vm_root: Path, unit: str) -> None:
    """Unknown keys and values only warn, so any output is a failure."""
    answer = called("systemd-analyze", "verify", "--man=no", f"--root={vm_root}", unit)

    said = [line for line in answer.stderr.splitlines() if "hotdish" in line]
    assert (answer.returncode, answer.stdout, said) == (0, "", [])


def test_systemd_would_find_a_misspelt_key(vm_root: Path) -> None:
    unit = vm_root / "etc/systemd/system/hotdish-search.service"
    unit.write_text(unit.read_text("utf-8").replace("PrivateTmp", "PrivateTemp"), encoding="utf-8")

    answer = called("systemd-analyze", "verify", "--man=no", f"--root={vm_root}", unit.name)

    assert "Unknown key 'PrivateTemp'" in answer.stderr


@pytest.mark.parametrize("unit", [u for u in UNITS if u.endswith(".service")])
def test_a_service_is_exposed_less_than_4(unit: str) -> None:
    answer = called("systemd-analyze", "security", "--offline=true", FILES / unit)

    exposure = re.search(r"exposure level for .*: ([\d.]+)", answer.stdout)
    assert exposure is not None
    assert float(exposure[1]) < 4


def test_the_services_memory_leaves_room_in_one_gibibyte() -> None:
    """The most that the two services may take, beside 200 MiB for the system."""
    most = [
        int(re.search(r"MemoryMax=(\d+)M", (FILES / name).read_text("utf-8"))[1])  # type: ignore[index]
        for name in ("hotdish-search.service", "caddy-hotdish.conf")
    ]

    assert sum(most) <= 1024 - 200


# Caddy


def test_caddy_takes_its_file(tmp_path: Path) -> None:
    home = {**os.environ, "HOME": str(tmp_path), "HOTDISH_DOMAIN": "docs.example.com"}

    answer = called(
        "caddy", "validate", "--adapter", "caddyfile", "--config", FILES / "Caddyfile", env=home
    )

    assert answer.returncode == 0, answer.stderr
    assert "Valid configuration" in answer.stdout + answer.stderr


def test_caddy_would_write_its_file_the_same_way() -> None:
    answer = called("caddy", "fmt", FILES / "Caddyfile")

    assert answer.stdout == (FILES / "Caddyfile").read_text("utf-8")


def test_caddy_serves_https_for_the_domain_and_passes_to_the_service(tmp_path: Path) -> None:
    home = {**os.environ, "HOME": str(tmp_path), "HOTDISH_DOMAIN": "docs.example.com"}

    answer = called("caddy", "adapt", "--config", FILES / "Caddyfile", env=home)

    servers = json.loads(answer.stdout)["apps"]["http"]["servers"]
    (server,) = servers.values()
    assert server["listen"] == [":443"]
    assert "docs.example.com" in answer.stdout
    assert '"dial":"127.0.0.1:8000"' in answer.stdout


# Backup and upgrade


@pytest.fixture
def vm(tmp_path: Path) -> dict[str, str]:
    """The VM's folders, and stand-ins for what only a VM has: systemctl, and the service."""
    programs = tmp_path / "bin"
    programs.mkdir()
    log = tmp_path / "systemctl.log"
    write_program(programs / "systemctl", f'echo "$*" >> {log}')
    write_program(programs / "curl", f"test -e {tmp_path}/answers")
    (tmp_path / "answers").touch()
    data, opt = tmp_path / "data", tmp_path / "opt"
    for folder in (data, opt, tmp_path / "caddy"):
        folder.mkdir()
    make_index(data / "index.sqlite3", "old")
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOTDISH_DATA": str(data),
        "HOTDISH_OPT": str(opt),
        "HOTDISH_BACKUPS": str(tmp_path / "backups"),
        "HOTDISH_CADDY": str(tmp_path / "caddy"),
        "HOTDISH_TRIES": "1",
        "HOTDISH_PIP_OPTIONS": "--no-index",
    }


def write_program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def make_index(path: Path, word: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as index, index:
        index.execute("CREATE TABLE word (word)")
        index.execute("INSERT INTO word VALUES (?)", (word,))


def word_in(path: Path) -> str:
    with contextlib.closing(sqlite3.connect(path)) as index:
        return str(index.execute("SELECT word FROM word").fetchone()[0])


def make_release(folder: Path, word: str) -> Path:
    """A release with an index and a wheel that needs nothing."""
    release = folder / f"release-{word}"
    (release / "new").mkdir(parents=True)
    make_index(release / "new" / "index.sqlite3", word)
    called("tar", "-czf", release / "data.tar.gz", "-C", release / "new", ".")
    project = release / "src"
    project.mkdir()
    (release / "wheels").mkdir()
    shutil.copy(make_wheel(project), release / "wheels")
    return release


def make_wheel(folder: Path) -> Path:
    import zipfile  # noqa: PLC0415 - only here

    path = folder / "tiny-1.0-py3-none-any.whl"
    info = "tiny-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def test_a_backup_is_a_whole_copy_and_three_are_kept(vm: dict[str, str], tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    for year in (2020, 2021, 2022):
        (backups / f"{year}0101T000000Z").mkdir(parents=True)

    answer = called(FILES / "hotdish-backup", env=vm)

    assert answer.returncode == 0, answer.stderr
    kept = sorted(path.name for path in backups.iterdir())
    assert len(kept) == 3
    assert kept[:2] == ["20210101T000000Z", "20220101T000000Z"]
    assert word_in(backups / kept[2] / "index.sqlite3") == "old"
    assert (backups / kept[2] / "caddy.tar.gz").exists()


@pytest.mark.slow
def test_a_release_is_put_in_place_and_the_program_before_is_kept(
    vm: dict[str, str], tmp_path: Path
) -> None:
    first = called(FILES / "hotdish-deploy", make_release(tmp_path, "one"), env=vm)
    program = (tmp_path / "opt/current").readlink()
    second = called(FILES / "hotdish-deploy", make_release(tmp_path, "two"), env=vm)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert word_in(tmp_path / "data/index.sqlite3") == "two"
    assert program.exists()
    assert (tmp_path / "opt/current").readlink() != program
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("data")) == ["data"]


@pytest.mark.slow
def test_a_release_that_does_not_answer_is_taken_back(vm: dict[str, str], tmp_path: Path) -> None:
    called(FILES / "hotdish-deploy", make_release(tmp_path, "good"), env=vm)
    program = (tmp_path / "opt/current").readlink()
    (tmp_path / "answers").unlink()

    answer = called(FILES / "hotdish-deploy", make_release(tmp_path, "bad"), env=vm)

    assert answer.returncode == 1
    assert "going back to what was before" in answer.stderr
    assert word_in(tmp_path / "data/index.sqlite3") == "good"
    assert (tmp_path / "opt/current").readlink() == program


@pytest.mark.parametrize("script", ["files/hotdish-backup", "files/hotdish-deploy", "push.sh"])
def test_a_script_can_be_parsed_and_started(script: str) -> None:
    path = RECIPE / script
    shell = path.read_text("utf-8").splitlines()[0].removeprefix("#!").split()[-1]

    assert called(shell, "-n", path).returncode == 0
    assert os.access(path, os.X_OK)


# The guides


def test_the_readme_names_every_command_and_every_setting() -> None:
    readme = (ROOT / "packages/freevm/README.md").read_text("utf-8")
    source = ROOT / "packages/freevm/src/hotdish_freevm"
    commands = re.findall(r'add_parser\(\s*"(\w+)"', (source / "cli.py").read_text("utf-8"))
    code = "".join(path.read_text("utf-8") for path in source.rglob("*.py"))
    settings = set(re.findall(r'"(HOTDISH_FREEVM_\w+|AZURE_SUBSCRIPTION_ID)"', code))

    assert len(commands) == 9
    assert [name for name in commands if f"`{name}" not in readme] == []
    assert [name for name in settings if name not in readme] == []


def test_every_link_of_the_guides_leads_somewhere() -> None:
    guides = [
        ROOT / "packages/freevm/README.md",
        ROOT / "docs/freevm.md",
        RECIPE / "README.md",
    ]

    for guide in guides:
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)", guide.read_text("utf-8"))
        assert [link for link in links if not (guide.parent / link).exists()] == []
