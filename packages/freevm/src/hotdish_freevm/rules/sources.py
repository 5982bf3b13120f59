"""The sources that more than one rule rests on. Where no page names a fact, the rule says so."""

from datetime import date

from hotdish_freevm.rules.rule import Source

READ = date(2026, 11, 22)
_LEARN = "https://learn.microsoft.com/en-us/azure"

FREE_SERVICES = Source(
    "Create services included with Azure free account",
    f"{_LEARN}/cost-management-billing/manage/create-free-services",
    date(2026, 3, 3),
    READ,
)
FREE_DISKS = Source(
    "Azure free services: two P6 managed disks (also marketplace freeaccountvirtualmachine)",
    "https://azure.microsoft.com/pricing/free-services",
    date(2026, 9, 9),
    READ,
)
DISK_BILLING = Source(
    "Understand Azure Disk Storage billing",
    f"{_LEARN}/virtual-machines/disks-understand-billing",
    date(2024, 1, 30),
    READ,
)
DISK_EXPANSION = Source(
    "Expand virtual hard disks on a Linux VM",
    f"{_LEARN}/virtual-machines/linux/expand-disks",
    date(2024, 10, 28),
    READ,
)
DISK_TIERS = Source(
    "Change your performance tier",
    f"{_LEARN}/virtual-machines/disks-change-performance",
    date(2024, 3, 4),
    READ,
)
VM_STATES = Source(
    "States and billing status of Azure virtual machines",
    f"{_LEARN}/virtual-machines/states-billing",
    None,
    READ,
)
IP_PRICES = Source(
    "IP addresses pricing (Retail Prices API: 0.005 USD an hour)",
    "https://azure.microsoft.com/pricing/details/ip-addresses",
    date(2026, 9, 29),
    READ,
)
BASIC_IP = Source(
    "Upgrade Basic public IP addresses to Standard",
    f"{_LEARN}/virtual-network/ip-services/public-ip-basic-upgrade-guidance",
    date(2025, 9, 30),
    READ,
)
DEFAULT_OUTBOUND = Source(
    "Default outbound access in Azure",
    f"{_LEARN}/virtual-network/ip-services/default-outbound-access",
    date(2026, 3, 31),
    READ,
)
AVOID_CHARGES = Source(
    "Avoid charges with your Azure free account",
    f"{_LEARN}/cost-management-billing/manage/avoid-charges-free-account",
    date(2026, 3, 3),
    READ,
)
RETIREMENTS = Source(
    "Azure/EOL service list",
    "https://github.com/Azure/EOL",
    date(2025, 12, 18),
    READ,
)
EGRESS = Source(
    "Retail Prices API, Standard Data Transfer Out (tierMinimumUnits)",
    "https://azure.microsoft.com/pricing/details/bandwidth",
    None,
    READ,
)
VM_DELETE = Source(
    "Delete a VM and attached resources",
    f"{_LEARN}/virtual-machines/delete",
    None,
    READ,
)
BOOT_DIAGNOSTICS = Source(
    "Azure boot diagnostics",
    f"{_LEARN}/virtual-machines/boot-diagnostics",
    None,
    READ,
)
