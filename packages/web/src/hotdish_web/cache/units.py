"""Times and sizes as people write them: `"1h30m"`, `"64MiB"`."""

import re

from hotdish_web.errors import SettingsError

SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
BYTES = {"": 1, "b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3}
BYTES |= {"kib": 1024, "mib": 1024**2, "gib": 1024**3}
TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])", re.IGNORECASE)
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)


def to_seconds(value: float | str) -> float:
    """Read a time: a number of seconds, or text.

    >>> to_seconds("1h30m"), to_seconds(2), to_seconds("10")
    (5400.0, 2.0, 10.0)
    """
    text = str(value).strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    parts = TIME.findall(text)
    if not parts or "".join(f"{number}{unit}" for number, unit in parts) != text:
        msg = f"{value!r} is no time. Write seconds as a number, or text like '90s', '1h30m', '7d'"
        raise SettingsError(msg)
    return float(sum(float(number) * SECONDS[unit.lower()] for number, unit in parts))


def to_bytes(value: int | str) -> int:
    """Read a size: a number of bytes, or text.

    >>> to_bytes("64KiB"), to_bytes(7)
    (65536, 7)
    """
    match = SIZE.fullmatch(str(value).strip())
    if match is None or match[2].lower() not in BYTES:
        msg = f"{value!r} is no size. Write bytes as a number, or text like '64KiB' or '1MiB'"
        raise SettingsError(msg)
    return int(float(match[1]) * BYTES[match[2].lower()])
