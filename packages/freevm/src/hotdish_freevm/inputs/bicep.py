"""Bicep: literals, defaults of parameters and variables; what needs the compiler is unknown.

The compiled template (`az bicep build`) says more. Needs the extra `bicep`.
The parser writes a name (`vmSize`) and a text (`'vmSize'`) alike, so a text that is the name of a
parameter, variable or resource is taken for it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hotdish_freevm.arm import ArmResource, get, resource_id
from hotdish_freevm.errors import InputError
from hotdish_freevm.inputs.arm_functions import symbol_of
from hotdish_freevm.inputs.documents import Document
from hotdish_freevm.model import Maybe, Place, Unknown

_INTERPOLATION = re.compile(r"\$\{([^{}]*)\}")
MAX_COPIES = 800


def read_bicep(
    document: Document, parameters: Mapping[str, Any], region: str | None = None
) -> Iterator[ArmResource]:
    """Give the resources of a Bicep file.

    Raises:
        InputError: The extra is not installed, or the file is not Bicep.
    """
    parsed = _parse(document)
    source = _Source(parsed, parameters, region)
    for name, module in (parsed.get("modules") or {}).items():
        kind = "Microsoft.Resources/deployments (module)"
        place = Place(document.name, module.get("__start_line__"))
        yield ArmResource({"type": kind, "name": name}, place, planned=True)
    for name, resource in (parsed.get("resources") or {}).items():
        if not resource.get("existing"):
            place = Place(document.name, resource.get("__start_line__"))
            yield from _resource(source, name, resource, place)


def _parse(document: Document) -> Mapping[str, Any]:
    try:
        from lark.exceptions import LarkError  # noqa: PLC0415 - an extra, imported where needed
        from pycep import BicepParser  # noqa: PLC0415
    except ImportError as error:
        msg = (
            f"{document.name}: reading Bicep needs pycep-parser. Install it with "
            "pip install 'hotdish-freevm[bicep]', or give the output of `az bicep build`"
        )
        raise InputError(msg) from error
    try:
        return dict(BicepParser(add_line_numbers=True).parse(text=document.text))
    except LarkError as error:
        line, column = getattr(error, "line", "?"), getattr(error, "column", "?")
        msg = (
            f"{document.name} is not Bicep that can be read here: line {line}, column {column}. "
            "If Bicep itself takes it, give the output of `az bicep build`"
        )
        raise InputError(msg) from error


def _resource(
    source: "_Source", name: str, resource: Mapping[str, Any], place: Place
) -> Iterator[ArmResource]:
    config = resource.get("config") or {}
    exists: Maybe[bool] = True
    if "loop_type" in config:
        loop, config = config["loop_type"], config.get("config") or {}
        for turn, inner in source.turns(loop):
            is_known = not isinstance(turn, Unknown)
            yield inner.built(name, resource, config, place, True if is_known else turn)
        return
    if "condition" in config and "config" in config:
        condition = source.resolve(config["condition"])
        exists = condition if isinstance(condition, bool | Unknown) else Unknown(str(condition))
        config = config["config"]
    if exists is not False:
        yield source.built(name, resource, config, place, exists)


class _Source:
    """What the expressions of a file may refer to."""

    def __init__(
        self, parsed: Mapping[str, Any], given: Mapping[str, Any], region: str | None
    ) -> None:
        self.region = region
        self.resources: Mapping[str, Any] = parsed.get("resources") or {}
        self.values: dict[str, Any] = {
            name: given.get(name, parameter.get("default"))
            for name, parameter in (parsed.get("parameters") or {}).items()
        }
        self.values |= {
            name: variable.get("value")
            for name, variable in (parsed.get("variables") or {}).items()
        }
        self.under_way: set[str] = set()

    def turns(self, loop: Mapping[str, Any]) -> Iterator[tuple[Any, "_Source"]]:
        """Give each turn of a loop with what it may refer to; one unknown turn otherwise."""
        over = self.resolve(get(loop, "detail", "array_name"))
        name = str(get(loop, "detail", "item_name"))
        if not isinstance(over, list) or len(over) > MAX_COPIES:
            over = [over if isinstance(over, Unknown) else Unknown("how often the loop turns")]
        for turn in over:
            inner = _Source({}, {}, self.region)
            inner.resources = self.resources
            inner.values = {**self.values, name: turn}
            yield turn, inner

    def built(
        self, symbol: str, resource: Mapping[str, Any], config: Any, place: Place, exists: Any
    ) -> ArmResource:
        body = dict(self.resolve(config)) if isinstance(config, Mapping) else {}
        kind = str(resource.get("type"))
        name = symbol_of(body.get("name") or symbol)
        body |= {
            "type": kind,
            "name": name,
            "apiVersion": resource.get("api_version"),
            "id": resource_id(kind, name),
        }
        return ArmResource(body, place, planned=True, exists=exists)

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.resolve(inner) for inner in value]
        if isinstance(value, str):
            return self._text(value)
        return self._node(value) if isinstance(value, Mapping) else value

    def _node(self, value: Mapping[str, Any]) -> Any:
        if "operator" in value:
            return self._operator(value["operator"])
        if "function" in value:
            return self._function(value["function"])
        if "loop_type" in value:
            return [
                inner.resolve(value.get("config")) for _, inner in self.turns(value["loop_type"])
            ]
        return {key: self.resolve(inner) for key, inner in value.items()}

    def _text(self, text: str) -> Any:
        if text in self.values:
            return self._named(text)
        parts = [self._named(name.strip()) for name in _INTERPOLATION.findall(text)]
        if not parts:
            return text
        unknown = next((p for p in parts if isinstance(p, Unknown)), None)
        filled = iter(parts)
        whole = _INTERPOLATION.sub(lambda _: symbol_of(next(filled)), text)
        return Unknown(unknown.why, whole) if unknown else whole

    def _named(self, name: str) -> Any:
        unknown = Unknown(f"{name} has no value in the file", f"{{{name}}}")
        if name not in self.values or name in self.under_way or self.values[name] is None:
            return unknown
        self.under_way.add(name)
        try:
            return self.resolve(self.values[name])
        finally:
            self.under_way.discard(name)

    def _operator(self, operator: Mapping[str, Any]) -> Any:
        operands = operator.get("operands") or {}
        owner, member = operands.get("operand_1"), operands.get("operand_2")
        if operator.get("type") != "property_accessor":
            return Unknown(f"a Bicep expression ({operator.get('type')}) needs the compiler")
        if isinstance(owner, str) and owner in self.resources and isinstance(member, str):
            return self._member_of_resource(owner, member)
        if get(owner, "function", "type") == "resource_group" and member == "location":
            why = "the resource group's region is not in the file: give --region"
            return self.region or Unknown(why)
        return get(self.resolve(owner), str(member)) or Unknown(f"{member} needs the compiler")

    def _member_of_resource(self, symbol: str, member: str) -> Any:
        resource = self.resources[symbol]
        config = resource.get("config") or {}
        config = config.get("config", config) if "condition" in config else config
        name = symbol_of(self.resolve(config.get("name") or symbol))
        known = {"name": name, "id": resource_id(str(resource.get("type")), name)}
        return known.get(member) or Unknown(f"{symbol}.{member} is only known to Azure")

    def _function(self, function: Mapping[str, Any]) -> Any:
        parameters = function.get("parameters") or {}
        if function.get("type") == "range":
            start = self.resolve(parameters.get("start_index"))
            count = self.resolve(parameters.get("count"))
            if isinstance(start, int) and isinstance(count, int) and count <= MAX_COPIES:
                return list(range(start, start + count))
        name = str(function.get("type"))
        return Unknown(f"{name}() needs the compiler", f"{{{name}({sorted(parameters.items())})}}")
