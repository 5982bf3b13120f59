"""ARM templates, with their parameters: loops, conditions and nested deployments are followed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hotdish_freevm.arm import ArmResource, get, resource_id
from hotdish_freevm.errors import InputError
from hotdish_freevm.inputs.arm_expressions import Scope, evaluate
from hotdish_freevm.inputs.arm_functions import symbol_of
from hotdish_freevm.inputs.documents import Document
from hotdish_freevm.model import Maybe, Place, Unknown

MAX_COPIES = 800
"""What Azure itself allows in one loop; a larger count is a slip and would only eat memory."""


def is_template(value: Any) -> bool:
    """Tell whether a JSON value is an ARM template."""
    if not isinstance(value, Mapping):
        return False
    schema = str(value.get("$schema", "")).lower()
    return "deploymenttemplate.json" in schema or {"contentVersion", "resources"} <= value.keys()


def is_parameters(value: Any) -> bool:
    """Tell whether a JSON value is a file of parameters for a template."""
    if not isinstance(value, Mapping):
        return False
    schema = str(value.get("$schema", "")).lower()
    return "deploymentparameters.json" in schema or (
        {"contentVersion", "parameters"} <= value.keys() and "resources" not in value
    )


def parameter_values(document: Document) -> dict[str, Any]:
    """Read a file of parameters.

    Raises:
        InputError: It is something else.
    """
    if not is_parameters(document.json):
        msg = f"{document.name} is not a file of ARM parameters (it has no 'parameters' object)"
        raise InputError(msg)
    given = document.json.get("parameters") or {}
    return {name: _given(name, value) for name, value in given.items()}


def read_template(
    document: Document, parameters: Mapping[str, Any], region: str | None
) -> Iterator[ArmResource]:
    """Give the resources that a template would deploy."""
    scope = _scope(document.json, lambda name: parameters.get(name, _MISSING), region)
    lines = document.lines_of("resources")
    yield from _resources(document.json, scope, Place(document.name), lines)


_MISSING = object()


def _given(name: str, value: Any) -> Any:
    if isinstance(value, Mapping) and "value" in value:
        return value["value"]
    return Unknown(f"parameter {name!r} comes from a key vault or has no value")


def _scope(template: Mapping[str, Any], given: Callable[[str], Any], region: str | None) -> Scope:
    declared = template.get("parameters") or {}
    parameters: dict[str, Callable[[], Any]] = {}
    scope = Scope(parameters, template.get("variables") or {}, region)
    for name, declaration in declared.items():
        parameters[name] = _parameter(name, declaration, given, scope)
    return scope


def _parameter(
    name: str, declaration: Any, given: Callable[[str], Any], scope: Scope
) -> Callable[[], Any]:
    def value() -> Any:
        found = given(name)
        if found is not _MISSING:
            return found
        default = get(declaration, "defaultValue")
        if default is None:
            return Unknown(f"parameter {name!r} has no value: give its parameters file")
        return evaluate(default, scope)

    return value


def _resources(
    template: Mapping[str, Any], scope: Scope, place: Place, lines: list[int]
) -> Iterator[ArmResource]:
    listed = template.get("resources") or []
    bodies = list(listed.values()) if isinstance(listed, Mapping) else listed
    for index, body in enumerate(bodies):
        here = Place(place.file, lines[index] if index < len(lines) else place.line)
        if isinstance(body, Mapping) and not body.get("existing"):
            yield from _expanded(dict(body), scope, here, "", "")
        elif not isinstance(body, Mapping):
            yield ArmResource({"name": f"element {index + 1}", "type": ""}, here, planned=True)


def _expanded(
    body: dict[str, Any], scope: Scope, place: Place, parent_kind: str, parent_name: str
) -> Iterator[ArmResource]:
    loop = body.pop("copy", None)
    if not isinstance(loop, Mapping):
        yield from _one(body, scope, place, parent_kind, parent_name)
        return
    count = evaluate(loop.get("count"), scope)
    if not isinstance(count, int) or not 0 <= count <= MAX_COPIES:
        why = count.why if isinstance(count, Unknown) else f"copy count {count!r}"
        inner = scope.with_copy(str(loop.get("name", "")), 0)
        for resource in _one(body, inner, place, parent_kind, parent_name):
            yield ArmResource(resource.body, place, planned=True, exists=Unknown(why))
        return
    for index in range(count):
        inner = scope.with_copy(str(loop.get("name", "")), index)
        yield from _one(dict(body), inner, place, parent_kind, parent_name)


def _one(
    body: dict[str, Any], scope: Scope, place: Place, parent_kind: str, parent_name: str
) -> Iterator[ArmResource]:
    exists = _condition(body, scope)
    if exists is False:
        return
    if str(body.get("type", "")).lower() == "microsoft.resources/deployments":
        yield from _deployment(body, scope, place)
        return
    children = body.pop("resources", [])
    evaluated = evaluate(body, scope)
    kind = symbol_of(evaluated.get("type") or "")
    name = symbol_of(evaluated.get("name") or "")
    if parent_kind and "/" not in kind:
        kind, name = f"{parent_kind}/{kind}", f"{parent_name}/{name}"
    evaluated |= {"type": kind, "name": name, "id": resource_id(kind, name)}
    yield ArmResource(evaluated, place, planned=True, exists=exists)
    for child in children if isinstance(children, list) else children.values():
        yield from _expanded(dict(child), scope, place, kind, name)


def _condition(body: Mapping[str, Any], scope: Scope) -> Maybe[bool]:
    condition = evaluate(body.get("condition", True), scope)
    if isinstance(condition, bool | Unknown):
        return condition
    return str(condition).lower() == "true"


def _deployment(body: Mapping[str, Any], scope: Scope, place: Place) -> Iterator[ArmResource]:
    properties = body.get("properties") or {}
    template = properties.get("template")
    if not isinstance(template, Mapping):
        name = symbol_of(evaluate(body.get("name"), scope))
        kind = "Microsoft.Resources/deployments (linked)"
        yield ArmResource({"type": kind, "name": name}, place, planned=True)
        return
    is_inner = get(properties, "expressionEvaluationOptions", "scope") == "inner"
    if not is_inner:
        yield from _resources(template, scope, place, [])
        return
    given = {
        name: evaluate(_given(name, value), scope)
        for name, value in (properties.get("parameters") or {}).items()
    }
    inner = _scope(template, lambda name: given.get(name, _MISSING), scope.region)
    yield from _resources(template, inner, place, [])
