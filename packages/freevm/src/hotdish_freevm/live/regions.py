"""Where the free sizes are offered to a subscription now."""

from collections.abc import Mapping
from typing import Any

from hotdish_freevm.arm import get, items
from hotdish_freevm.live.connection import Azure, told_plainly
from hotdish_freevm.offer import FREE_SIZES


def offered_sizes(azure: Azure, region: str | None) -> dict[str, list[str]]:
    """Give for each region the free sizes that can be made there now."""
    where = f"location eq '{region}'" if region else None
    skus = azure.compute.resource_skus
    listed = told_plainly(lambda: [sku.as_dict() for sku in skus.list(filter=where)])
    found: dict[str, list[str]] = {}
    for sku in listed:
        if sku.get("resourceType") != "virtualMachines" or sku.get("name") not in FREE_SIZES:
            continue
        for location in sku.get("locations", []):
            sizes = found.setdefault(str(location).lower(), [])
            if not _is_barred(sku):
                sizes.append(str(sku["name"]))
    return {region: sorted(sizes) for region, sizes in sorted(found.items())}


def _is_barred(sku: Mapping[str, Any]) -> bool:
    return any(
        get(r, "reasonCode") == "NotAvailableForSubscription" and get(r, "type") != "Zone"
        for r in items(sku, "restrictions")
    )
