"""ARM template expressions: `[concat(parameters('name'), '-nic')]` parsed and evaluated.

What only Azure can know (`reference`, `listKeys`) and parameters without a value become `Unknown`.
Grammar: value = 'text' | number | name(value, ...) ; then any of .name, ?.name, [value].
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

from hotdish_freevm.inputs.arm_functions import FUNCTIONS, LAZY, symbol_of
from hotdish_freevm.model import Unknown

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(-?\d+)|([A-Za-z_][\w.]*)|(\?\.|[().,\[\]]))")


class ExpressionError(Exception):
    """The text in brackets is not an expression."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function call, or the reading of a member (`.` and its two values)."""

    name: str
    args: tuple["Node", ...]
    text: str


Node = Call | str | int


@dataclass
class Scope:
    """What an expression may refer to. Parameters and variables are resolved when asked for."""

    parameters: Mapping[str, Callable[[], Any]]
    variables: Mapping[str, Any]
    region: str | None = None
    copy_index: dict[str, int] = field(default_factory=dict)
    resolved: dict[str, Any] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)

    def with_copy(self, name: str, index: int) -> "Scope":
        """Give the same scope inside one turn of a copy loop."""
        inner = {**self.copy_index, name: index, "": index}
        return Scope(self.parameters, self.variables, self.region, inner)

    def look_up(self, sort: str, name: str) -> Any:
        """Resolve a parameter or a variable, once."""
        key = f"{sort}('{name.lower()}')"
        if key in self.resolved:
            return self.resolved[key]
        if key in self.under_way:
            return Unknown(f"{key} refers to itself", f"{{{key}}}")
        self.under_way.add(key)
        try:
            self.resolved[key] = self._find(sort, name, key)
        finally:
            self.under_way.discard(key)
        return self.resolved[key]

    def _find(self, sort: str, name: str, key: str) -> Any:
        if sort == "parameters":
            source = _ignoring_case(self.parameters, name)
            value = source() if source else Unknown(f"there is no parameter {name!r}")
        else:
            value = evaluate(
                _ignoring_case(self.variables, name, Unknown(f"there is no variable {name!r}")),
                self,
            )
        if isinstance(value, Unknown) and not value.symbol:
            return Unknown(value.why, f"{{{key}}}")
        return value


def evaluate(value: Any, scope: Scope) -> Any:
    """Evaluate every expression inside a JSON value."""
    if isinstance(value, str):
        return _evaluate_text(value, scope)
    if isinstance(value, list):
        return [evaluate(inner, scope) for inner in value]
    if isinstance(value, dict):
        result = {
            str(_evaluate_text(key, scope)): evaluate(inner, scope)
            for key, inner in value.items()
            if not _is_property_copy(key, inner)
        }
        for loop in value.get("copy", []) if _is_property_copy("copy", value.get("copy")) else []:
            result[loop["name"]] = _copied(loop, scope)
        return result
    return value


def parse(text: str) -> Node:
    """Parse the inside of the brackets.

    Raises:
        ExpressionError: It does not follow the grammar.
    """
    parser = _Parser(text)
    node = parser.value()
    parser.end()
    return node


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Node | None:
    try:
        return parse(text)
    except (ExpressionError, RecursionError):
        return None


def _evaluate_text(text: str, scope: Scope) -> Any:
    if not (text.startswith("[") and text.endswith("]")):
        return text
    if text.startswith("[["):
        return text[1:]
    node = _parsed(text[1:-1])
    if node is None:
        return Unknown(f"the expression {text} cannot be read", f"{{{text}}}")
    return _value_of(node, scope)


def _value_of(node: Node, scope: Scope) -> Any:
    if not isinstance(node, Call):
        return node
    name = node.name.lower()
    if name in LAZY:
        return _lazily(node, name, scope)
    args = [_value_of(arg, scope) for arg in node.args]
    if name in _SCOPED:
        return _SCOPED[name](args, scope)
    return _called(node, name, args)


def _lazily(node: Call, name: str, scope: Scope) -> Any:
    try:
        return LAZY[name](node.args, lambda inner: _value_of(inner, scope))
    except LookupError:
        return Unknown(f"{node.text} lacks an argument", f"{{{node.text}}}")


def _called(node: Call, name: str, args: list[Any]) -> Any:
    function = FUNCTIONS.get(name)
    if function is None:
        return Unknown(f"{node.name}() is only known to Azure", f"{{{node.text}}}")
    try:
        return function(*args)
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError):
        unknown = next((a for a in args if isinstance(a, Unknown)), None)
        why = unknown.why if unknown else f"{node.text} cannot be worked out"
        return Unknown(why, f"{{{node.name}({', '.join(symbol_of(a) for a in args)})}}")


def _look_up(sort: str) -> Callable[[list[Any], Scope], Any]:
    def look_up(args: list[Any], scope: Scope) -> Any:
        if not args or not isinstance(args[0], str):
            return Unknown(f"{sort}() without a name")
        return scope.look_up(sort, args[0])

    return look_up


def _copy_index(args: list[Any], scope: Scope) -> Any:
    loop = next((a for a in args if isinstance(a, str)), "")
    offset = next((a for a in args if isinstance(a, int)), 0)
    if loop not in scope.copy_index:
        return Unknown("copyIndex() outside a loop")
    return scope.copy_index[loop] + offset


def _resource_group(_: list[Any], scope: Scope) -> dict[str, Any]:
    unknown = Unknown("the resource group's region is not in a template: give --region")
    return {
        "name": "group",
        "id": "/subscriptions/subscription/resourceGroups/group",
        "location": scope.region or unknown,
        "tags": {},
    }


_SCOPED: dict[str, Callable[[list[Any], Scope], Any]] = {
    "copyindex": _copy_index,
    "parameters": _look_up("parameters"),
    "resourcegroup": _resource_group,
    "variables": _look_up("variables"),
}


def _is_property_copy(key: str, value: Any) -> bool:
    return (
        key == "copy"
        and isinstance(value, list)
        and all(
            isinstance(loop, dict) and {"name", "count", "input"} <= loop.keys() for loop in value
        )
    )


def _copied(loop: dict[str, Any], scope: Scope) -> Any:
    count = evaluate(loop["count"], scope)
    if not isinstance(count, int):
        return count if isinstance(count, Unknown) else Unknown(f"copy count {count!r}")
    return [evaluate(loop["input"], scope.with_copy(loop["name"], i)) for i in range(count)]


def _ignoring_case(mapping: Mapping[str, Any], name: str, default: Any = None) -> Any:
    if name in mapping:
        return mapping[name]
    return next((v for k, v in mapping.items() if k.lower() == name.lower()), default)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def value(self) -> Node:
        start = self.at
        literal, number, name, _ = self._next()
        if literal:
            return literal[1:-1].replace("''", "'")
        if number:
            return int(number)
        if not name or not self._take("("):
            self._fail()
        args: list[Node] = []
        while not self._take(")"):
            if args and not self._take(","):
                self._fail()
            args.append(self.value())
        return self._members(Call(name, tuple(args), self.text[start : self.at].strip()), start)

    def end(self) -> None:
        if self.text[self.at :].strip():
            self._fail()

    def _members(self, node: Call, start: int) -> Node:
        while True:
            inner: Node
            if self._take("?.") or self._take("."):
                _, _, name, _ = self._next()
                if "." in name:
                    name, *rest = name.split(".")
                    self.at -= len(".".join(rest)) + 1
                inner = name
            elif self._take("["):
                inner = self.value()
                if not self._take("]"):
                    self._fail()
            else:
                return node
            node = Call(".", (node, inner), self.text[start : self.at].strip())

    def _next(self) -> tuple[str, str, str, str]:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            self._fail()
        self.at = match.end()
        literal, number, name, mark = match.groups(default="")
        return literal, number, name, mark

    def _take(self, mark: str) -> bool:
        match = _TOKEN.match(self.text, self.at)
        if match is None or match[4] != mark:
            return False
        self.at = match.end()
        return True

    def _fail(self) -> NoReturn:
        msg = f"not an expression at character {self.at}: {self.text}"
        raise ExpressionError(msg)
