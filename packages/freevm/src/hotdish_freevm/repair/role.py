"""The least that an account must be allowed for `fix`, as a custom role of Azure's."""

import json

ACTIONS = (
    "Microsoft.Authorization/locks/read",
    "Microsoft.BillingBenefits/freeServices/read",
    "Microsoft.Compute/disks/read",
    "Microsoft.Compute/disks/write",
    "Microsoft.Compute/locations/operations/read",
    "Microsoft.Compute/skus/read",
    "Microsoft.Compute/snapshots/read",
    "Microsoft.Compute/snapshots/write",
    "Microsoft.Compute/virtualMachines/deallocate/action",
    "Microsoft.Compute/virtualMachines/instanceView/read",
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Compute/virtualMachines/start/action",
    "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Network/networkInterfaces/join/action",
    "Microsoft.Network/networkInterfaces/read",
    "Microsoft.Network/publicIPAddresses/read",
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/resources/read",
)
"""No delete among them. Changing a VM's tags takes write on the VM and join on its interface."""


def role_definition(subscription: str, group: str | None = None) -> str:
    """Give the role as `az role definition create --role-definition` takes it."""
    scope = f"/subscriptions/{subscription}"
    scope += f"/resourceGroups/{group}" if group else ""
    role = {
        "Name": "hotdish-freevm repair",
        "IsCustom": True,
        "Description": "Grow the OS disk of a VM: deallocate, resize, start. Deletes nothing.",
        "Actions": list(ACTIONS),
        "NotActions": [],
        "AssignableScopes": [scope],
    }
    return json.dumps(role, indent=2) + "\n"
