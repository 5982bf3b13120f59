"""The inputs: each is recognised by itself and read into the same resources."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotdish_freevm.inputs.arm_expressions import ExpressionError, Scope, evaluate, parse
from hotdish_freevm.inputs.documents import Document, parse_json
from hotdish_freevm.model import Unknown

if TYPE_CHECKING:
    from packages.freevm.tests.conftest import Run

Write = Callable[[str, Any], Path]
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/{}.json#"


def template(resources: Any, parameters: Any = None, variables: Any = None) -> dict[str, Any]:
    return {
        "$schema": SCHEMA.format("deploymentTemplate"),
        "contentVersion": "1.0.0.0",
        "parameters": parameters or {},
        "variables": variables or {},
        "resources": resources,
    }


def vm(size: Any = "Standard_B2ats_v2", gib: Any = 64, **more: Any) -> dict[str, Any]:
    os_disk = {
        "createOption": "FromImage",
        "deleteOption": "Delete",
        "managedDisk": {"storageAccountType": "Premium_LRS"},
    }
    if gib is not None:
        os_disk["diskSizeGB"] = gib
    return {
        "type": "Microsoft.Compute/virtualMachines",
        "apiVersion": "2024-07-01",
        "name": "web",
        "location": "eastus",
        "properties": {
            "hardwareProfile": {"vmSize": size},
            "storageProfile": {
                "imageReference": {"publisher": "Canonical", "offer": "ubuntu-24_04-lts"},
                "osDisk": os_disk,
            },
        },
        **more,
    }


def ip(**more: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Network/publicIPAddresses",
        "apiVersion": "2024-05-01",
        "name": "ip",
        "location": "eastus",
        "sku": {"name": "Standard"},
        "properties": {"publicIPAllocationMethod": "Static"},
        **more,
    }


def total(run: "Run", *arguments: Any) -> str:
    return str(run("check", *arguments, "--json").json["totals"]["today"])


# ARM templates


def test_a_template_without_a_disk_size_is_taken_for_30_gib_and_says_so(
    run: "Run", write: Write
) -> None:
    answer = run("check", write("main.json", template([vm(gib=None)])), "--json")

    (finding,) = (f for f in answer.json["findings"] if f["rule"] == "AZF001")
    assert "30 GiB (assumed: the input names no size)" in finding["message"]


def test_a_windows_image_is_taken_for_127_gib(run: "Run", write: Write) -> None:
    windows = vm(gib=None)
    windows["properties"]["storageProfile"]["imageReference"] = {"offer": "WindowsServer"}

    answer = run("check", write("main.json", template([windows])), "--json")

    assert "127 GiB is billed as P10" in answer.out


def test_parameters_come_from_their_file_or_from_their_defaults(run: "Run", write: Write) -> None:
    declared = {"size": {"type": "string"}, "gib": {"type": "int", "defaultValue": 30}}
    path = write(
        "main.json", template([vm("[parameters('size')]", "[parameters('gib')]")], declared)
    )
    values = write(
        "main.parameters.json",
        {
            "$schema": SCHEMA.format("deploymentParameters"),
            "parameters": {"size": {"value": "Standard_B1s"}, "gib": {"value": 64}},
        },
    )

    assert run("check", path).code == 1
    assert "parameter 'size' has no value: give its parameters file" in run("check", path).out
    assert run("check", path, values).code == 0
    assert run("check", path, "--parameters", values).code == 0


def test_something_else_given_as_parameters_is_refused(run: "Run", write: Write) -> None:
    path = write("main.json", template([vm()]))

    answer = run("check", path, "--parameters", path)

    assert answer.code == 2
    assert "is not a file of ARM parameters" in answer.err


def test_a_secret_parameter_is_unknown(run: "Run", write: Write) -> None:
    path = write("main.json", template([vm("[parameters('size')]")], {"size": {"type": "string"}}))
    values = write(
        "p.json",
        {
            "$schema": SCHEMA.format("deploymentParameters"),
            "parameters": {"size": {"reference": {"keyVault": {}, "secretName": "s"}}},
        },
    )

    answer = run("check", path, values)

    assert answer.code == 3
    assert "parameter 'size' comes from a key vault or has no value" in answer.out


def test_a_loop_makes_as_many_vms_as_it_counts(run: "Run", write: Write) -> None:
    looped = vm(name="[concat('web', copyIndex(1))]", copy={"name": "vms", "count": 3})

    answer = run("check", write("main.json", template([looped])), "--json")

    charged = [f["resource"] for f in answer.json["findings"] if f["rule"] == "AZF007"]
    assert charged == ["web2", "web3"]


def test_a_loop_whose_count_is_not_known_is_unknown(run: "Run", write: Write) -> None:
    looped = vm(copy={"name": "vms", "count": "[parameters('n')]"})
    path = write("main.json", template([looped], {"n": {"type": "int"}}))

    answer = run("check", path)

    assert answer.code == 3
    assert "whether it exists: parameter 'n' has no value" in " ".join(answer.out.split())


def test_a_condition_decides_whether_a_resource_counts(run: "Run", write: Write) -> None:
    declared = {"public": {"type": "bool", "defaultValue": False}}
    resources = [vm(), ip(condition="[parameters('public')]")]

    path = write("main.json", template(resources, declared))

    assert total(run, path) == "0.00"


def test_an_address_is_attached_if_an_interface_of_the_template_names_it(
    run: "Run", write: Write
) -> None:
    interface = {
        "type": "Microsoft.Network/networkInterfaces",
        "name": "nic",
        "apiVersion": "2024-05-01",
        "properties": {
            "ipConfigurations": [
                {
                    "name": "a",
                    "properties": {
                        "publicIPAddress": {
                            "id": "[resourceId('Microsoft.Network/publicIPAddresses', 'ip')]"
                        }
                    },
                }
            ]
        },
    }

    alone = run("check", write("a.json", template([vm(), ip()])), "--json")
    attached = run("check", write("b.json", template([vm(), ip(), interface])), "--json")

    assert "AZF010" in alone.rules
    assert "AZF009" not in alone.rules
    assert "AZF009" in attached.rules
    assert "AZF010" not in attached.rules


def test_names_with_unknown_parts_still_find_each_other(run: "Run", write: Write) -> None:
    """A VM name without default, and uniqueString(), are stand-ins that stay the same."""
    name = "[format('{0}-{1}', parameters('vm'), uniqueString(resourceGroup().id))]"
    id_ = f"[resourceId('Microsoft.Network/publicIPAddresses', {name[1:-1]})]"
    interface = {
        "type": "Microsoft.Network/networkInterfaces",
        "name": "nic",
        "properties": {"x": {"id": id_}},
    }
    path = write(
        "main.json", template([vm(), ip(name=name), interface], {"vm": {"type": "string"}})
    )

    assert "AZF009" in run("check", path, "--json").rules


def test_nested_deployments_are_followed(run: "Run", write: Write) -> None:
    inner = template([vm("[parameters('size')]")], {"size": {"type": "string"}})
    nested = {
        "type": "Microsoft.Resources/deployments",
        "name": "vm",
        "properties": {
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": {"size": {"value": "[variables('size')]"}},
            "template": inner,
        },
    }
    outer = template([nested, {**nested, "properties": {"template": template([ip()])}}])
    outer["variables"] = {"size": "Standard_B2ms"}

    answer = run("check", write("main.json", outer), "--json")

    assert answer.json["totals"]["today"] == "81.03"


def test_a_linked_template_is_unknown(run: "Run", write: Write) -> None:
    linked = {
        "type": "Microsoft.Resources/deployments",
        "name": "more",
        "properties": {"templateLink": {"uri": "https://example.com/t.json"}},
    }

    answer = run("check", write("main.json", template([vm(), linked])))

    assert answer.code == 3
    assert "Microsoft.Resources/deployments (linked)" in answer.out


def test_children_and_symbolic_names_are_read(run: "Run", write: Write) -> None:
    network = {
        "type": "Microsoft.Network/virtualNetworks",
        "name": "net",
        "resources": [{"type": "subnets", "name": "a", "properties": {}}],
    }
    existing = {**ip(), "existing": True}

    path = write("main.json", template({"vm": vm(), "net": network, "old": existing}))

    assert run("check", path).code == 0


def test_comments_in_a_template_do_not_move_the_lines(run: "Run", write: Write) -> None:
    text = json.dumps(template([ip()]), indent=2).replace(
        '"contentVersion"', '/* two\n lines */ "contentVersion"'
    )
    text = text.replace('"variables"', '// "https://not a comment inside"\n"variables"')

    answer = run("check", write("main.json", text), "--json")

    line = answer.json["findings"][0]["line"]
    assert text.splitlines()[line - 1].strip() == "{"
    assert '"type": "Microsoft.Network/publicIPAddresses"' in text.splitlines()[line]


def test_a_region_given_stands_in_for_the_resource_groups(run: "Run", write: Write) -> None:
    path = write("main.json", template([vm(location="[resourceGroup().location]")]))

    def stands_in(*options: str) -> bool:
        prices = run("check", path, "--json", *options).json["prices"]
        return bool(prices[-1]["stands_in"])

    assert stands_in()
    assert not stands_in("--region", "eastus")


def test_a_private_subnet_without_an_address_has_no_way_out(run: "Run", write: Write) -> None:
    """In API versions after 2026-03-31 a subnet is private unless it says otherwise."""
    network = {
        "type": "Microsoft.Network/virtualNetworks",
        "apiVersion": "2026-07-01",
        "name": "net",
        "properties": {"subnets": [{"name": "a", "properties": {}}]},
    }
    subnet = "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'a')]"
    interface = {
        "type": "Microsoft.Network/networkInterfaces",
        "name": "nic",
        "properties": {"ipConfigurations": [{"properties": {"subnet": {"id": subnet}}}]},
    }
    machine = vm()
    machine["properties"]["networkProfile"] = {
        "networkInterfaces": [{"id": "[resourceId('Microsoft.Network/networkInterfaces', 'nic')]"}]
    }
    old = {**network, "apiVersion": "2024-05-01"}

    new = run("check", write("a.json", template([network, interface, machine])), "--json")
    old_answer = run("check", write("b.json", template([old, interface, machine])), "--json")

    assert "AZF012" in new.rules
    assert "AZF012" not in old_answer.rules


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[concat('a', 'b''c')]", "ab'c"),
        ("[[not an expression]", "[not an expression]"),
        ("[if(equals(variables('n'), 2), 'two', 'other')]", "two"),
        ("[variables('list')[1]]", "y"),
        ("[variables('map').inner.deep]", 5),
        ("[variables('map')['inner'].deep]", 5),
        ("[length(split('a,b;c', createArray(',', ';')))]", 3),
        ("[toLower(concat('A', string(1)))]", "a1"),
        ("[add(mul(2, 3), sub(7, div(9, 2)))]", 9),
        ("[last(union(createArray(1, 2), createArray(2, 3)))]", 3),
        ("[contains(createObject('Key', 1), 'key')]", True),
        ("[and(true(), not(false()))]", True),
        ("[or(false(), empty(''))]", True),
        ("[coalesce(null(), 'x')]", "x"),
        ("[substring('abcdef', 1, 3)]", "bcd"),
        ("[base64ToString(base64('hé'))]", "hé"),
        ("[padLeft(7, 3, '0')]", "007"),
        ("[join(range(1, 3), '-')]", "1-2-3"),
        ("[json('{\"a\": [1]}').a[0]]", 1),
        ("[bool('True')]", True),
        ("[subscription().subscriptionId]", "subscription"),
        ("[createObject('a', 1)?.b]", None),
    ],
)
def test_expressions_are_worked_out(text: str, value: Any) -> None:
    variables = {"n": 2, "list": ["x", "y"], "map": {"inner": {"deep": 5}}}

    assert evaluate(text, Scope({}, variables)) == value


@pytest.mark.parametrize(
    "text",
    [
        "[reference('x').y]",
        "[listKeys('a', 'b')]",
        "[parameters('nowhere')]",
        "[variables('self')]",
        "[variables('list')[9]]",
        "[if(parameters('nowhere'), 1, 2)]",
        "[and(true(), parameters('nowhere'))]",
        "[div(1, 0)]",
        "[copyIndex()]",
        "[concat(parameters('nowhere'), 'x')]",
        "[this is not( an expression]",
        "[resourceId()]",
        "[if(true())]",
    ],
)
def test_what_only_azure_knows_or_nobody_is_unknown(text: str) -> None:
    scope = Scope({}, {"self": "[variables('self')]", "list": [1]})

    assert isinstance(evaluate(text, scope), Unknown)


def test_property_loops_and_variables_with_loops_are_spread() -> None:
    value = {"copy": [{"name": "disks", "count": 2, "input": {"lun": "[copyIndex('disks')]"}}]}

    assert evaluate(value, Scope({}, {})) == {"disks": [{"lun": 0}, {"lun": 1}]}


@given(st.text())
def test_no_text_breaks_the_evaluator(text: str) -> None:
    evaluate(f"[{text}]", Scope({}, {}))


@pytest.mark.parametrize("text", ["a", "a(", "a(1", "a(1 2)", "a().", "a()[1", "a() b", "'x", ""])
def test_what_follows_no_grammar_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


# What-if


def test_a_what_if_answer_counts_what_will_be(run: "Run", write: Write) -> None:
    id_ = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web"
    address = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/{}"
    changes = [
        {"changeType": "Create", "resourceId": id_, "after": vm()},
        {"changeType": "Delete", "resourceId": address.format("old"), "before": ip()},
        {"changeType": "Ignore", "resourceId": address.format("kept"), "before": ip()},
        {"changeType": "Unsupported", "resourceId": address.format("x")},
    ]

    direct = run("check", write("w.json", {"status": "Succeeded", "changes": changes}), "--json")
    wrapped = run("check", write("x.json", {"properties": {"changes": changes}}), "--json")

    assert direct.json["totals"] == wrapped.json["totals"]
    assert direct.json["totals"]["today"] == "7.30"
    assert any("does not foresee" in u["why"] for u in direct.json["unknown"])


# Terraform


def plan(size: Any = "Standard_B2ats_v2", unknown: Any = None) -> dict[str, Any]:
    address = "module.web.azurerm_linux_virtual_machine.vm"
    disk = {"storage_account_type": "Premium_LRS", "disk_size_gb": 64}
    values = {"size": size, "location": "eastus", "os_disk": [disk]}
    return {
        "format_version": "1.2",
        "planned_values": {
            "root_module": {
                "resources": [
                    {
                        "address": "azurerm_public_ip.ip",
                        "type": "azurerm_public_ip",
                        "values": {"sku": "Standard", "allocation_method": "Static"},
                    },
                    {"address": "random_id.x", "type": "random_id", "values": {}},
                ],
                "child_modules": [
                    {
                        "resources": [
                            {
                                "address": address,
                                "type": "azurerm_linux_virtual_machine",
                                "values": values,
                            }
                        ]
                    }
                ],
            }
        },
        "resource_changes": [{"address": address, "change": {"after_unknown": unknown or {}}}],
        "configuration": {
            "root_module": {
                "resources": [
                    {
                        "address": "azurerm_network_interface.nic",
                        "expressions": {
                            "ip_configuration": [
                                {"x": {"references": ["azurerm_public_ip.ip.id", "azurerm_x"]}}
                            ]
                        },
                    }
                ],
                "module_calls": {"web": {"module": {"resources": []}}},
            }
        },
    }


def test_a_plan_is_read_with_all_its_modules(run: "Run", write: Write) -> None:
    answer = run("check", write("plan.json", plan()), "--json")

    assert answer.code == 1
    assert answer.json["totals"]["today"] == "3.65"
    assert "AZF009" in answer.rules


def test_what_terraform_knows_only_after_apply_is_unknown(run: "Run", write: Write) -> None:
    unknown = {"size": True, "os_disk": [{"disk_size_gb": True}]}

    answer = run("check", write("plan.json", plan(None, unknown)), "--json")

    whys = [u["why"] for u in answer.json["unknown"]]
    assert len([why for why in whys if "is known only after `terraform apply`" in why]) == 2


def test_a_state_is_read_like_a_plan(run: "Run", write: Write) -> None:
    state = {"format_version": "1.0", "values": plan()["planned_values"]}

    assert total(run, write("state.json", state)) == "3.65"


TERRAFORM = """
variable "size" {
  default = "Standard_B1s"
}
variable "gib" {}
locals {
  region = "eastus"
}
resource "azurerm_resource_group" "rg" {
  name     = "rg"
  location = local.region
}
resource "azurerm_public_ip" "ip" {
  name              = "ip"
  allocation_method = "Static"
  location          = azurerm_resource_group.rg.location
}
resource "azurerm_network_interface" "nic" {
  ip_configuration {
    public_ip_address_id = azurerm_public_ip.ip.id
  }
}
resource "azurerm_linux_virtual_machine" "vm" {
  count    = 2
  size     = var.size
  location = azurerm_resource_group.rg.location
  os_disk {
    storage_account_type = "Premium_LRS"
    disk_size_gb         = 64
  }
}
resource "random_id" "x" {}
"""


def test_terraform_source_resolves_defaults_locals_and_counts(run: "Run", write: Write) -> None:
    answer = run("check", write("main.tf", TERRAFORM), "--json")

    assert answer.json["totals"]["today"] == "11.03"  # 710 hours of B1s and one address
    (hours,) = (f for f in answer.json["findings"] if f["rule"] == "AZF007")
    assert hours["resource"] == "azurerm_linux_virtual_machine.vm[1]"
    assert hours["region"] == "eastus"
    assert TERRAFORM.splitlines()[hours["line"] - 1].startswith("resource")


def test_terraform_variables_may_stand_in_another_file(run: "Run", write: Write) -> None:
    main = write("main.tf", TERRAFORM.replace("= 64", "= var.gib"))
    more = write("variables.tf", 'variable "gib" { default = 64 }\n')

    assert run("check", main, "--json").json["unknown"][0]["why"].startswith("var.gib has no value")
    assert total(run, main, more) == "11.03"


@pytest.mark.parametrize(
    ("count", "exists"),
    [("for_each = { a = 1, b = 2 }", 2), ("count = var.n", 1), ("count = 100000", 1)],
)
def test_terraform_loops_are_spread_or_unknown(
    run: "Run", write: Write, count: str, exists: int
) -> None:
    answer = run("check", write("main.tf", TERRAFORM.replace("count    = 2", count)), "--json")

    vms = {f["resource"] for f in answer.json["findings"] if f["rule"] == "AZF017"}
    assert len(vms) == exists
    assert bool(answer.json["unknown"]) == (exists == 1)


def test_terraform_that_cannot_be_parsed_is_told_with_its_place(run: "Run", write: Write) -> None:
    answer = run("check", write("main.tf", 'resource "a" "b" {\n  x = = 1\n}\n'))

    assert answer.code == 2
    assert "main.tf is not Terraform: line 2, column 7" in answer.err


# Bicep

BICEP = """
param vmSize string = 'Standard_B1s'
param gib int
param location string = resourceGroup().location
var name = 'web-${vmSize}'
resource ip 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: 'ip'
  location: location
  sku: { name: 'Standard' }
}
resource nic 'Microsoft.Network/networkInterfaces@2024-05-01' = {
  name: 'nic'
  properties: {
    ipConfigurations: [
      { name: 'a', properties: { publicIPAddress: { id: ip.id } } }
    ]
  }
}
resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = [for i in range(0, 2): {
  name: '${name}${i}'
  location: location
  properties: {
    hardwareProfile: { vmSize: vmSize }
    osProfile: { linuxConfiguration: { disablePasswordAuthentication: true } }
    storageProfile: {
      osDisk: {
        createOption: 'FromImage'
        diskSizeGB: gib
        managedDisk: { storageAccountType: 'Premium_LRS' }
      }
    }
  }
}]
resource none 'Microsoft.Network/publicIPAddresses@2024-05-01' = if (false) {
  name: 'none'
}
resource old 'Microsoft.Network/publicIPAddresses@2024-05-01' existing = {
  name: 'old'
}
"""


def test_bicep_is_read_and_a_parameter_without_value_is_unknown(run: "Run", write: Write) -> None:
    answer = run("check", write("main.bicep", BICEP), "--json")

    assert answer.json["totals"]["today"] == "11.03"
    assert {u["why"] for u in answer.json["unknown"]} == {"gib has no value in the file"}
    (hours,) = (f for f in answer.json["findings"] if f["rule"] == "AZF007")
    assert hours["resource"] == "web-Standard_B1s1"
    assert BICEP.splitlines()[hours["line"] - 1].startswith("resource vm")


def test_bicep_takes_values_from_a_parameters_file(run: "Run", write: Write) -> None:
    values = write(
        "p.json",
        {
            "$schema": SCHEMA.format("deploymentParameters"),
            "parameters": {"gib": {"value": 64}},
        },
    )

    answer = run("check", write("main.bicep", BICEP), values, "--json", "--region", "eastus")

    assert answer.json["unknown"] == []


@pytest.mark.parametrize(
    "change",
    [
        ("gib\n", "gib * 2\n"),
        ("vmSize: vmSize", "vmSize: toLower(vmSize)"),
        ("range(0, 2)", "vms"),
        ("if (false)", "if (toLower(name) == 'x')"),
        ("'Standard'", "ip.properties.sku"),
        ("resource none", "module m 'm.bicep' = { name: 'm' }\nresource none"),
    ],
)
def test_what_needs_the_bicep_compiler_is_unknown(
    run: "Run", write: Write, change: tuple[str, str]
) -> None:
    text = BICEP.replace("param gib int", "param gib int = 64").replace(*change)

    assert run("check", write("main.bicep", text), "--json").json["unknown"]


def test_bicep_that_cannot_be_parsed_is_told_with_its_place(run: "Run", write: Write) -> None:
    answer = run("check", write("main.bicep", "resource vm 'x' = {\n"))

    assert answer.code == 2
    assert "main.bicep is not Bicep that can be read here: line" in answer.err


# Documents

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=5), st.sampled_from((None, 1, 2)))
def test_the_lines_of_elements_are_where_they_begin(values: list[Any], indent: int | None) -> None:
    text = "\n" + json.dumps(values, indent=indent)

    lines = Document("x", text).lines_of()

    assert len(lines) == len(values)
    assert lines == sorted(lines)
    if indent and values:
        starts = [n for n, line in enumerate(text.split("\n"), 1) if line[:indent].isspace()]
        assert set(lines) <= set(starts)


@given(json_values)
def test_comments_never_change_a_value(value: Any) -> None:
    text = json.dumps(value)

    assert parse_json("x", f"// one\n{text} /* two\n */") == value
