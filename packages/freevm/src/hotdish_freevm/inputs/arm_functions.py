"""The functions of ARM template expressions, in one table.

A function that gets a wrong or unknown argument may raise; the evaluator makes that `Unknown`.
Texts that only Azure makes (`uniqueString`, ids of the subscription) become stand-ins in braces:
they occur in names, and the same stand-in wherever the same value is meant keeps references whole.
"""

import base64
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from hotdish_freevm.arm import resource_id
from hotdish_freevm.model import Unknown


def symbol_of(value: Any) -> str:
    """Give a text for a value that may be unknown: the same text for the same value."""
    if isinstance(value, Unknown):
        return value.symbol or "{?}"
    if isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else json.dumps(value, default=symbol_of)


def _concat(*args: Any) -> Any:
    if args and all(isinstance(a, list) for a in args):
        return [item for a in args for item in a]
    return _text_or_unknown(args, "".join(symbol_of(a) for a in args))


def _format(pattern: str, *args: Any) -> Any:
    def fill(match: re.Match[str]) -> str:
        return symbol_of(args[int(match[1])])

    return _text_or_unknown(args, re.sub(r"\{(\d+)(?::[^}]*)?\}", fill, pattern))


def _text_or_unknown(args: Sequence[Any], text: str) -> Any:
    unknown = next((a for a in args if isinstance(a, Unknown)), None)
    return Unknown(unknown.why, text) if unknown else text


def _resource_id(*args: Any) -> str:
    parts = [symbol_of(a) for a in args]
    kinds = (i for i, part in enumerate(parts) if "/" in part and "." in part.split("/")[0])
    at = next(kinds, None)
    if at is None:
        msg = "no resource type among the arguments"
        raise ValueError(msg)
    names = "/".join(parts[at + 1 :])
    group = parts[at - 1] if at else ""
    return resource_id(parts[at], names, group=group)


def _known(*args: Any) -> None:
    for value in args:
        if isinstance(value, Unknown):
            raise TypeError(value.why)


def _equals(left: Any, right: Any) -> bool:
    _known(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    return bool(left == right)


def _empty(value: Any) -> bool:
    _known(value)
    return value is None or len(value) == 0


def _contains(container: Any, item: Any) -> bool:
    _known(container, item)
    if isinstance(container, str):
        return str(item).lower() in container.lower()
    if isinstance(container, dict):
        return str(item).lower() in {k.lower() for k in container}
    return item in container


def _union(*args: Any) -> Any:
    _known(*args)
    if isinstance(args[0], dict):
        return {k: v for a in args for k, v in a.items()}
    return list({symbol_of(item): item for a in args for item in a}.values())


def _string(value: Any) -> Any:
    _known(value)
    return value if isinstance(value, str) else json.dumps(value, default=symbol_of)


def _bool(value: Any) -> bool:
    _known(value)
    return value if isinstance(value, bool) else str(value).lower() in ("true", "1")


def _stand_in(name: str) -> Callable[..., str]:
    return lambda *args: f"{{{name}({', '.join(symbol_of(a) for a in args)})}}"


def _on_known(function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*args: Any) -> Any:
        _known(*args)
        return function(*args)

    return checked


def _divide(a: int, b: int) -> int:
    return int(a / b)


_ON_KNOWN: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "array": lambda a: a if isinstance(a, list) else [a],
    "base64tostring": lambda a: base64.b64decode(a).decode(),
    "div": _divide,
    "endswith": lambda a, b: a.lower().endswith(b.lower()),
    "first": lambda a: a[0],
    "flatten": lambda a: [item for inner in a for item in inner],
    "greater": lambda a, b: a > b,
    "greaterorequals": lambda a, b: a >= b,
    "indexof": lambda a, b: a.lower().find(b.lower()),
    "int": int,
    "join": lambda a, b: b.join(symbol_of(item) for item in a),
    "json": json.loads,
    "last": lambda a: a[-1],
    "length": len,
    "less": lambda a, b: a < b,
    "lessorequals": lambda a, b: a <= b,
    "max": lambda *a: max(*a) if len(a) > 1 else max(a[0]),
    "min": lambda *a: min(*a) if len(a) > 1 else min(a[0]),
    "mod": lambda a, b: a % b,
    "mul": lambda a, b: a * b,
    "not": lambda a: not a,
    "padleft": lambda a, n, fill=" ": str(a).rjust(n, fill),
    "range": lambda start, count: list(range(start, start + count)),
    "replace": lambda a, old, new: a.replace(old, new),
    "skip": lambda a, n: a[n:],
    "split": lambda a, mark: re.split("|".join(map(re.escape, [*mark])), a),
    "startswith": lambda a, b: a.lower().startswith(b.lower()),
    "sub": lambda a, b: a - b,
    "substring": lambda a, start, n=None: a[start : None if n is None else start + n],
    "take": lambda a, n: a[:n],
    "tolower": lambda a: a.lower(),
    "toupper": lambda a: a.upper(),
    "trim": lambda a: a.strip(),
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: _on_known(function) for name, function in _ON_KNOWN.items()},
    "base64": lambda a: a if isinstance(a, Unknown) else base64.b64encode(a.encode()).decode(),
    "bool": _bool,
    "concat": _concat,
    "contains": _contains,
    "createarray": lambda *a: list(a),
    "createobject": lambda *a: dict(zip(a[::2], a[1::2], strict=True)),
    "deployment": lambda: {"name": "deployment"},
    "empty": _empty,
    "environment": lambda: {"name": "AzureCloud"},
    "equals": _equals,
    "false": lambda: False,
    "format": _format,
    "guid": _stand_in("guid"),
    "newguid": _stand_in("newGuid"),
    "null": lambda: None,
    "resourceid": _resource_id,
    "string": _string,
    "subscription": lambda: {
        "subscriptionId": "subscription",
        "id": "/subscriptions/subscription",
        "tenantId": "tenant",
    },
    "subscriptionresourceid": _resource_id,
    "true": lambda: True,
    "union": _union,
    "uniquestring": _stand_in("uniqueString"),
    "utcnow": _stand_in("utcNow"),
}


def _if(args: Sequence[Any], value_of: Callable[[Any], Any]) -> Any:
    condition = value_of(args[0])
    if isinstance(condition, Unknown):
        return condition
    return value_of(args[1] if condition else args[2])


def _and(args: Sequence[Any], value_of: Callable[[Any], Any]) -> Any:
    values = [value_of(a) for a in args]
    if any(v is False for v in values):
        return False
    return next((v for v in values if isinstance(v, Unknown)), True)


def _or(args: Sequence[Any], value_of: Callable[[Any], Any]) -> Any:
    values = [value_of(a) for a in args]
    if any(v is True for v in values):
        return True
    return next((v for v in values if isinstance(v, Unknown)), False)


def _coalesce(args: Sequence[Any], value_of: Callable[[Any], Any]) -> Any:
    return next((v for v in map(value_of, args) if v is not None), None)


def _member(args: Sequence[Any], value_of: Callable[[Any], Any]) -> Any:
    container, name = value_of(args[0]), value_of(args[1])
    for value in (container, name):
        if isinstance(value, Unknown):
            return Unknown(value.why, f"{symbol_of(container)}.{symbol_of(name)}")
    if isinstance(container, dict):
        return next((v for k, v in container.items() if k.lower() == str(name).lower()), None)
    if isinstance(container, list) and isinstance(name, int) and 0 <= name < len(container):
        return container[name]
    return Unknown(f"there is no {symbol_of(name)!r} in it")


LAZY: dict[str, Callable[[Sequence[Any], Callable[[Any], Any]], Any]] = {
    ".": _member,
    "and": _and,
    "coalesce": _coalesce,
    "if": _if,
    "or": _or,
    "tryget": _member,
}
