"""Terraform's azurerm resources in ARM's shape: one small function per resource type."""

from collections.abc import Callable, Mapping
from typing import Any

from hotdish_freevm.arm import resource_id
from hotdish_freevm.model import Unknown

Values = Mapping[str, Any]


def arm_body(resource_type: str, address: str, values: Values) -> dict[str, Any] | None:
    """Give a resource in ARM's shape; None for what is no resource of Azure's."""
    if not resource_type.startswith(("azurerm_", "azapi_")):
        return None
    kind, properties = _TYPES.get(resource_type, (f"Terraform/{resource_type}", lambda _: {}))
    id_ = values.get("id")
    body: dict[str, Any] = {
        "id": id_ if isinstance(id_, str) and id_.startswith("/") else resource_id(kind, address),
        "type": kind,
        "name": address,
        "location": values.get("location"),
        "properties": properties(values),
    }
    if kind in _SKU_OF:
        body["sku"] = {"name": values.get(_SKU_OF[kind]) or _DEFAULT_SKU.get(kind)}
    return body


def block(values: Values, name: str) -> Mapping[str, Any]:
    """Give a nested block, which Terraform keeps as a list of one; empty where there is none."""
    found = values.get(name)
    if isinstance(found, list):
        found = found[0] if found else {}
    return found if isinstance(found, Mapping) else {}


def _vm(os: str) -> Callable[[Values], dict[str, Any]]:
    def properties(values: Values) -> dict[str, Any]:
        disk = block(values, "os_disk")
        image = block(values, "source_image_reference")
        return {
            "hardwareProfile": {"vmSize": values.get("size")},
            "priority": values.get("priority"),
            "storageProfile": {
                "imageReference": dict(image) or {"id": values.get("source_image_id")},
                "osDisk": {
                    "osType": os,
                    "name": disk.get("name"),
                    "createOption": "FromImage",
                    "diskSizeGB": disk.get("disk_size_gb"),
                    # azurerm deletes the OS disk with its VM unless the provider is told not to.
                    "deleteOption": "Delete",
                    "diffDiskSettings": {"option": _local(block(disk, "diff_disk_settings"))},
                    "managedDisk": {"storageAccountType": disk.get("storage_account_type")},
                },
            },
            "diagnosticsProfile": {
                "bootDiagnostics": {
                    "storageUri": block(values, "boot_diagnostics").get("storage_account_uri")
                }
            },
        }

    return properties


def _local(settings: Mapping[str, Any]) -> Any:
    return settings.get("option")


def _disk(values: Values) -> dict[str, Any]:
    return {
        "diskSizeGB": values.get("disk_size_gb"),
        "tier": values.get("tier"),
        "burstingEnabled": values.get("on_demand_bursting_enabled"),
        # Another resource attaches it, if anything does; Terraform's plan does not say.
        "diskState": "Reserved",
    }


def _ip(values: Values) -> dict[str, Any]:
    return {
        "publicIPAllocationMethod": values.get("allocation_method"),
        "publicIPAddressVersion": values.get("ip_version") or "IPv4",
        "ipConfiguration": {"id": values["used_by"]} if values.get("used_by") else None,
    }


def _snapshot(values: Values) -> dict[str, Any]:
    return {"diskSizeGB": values.get("disk_size_gb")}


def _nothing(_: Values) -> dict[str, Any]:
    return {}


_COMPUTE, _NETWORK = "Microsoft.Compute", "Microsoft.Network"
_TYPES: dict[str, tuple[str, Callable[[Values], dict[str, Any]]]] = {
    "azurerm_linux_virtual_machine": (f"{_COMPUTE}/virtualMachines", _vm("Linux")),
    "azurerm_windows_virtual_machine": (f"{_COMPUTE}/virtualMachines", _vm("Windows")),
    "azurerm_managed_disk": (f"{_COMPUTE}/disks", _disk),
    "azurerm_snapshot": (f"{_COMPUTE}/snapshots", _snapshot),
    "azurerm_public_ip": (f"{_NETWORK}/publicIPAddresses", _ip),
    "azurerm_nat_gateway": (f"{_NETWORK}/natGateways", _nothing),
    "azurerm_bastion_host": (f"{_NETWORK}/bastionHosts", _nothing),
    "azurerm_lb": (f"{_NETWORK}/loadBalancers", _nothing),
    "azurerm_application_gateway": (f"{_NETWORK}/applicationGateways", _nothing),
    "azurerm_firewall": (f"{_NETWORK}/azureFirewalls", _nothing),
    "azurerm_virtual_network_gateway": (f"{_NETWORK}/virtualNetworkGateways", _nothing),
    "azurerm_private_endpoint": (f"{_NETWORK}/privateEndpoints", _nothing),
    "azurerm_recovery_services_vault": ("Microsoft.RecoveryServices/vaults", _nothing),
    "azurerm_resource_group": ("Microsoft.Resources/resourceGroups", _nothing),
    "azurerm_virtual_network": (f"{_NETWORK}/virtualNetworks", _nothing),
    "azurerm_availability_set": (f"{_COMPUTE}/availabilitySets", _nothing),
    "azurerm_ssh_public_key": (f"{_COMPUTE}/sshPublicKeys", _nothing),
    # Kinds that never cost anything and that nothing here looks into.
    **dict.fromkeys(
        (
            "azurerm_network_security_group",
            "azurerm_network_security_rule",
            "azurerm_network_interface",
            "azurerm_network_interface_security_group_association",
            "azurerm_subnet",
            "azurerm_subnet_network_security_group_association",
            "azurerm_subnet_nat_gateway_association",
            "azurerm_nat_gateway_public_ip_association",
            "azurerm_route_table",
            "azurerm_virtual_machine_data_disk_attachment",
            "azurerm_virtual_machine_extension",
            "azurerm_user_assigned_identity",
            "azurerm_role_assignment",
            "azurerm_consumption_budget_resource_group",
            "azurerm_consumption_budget_subscription",
            "azurerm_dev_test_global_vm_shutdown_schedule",
        ),
        (f"{_NETWORK}/networkSecurityGroups", _nothing),
    ),
}
_SKU_OF = {
    f"{_COMPUTE}/disks": "storage_account_type",
    f"{_NETWORK}/publicIPAddresses": "sku",
}
# azurerm 4 makes Standard addresses where no SKU is named.
_DEFAULT_SKU = {f"{_NETWORK}/publicIPAddresses": "Standard"}


def unknown_until_apply(name: str) -> Unknown:
    """Give the value of what Terraform knows only when it is applied."""
    return Unknown(f"{name} is known only after `terraform apply`")
