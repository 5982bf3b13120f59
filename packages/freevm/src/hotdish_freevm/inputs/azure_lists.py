"""What `az ... list -o json`, `az ... show` and Azure's REST answers hold."""

from collections.abc import Iterator, Mapping
from typing import Any

from hotdish_freevm.arm import ArmResource, get, kind_of
from hotdish_freevm.inputs.documents import Document
from hotdish_freevm.model import Place

_TOP_LEVEL = frozenset(
    [
        "id",
        "name",
        "type",
        "location",
        "tags",
        "sku",
        "zones",
        "plan",
        "properties",
        "managedby",
        "resourcegroup",
        "identity",
        "extendedlocation",
        "etag",
        "apiversion",
        "kind",
        "powerstate",
    ]
)


def is_azure_list(value: Any) -> bool:
    """Tell whether a JSON value is a list of Azure resources, or one of them."""
    elements = _elements(value)
    if elements == []:
        return True  # what `az` prints where there is nothing
    return elements is not None and any(_looks_like_resource(e) for e in elements)


def read_azure_list(document: Document) -> Iterator[ArmResource]:
    """Give the resources of a list; what is none comes without a kind and is reported later."""
    value = document.json
    lines = document.lines_of(*(("value",) if _is_page(value) else ()))
    for index, element in enumerate(_elements(value) or []):
        is_listed = isinstance(value, list) or _is_page(value)
        place = Place(document.name, lines[index] if is_listed and index < len(lines) else 1)
        if isinstance(element, Mapping):
            yield normal_form(element, place)
        else:
            yield ArmResource({"name": f"element {index + 1}", "type": ""}, place)


def normal_form(element: Mapping[str, Any], place: Place) -> ArmResource:
    """Give a resource in ARM's shape; `az` lifts what ARM keeps below `properties`."""
    body = dict(element)
    if not isinstance(body.get("properties"), Mapping):
        body["properties"] = {k: v for k, v in element.items() if k.lower() not in _TOP_LEVEL}
    if not body.get("type") and isinstance(body.get("id"), str):
        body["type"] = kind_of(body["id"]) or ""
    return ArmResource(body, place)


def _elements(value: Any) -> list[Any] | None:
    if _is_page(value):
        return list(value["value"])
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, Mapping) else None


def _is_page(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("value"), list)


def _looks_like_resource(element: Any) -> bool:
    id_ = get(element, "id")
    return isinstance(id_, str) and kind_of(id_) is not None
