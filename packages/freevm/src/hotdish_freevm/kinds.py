"""Which kinds of Azure resources cost nothing by themselves, and which are charged from the start.

Kinds in neither table have no price here; they are reported as unknown, never as free.
"""

FREE_KINDS = frozenset(
    kind.lower()
    for kind in (
        "Microsoft.Authorization/locks",
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Authorization/roleDefinitions",
        "Microsoft.Authorization/policyAssignments",
        "Microsoft.Compute/availabilitySets",
        "Microsoft.Compute/proximityPlacementGroups",
        "Microsoft.Compute/sshPublicKeys",
        "Microsoft.Compute/virtualMachines/extensions",
        "Microsoft.Compute/virtualMachines/runCommands",
        "Microsoft.Compute/diskEncryptionSets",
        "Microsoft.Consumption/budgets",
        "Microsoft.DevTestLab/schedules",
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "Microsoft.Network/applicationSecurityGroups",
        "Microsoft.Network/networkSecurityGroups",
        "Microsoft.Network/networkSecurityGroups/securityRules",
        "Microsoft.Network/routeTables",
        "Microsoft.Network/routeTables/routes",
        "Microsoft.Network/virtualNetworks",
        "Microsoft.Resources/resourceGroups",
        "Microsoft.Resources/deployments",
    )
)

CHARGED_KINDS = {
    kind.lower(): (name, meter)
    for kind, (name, meter) in {
        "Microsoft.Network/natGateways": ("NAT gateway", "NAT gateway"),
        "Microsoft.Network/bastionHosts": ("Bastion", None),
        "Microsoft.Network/loadBalancers": ("load balancer", None),
        "Microsoft.Network/applicationGateways": ("application gateway", None),
        "Microsoft.Network/azureFirewalls": ("firewall", None),
        "Microsoft.Network/virtualNetworkGateways": ("VPN gateway", None),
        "Microsoft.Network/privateEndpoints": ("private endpoint", None),
        "Microsoft.Network/publicIPPrefixes": ("public IP prefix", None),
        "Microsoft.RecoveryServices/vaults": ("backup vault", None),
        "Microsoft.DataProtection/backupVaults": ("backup vault", None),
    }.items()
}
"""Kind to a readable name and the meter of its fixed price, where the price file has one."""
