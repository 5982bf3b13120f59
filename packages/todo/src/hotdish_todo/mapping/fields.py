"""Read single fields, in whichever of its forms a source writes them."""

import datetime as dt
from collections.abc import Mapping

from hotdish_todo.model import Importance, Status
from hotdish_todo.moments import moment
from hotdish_todo.recurrence import Recurrence, weekday
from hotdish_todo.values import TAG, Json, untag

_STATUS = {
    "notstarted": Status.NOT_STARTED,
    "inprogress": Status.IN_PROGRESS,
    "completed": Status.COMPLETED,
    "waitingonothers": Status.WAITING,
    "deferred": Status.DEFERRED,
}
_IMPORTANCE = {
    "low": Importance.LOW,
    "normal": Importance.NORMAL,
    "high": Importance.HIGH,
    "0": Importance.LOW,
    "1": Importance.NORMAL,
    "2": Importance.HIGH,
}
_FREQUENCIES = {
    "daily": "DAILY",
    "day": "DAILY",
    "days": "DAILY",
    "weekly": "WEEKLY",
    "week": "WEEKLY",
    "weeks": "WEEKLY",
    "weekdays": "WEEKLY",
    "monthly": "MONTHLY",
    "month": "MONTHLY",
    "months": "MONTHLY",
    "absolutemonthly": "MONTHLY",
    "relativemonthly": "MONTHLY",
    "yearly": "YEARLY",
    "year": "YEARLY",
    "years": "YEARLY",
    "absoluteyearly": "YEARLY",
    "relativeyearly": "YEARLY",
}
RECURRENCE = frozenset({"recurrence", "recurrence_type", "recurrence_unit"})
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_LAST_DAY_OF_MONTH = 31


def text(value: Json) -> str:
    """Give a text; a number is printed, anything else is no text."""
    if isinstance(value, str):
        return value
    value = untag(value)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def body(value: Json) -> str:
    """Give the content of a note, which may lie in an object with its type."""
    if isinstance(value, dict) and TAG not in value:
        return next((text(item) for name, item in value.items() if name.lower() == "content"), "")
    return text(value)


def flag(value: Json) -> bool:
    """Give a truth value; SQLite and JSON write it as a number or a text too."""
    if value is None or value is True or value is False:
        return value is True
    value = untag(value)
    if isinstance(value, str):
        return value.strip().lower() in ("1", "true", "yes", "completed")
    return bool(value)


def status(known: Mapping[str, Json]) -> Status:
    """Give a task's status from its words or from a mere completed flag."""
    if flag(known.get("completed")):
        return Status.COMPLETED
    word = _plain(known.get("status"))
    if not word and "completed" not in known and known.get("completed_at"):
        return Status.COMPLETED
    return _STATUS.get(word, Status.NOT_STARTED)


def importance(value: Json) -> Importance:
    """Give the importance from its word or its number."""
    return _IMPORTANCE.get(_plain(value), Importance.NORMAL)


def position(value: Json) -> float | None:
    """Give a manual order as a number: the higher, the nearer to the top. It may be a time."""
    value = untag(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str) or not value:
        return None
    at = moment(value)
    if at is not None:
        return at.timestamp() * 1000
    try:
        return float(value)
    except ValueError:
        return None


def reminder(known: Mapping[str, Json]) -> dt.datetime | None:
    """Give the time of a reminder that is switched on."""
    value = known.get("reminder")
    switch = known.get("reminder_on")
    if isinstance(value, dict) and TAG not in value:
        switch = next((value[name] for name in ("is_on", "isOn", "IsOn") if name in value), switch)
    return None if switch is not None and not flag(switch) else moment(value)


def categories(value: Json) -> tuple[str, ...]:
    """Give the categories from a list, a set or a text with semicolons."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str):
        value = value.split(";")
    if not isinstance(value, list):
        return ()
    return tuple(name.strip() for name in map(text, value) if name.strip())


def recurrence(known: Mapping[str, Json]) -> Recurrence | None:
    """Give the rule of a recurring task, None if there is none or it is not understood."""
    value = known.get("recurrence")
    if isinstance(value, dict) and TAG not in value:
        pattern = _lowered(_lowered(value).get("pattern") or value)
        limits = _lowered(_lowered(value).get("range") or {})
    else:
        pattern = {
            "type": known.get("recurrence_type"),
            "interval": known.get("recurrence_interval"),
            "intervaltype": known.get("recurrence_unit"),
            "daysofweek": known.get("recurrence_days"),
        }
        limits = {}
    frequency = _frequency(pattern)
    if frequency is None:
        return None
    kind = _plain(pattern.get("type"))
    days = _weekdays(pattern.get("daysofweek")) or (_WORKDAYS if kind == "weekdays" else ())
    is_by_weekday = frequency == "WEEKLY" or kind.startswith("relative")
    return Recurrence(
        frequency=frequency,
        interval=max(1, _integer(pattern.get("interval")) or 1),
        weekdays=days if is_by_weekday else (),
        day_of_month=_within(pattern.get("dayofmonth"), _LAST_DAY_OF_MONTH),
        month=_within(pattern.get("month"), 12),
        nth=_NTH.get(_plain(pattern.get("index")), 1) if kind.startswith("relative") else None,
        until=_until(limits),
        count=_integer(limits.get("numberofoccurrences")) or None,
    )


def _frequency(pattern: Mapping[str, Json]) -> str | None:
    """Read the unit; the Windows app calls an own rule "Custom" and names the unit beside it."""
    for name in ("type", "intervaltype"):
        frequency = _FREQUENCIES.get(_plain(pattern.get(name)))
        if frequency:
            return frequency
    return None


def _weekdays(value: Json) -> tuple[str, ...]:
    names = value.replace(";", ",").split(",") if isinstance(value, str) else value
    if not isinstance(names, list):
        return ()
    return tuple(day for day in (weekday(text(name)) for name in names) if day)


def _until(limits: Mapping[str, Json]) -> dt.date | None:
    if _plain(limits.get("type")) in ("noend", "numbered"):
        return None
    at = moment(limits.get("enddate"))
    return at.date() if at and at.year > 1 else None


def _within(value: Json, highest: int) -> int | None:
    number = _integer(value)
    return number if number and 1 <= number <= highest else None


def _integer(value: Json) -> int | None:
    try:
        return int(text(value) or 0)
    except ValueError:
        return None


def _lowered(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        return {}
    return {str(name).lower().replace("_", ""): item for name, item in value.items()}


def _plain(value: Json) -> str:
    return text(value).lower().replace(" ", "").replace("_", "")
