"""Read the dates and times of To Do, whose zones may be Windows names."""

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from hotdish_todo.values import Json, untag

# Microsoft writes seven digits of a second; Python reads six.
_FRACTION = re.compile(r"\.(\d{1,6})\d*")
_NUMBER_OF_MS = 100_000_000_000  # larger numbers are milliseconds since 1970, not seconds


@lru_cache(maxsize=256)
def zone(name: str) -> dt.tzinfo | None:
    """Give the zone of an IANA or Windows name, None if it is neither.

    >>> zone("Pacific Standard Time")
    zoneinfo.ZoneInfo(key='America/Los_Angeles')
    """
    if name.upper() in ("UTC", "Z", "GMT"):
        return dt.UTC
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name, name))
    except (ValueError, OSError, KeyError):
        return None


def moment(value: Json) -> dt.datetime | None:
    """Read a time in any of the forms that the sources use; one without a zone is UTC.

    >>> moment({"date_time": "2024-05-06T09:00:00.1234567", "time_zone": "Europe/Berlin"})
    datetime.datetime(2024, 5, 6, 7, 0, 0, 123456, tzinfo=datetime.timezone.utc)
    """
    text, zone_name = _parts(value)
    read = _read(text)
    if read is None:
        return None
    if read.tzinfo is None:
        if not zone_name or zone_name == "UTC":
            return read.replace(tzinfo=dt.UTC)
        read = read.replace(tzinfo=zone(zone_name) or dt.UTC)
    try:
        return read.astimezone(dt.UTC)
    except OverflowError:
        return None


def day(value: Json, local: dt.tzinfo) -> dt.date | None:
    """Read a date: To Do's dates are days, whatever zone they were written in.

    Midnight in its own zone is that day. Another time of day is midnight where the user was,
    written in UTC; it is turned into the local zone before the date is taken.

    >>> day({"date_time": "2024-05-05T22:00:00", "time_zone": "UTC"}, ZoneInfo("Europe/Berlin"))
    datetime.date(2024, 5, 6)
    """
    text, zone_name = _parts(value)
    read = _read(text)
    if read is None:
        return None
    if read.time() == dt.time.min:
        return read.date()
    if read.tzinfo is None:
        read = read.replace(tzinfo=(zone(zone_name) if zone_name else None) or dt.UTC)
    if read.utcoffset():
        return read.date()
    try:
        return read.astimezone(local).date()
    except OverflowError:
        return read.date()


def _parts(value: Json) -> tuple[Json, str]:
    """Give the time itself and the name of its zone."""
    if isinstance(value, str):
        return value, ""
    value = untag(value)
    if not isinstance(value, dict):
        return value, ""
    at = zone_name = None
    for name, item in value.items():
        meaning = _MEANINGS.get(name)
        if meaning == "at":
            at = item
        elif meaning == "zone":
            zone_name = item
    return untag(at), str(zone_name or "")


_MEANINGS = {
    **dict.fromkeys(("date_time", "dateTime", "DateTime", "datetime", "date"), "at"),
    **dict.fromkeys(("time_zone", "timeZone", "TimeZone", "timezone"), "zone"),
}


def _read(value: Json) -> dt.datetime | None:
    try:
        if isinstance(value, str):
            return dt.datetime.fromisoformat(_shortened(value)) if value else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > _NUMBER_OF_MS else value
            return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _shortened(text: str) -> str:
    return _FRACTION.sub(r".\1", text) if "." in text else text
