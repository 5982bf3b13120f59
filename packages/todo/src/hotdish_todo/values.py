"""JavaScript values as JSON: what JSON has no word for is tagged with `$type`.

The console snippet (`snippet/dump.js`) writes the same tags, so that a dump made in the page
and a backup read from disk hold equal values.
"""

import base64
import datetime as dt
import math
from typing import Any, TypeAlias

Json: TypeAlias = Any  # None, bool, int, float, str, list or dict, as the json module gives them

TAG = "$type"
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - JavaScript dates are UTC, spelt with Z below
_EXACT_INTEGERS = 2**53
_MAX_DATE_MS = 8.64e15


def undefined() -> Json:
    """JavaScript's undefined, also used for the holes of an array."""
    return {TAG: "undefined"}


def number(value: float) -> Json:
    """Give a double as JSON would print it, or tagged where JSON cannot.

    >>> number(5.0), number(-0.0)
    (5, {'$type': 'number', 'value': '-0'})
    """
    if value.is_integer():
        if value == 0 and math.copysign(1, value) < 0:
            return {TAG: "number", "value": "-0"}
        return int(value) if abs(value) < _EXACT_INTEGERS else value
    if math.isfinite(value):
        return value
    name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return {TAG: "number", "value": name}


def date(ms: float) -> Json:
    """Give a JavaScript date from its milliseconds since 1970.

    >>> date(0)["value"]
    '1970-01-01T00:00:00.000Z'
    """
    if not abs(ms) <= _MAX_DATE_MS:  # NaN, an invalid date, ends here too
        return {TAG: "date", "value": None}
    try:
        text = (_EPOCH + dt.timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")
    except OverflowError:
        return {TAG: "date", "value": _date_beyond_python(ms)}
    return {TAG: "date", "value": f"{text}Z"}


def bigint(value: int) -> Json:
    """Give a BigInt, its digits as text."""
    sign, magnitude = ("-", -value) if value < 0 else ("", value)
    return {TAG: "bigint", "value": sign + _decimal(magnitude)}


def mapping(pairs: list[list[Json]]) -> Json:
    """Give a Map from its pairs, in their order."""
    return {TAG: "map", "value": pairs}


def collection(items: list[Json]) -> Json:
    """Give a Set from its items, in their order."""
    return {TAG: "set", "value": items}


def regexp(source: str, flags: str) -> Json:
    """Give a regular expression; `flags` are sorted as JavaScript prints them."""
    return {TAG: "regexp", "value": source, "flags": "".join(sorted(flags))}


def binary(data: bytes, view: str | None = None) -> Json:
    """Give an ArrayBuffer, or the view on one, as base64."""
    tagged = {TAG: "bytes", "value": base64.b64encode(data).decode()}
    return tagged | {"view": view} if view else tagged


def blob(mime: str, data: bytes | None, name: str | None = None) -> Json:
    """Give a Blob, or a File if it has a name; `data` None means that its file is gone."""
    tagged: dict[str, Json] = {TAG: "blob", "mime": mime}
    if name is not None:
        tagged["name"] = name
    if data is None:
        return tagged | {"missing": True}
    return tagged | {"value": base64.b64encode(data).decode()}


def circular() -> Json:
    """Stand for an object that lies inside itself."""
    return {TAG: "circular"}


def escape_key(key: str) -> str:
    """Keep a real property called `$type` apart from a tag.

    >>> escape_key("$type"), escape_key("$$type"), escape_key("type")
    ('$$type', '$$$type', 'type')
    """
    if key.endswith(TAG) and key.lstrip("$") == "type":
        return f"${key}"
    return key


def is_tagged(value: Json, type_name: str) -> bool:
    """Tell whether a value is the tag of that name."""
    return isinstance(value, dict) and value.get(TAG) == type_name


def untag(value: Json) -> Json:
    """Give a scalar without its tag: dates and big numbers as text, undefined as None.

    Containers and bytes stay as they are.
    """
    if not isinstance(value, dict) or TAG not in value:
        return value
    if value[TAG] in ("date", "bigint", "number"):
        return value.get("value")
    return None if value[TAG] == "undefined" else value


def _decimal(value: int) -> str:
    """Print an integer of any length: Python refuses more than 4,300 digits at once."""
    chunk = 10**4000
    parts: list[str] = []
    while value >= chunk:
        value, rest = divmod(value, chunk)
        parts.append(f"{rest:04000d}")
    return "".join([str(value), *reversed(parts)])


def _date_beyond_python(ms: float) -> str:
    """Print a date before year 1 or after 9999 in JavaScript's six-digit form."""
    cycle_ms = 146_097 * 86_400_000  # 400 years of the Gregorian calendar, to the day
    cycles, rest = divmod(int(ms) - 10_957 * 86_400_000, cycle_ms)
    near = _EPOCH + dt.timedelta(milliseconds=rest + 10_957 * 86_400_000)
    year = near.year + 400 * cycles
    sign = "-" if year < 0 else "+" if year > dt.MAXYEAR else ""
    digits = f"{abs(year):06d}" if sign else f"{year:04d}"
    return f"{sign}{digits}{near.isoformat(timespec='milliseconds')[4:]}Z"
