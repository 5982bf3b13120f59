"""What-if answers (`az deployment group what-if --no-pretty-print`): what would be afterwards."""

from collections.abc import Iterator, Mapping
from typing import Any

from hotdish_freevm.arm import ArmResource, get, items
from hotdish_freevm.inputs.azure_lists import normal_form
from hotdish_freevm.inputs.documents import Document
from hotdish_freevm.model import Place, Unknown


def is_what_if(value: Any) -> bool:
    """Tell whether a JSON value is a what-if answer."""
    changes = _changes(value)
    return bool(changes) and all(get(change, "changeType") for change in changes)


def read_what_if(document: Document) -> Iterator[ArmResource]:
    """Give the resources as they would be after the deployment."""
    path = ("changes",) if "changes" in document.json else ("properties", "changes")
    lines = document.lines_of(*path)
    for index, change in enumerate(_changes(document.json)):
        place = Place(document.name, lines[index] if index < len(lines) else None)
        sort = str(get(change, "changeType")).lower()
        if sort == "delete":
            continue
        after = get(change, "after") or get(change, "before")
        if not isinstance(after, Mapping):
            after = {"id": get(change, "resourceId"), "name": get(change, "resourceId")}
        resource = normal_form({"id": get(change, "resourceId"), **after}, place)
        yield ArmResource(
            resource.body,
            place,
            planned=sort == "create",
            exists=Unknown("Azure's what-if does not foresee it")
            if sort == "unsupported"
            else True,
        )


def _changes(value: Any) -> list[Any]:
    if not isinstance(value, Mapping):
        return []
    return items(value, "changes") or items(value, "properties", "changes")
