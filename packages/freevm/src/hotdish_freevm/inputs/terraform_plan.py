"""`terraform show -json` of a plan (what will be) or of a state (what is)."""

from collections.abc import Iterator, Mapping
from typing import Any

from hotdish_freevm.arm import ArmResource, get, items
from hotdish_freevm.inputs.azurerm import arm_body, unknown_until_apply
from hotdish_freevm.inputs.documents import Document
from hotdish_freevm.model import Place


def is_plan(value: Any) -> bool:
    """Tell whether a JSON value is a plan or a state in Terraform's JSON."""
    return (
        isinstance(value, Mapping)
        and "format_version" in value
        and ("planned_values" in value or "values" in value)
    )


def read_plan(document: Document) -> Iterator[ArmResource]:
    """Give the resources of all modules; what is known only after apply is unknown."""
    plan = document.json
    root = get(plan, "planned_values", "root_module") or get(plan, "values", "root_module")
    unknown = {
        str(get(change, "address")): get(change, "change", "after_unknown")
        for change in items(plan, "resource_changes")
    }
    used = _addresses_used(get(plan, "configuration", "root_module"), "")
    for resource in _resources(root):
        address = str(get(resource, "address"))
        values = _with_unknown(get(resource, "values") or {}, unknown.get(address), address)
        plain = address.split("[", maxsplit=1)[0]
        values = {**values, "used_by": used.get(plain)}
        body = arm_body(str(get(resource, "type")), address, values)
        if body is not None and get(resource, "mode") != "data":
            is_planned = "planned_values" in plan
            yield ArmResource(body, Place(document.name), planned=is_planned)


def _resources(module: Any) -> Iterator[Mapping[str, Any]]:
    yield from items(module, "resources")
    for child in items(module, "child_modules"):
        yield from _resources(child)


def _with_unknown(values: Any, unknown: Any, name: str) -> Any:
    """Lay `after_unknown` (true where a value is not known yet) over the planned values."""
    if unknown is True:
        return unknown_until_apply(name)
    if isinstance(unknown, Mapping) and isinstance(values, Mapping):
        names = dict.fromkeys([*values, *unknown])
        return {
            key: _with_unknown(values.get(key), unknown.get(key), f"{name}.{key}") for key in names
        }
    if isinstance(unknown, list) and isinstance(values, list):
        padded = [*unknown, *[None] * (len(values) - len(unknown))]
        return [
            _with_unknown(v, u, f"{name}[{i}]")
            for i, (v, u) in enumerate(zip(values, padded, strict=False))
        ]
    return values


def _addresses_used(module: Any, prefix: str) -> dict[str, str]:
    """Give which addresses (`azurerm_public_ip.web`) the configuration refers to, and from where.

    The plan's values do not tell it: an id is known only after apply.
    """
    used: dict[str, str] = {}
    for resource in items(module, "resources"):
        for reference in _references(get(resource, "expressions")):
            parts = reference.split(".")
            used[f"{prefix}{'.'.join(parts[:2])}"] = f"{prefix}{get(resource, 'address')}"
    calls = get(module, "module_calls")
    for name, call in calls.items() if isinstance(calls, Mapping) else ():
        used |= _addresses_used(get(call, "module"), f"{prefix}module.{name}.")
    return used


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "references" and isinstance(inner, list):
                yield from (r for r in inner if isinstance(r, str))
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
