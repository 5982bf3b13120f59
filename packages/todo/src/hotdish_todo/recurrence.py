"""How a task repeats, and the two ways to say it: RRULE and English."""

import datetime as dt
from dataclasses import dataclass

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CODES = dict(zip(_WEEKDAYS, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule; `frequency` is RRULE's word, weekdays are English and lowercase."""

    frequency: str
    interval: int = 1
    weekdays: tuple[str, ...] = ()
    day_of_month: int | None = None
    month: int | None = None
    nth: int | None = None  # which of the weekdays in a month, -1 the last
    until: dt.date | None = None
    count: int | None = None

    def rrule(self) -> str:
        """Say it as RFC 5545 does, without the leading `RRULE:`.

        >>> Recurrence("WEEKLY", 2, ("monday", "friday")).rrule()
        'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR'
        """
        parts = [f"FREQ={self.frequency}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.month and self.frequency == "YEARLY":
            parts.append(f"BYMONTH={self.month}")
        if self.weekdays:
            nth = str(self.nth) if self.nth else ""
            parts.append("BYDAY=" + ",".join(f"{nth}{_CODES[day]}" for day in self.weekdays))
        elif self.day_of_month and self.frequency in ("MONTHLY", "YEARLY"):
            parts.append(f"BYMONTHDAY={self.day_of_month}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        elif self.count:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)

    def text(self) -> str:
        """Say it in English, as Todoist reads it.

        >>> Recurrence("WEEKLY", 2, ("monday", "friday")).text()
        'every 2 weeks on Monday, Friday'
        """
        unit = _UNITS[self.frequency]
        text = f"every {self.interval} {unit}s" if self.interval > 1 else f"every {unit}"
        days = ", ".join(day.capitalize() for day in self.weekdays)
        if days and self.nth:
            text += f" on the {_NTH.get(self.nth, self.nth)} {days}"
        elif days:
            text += f" on {days}"
        elif self.day_of_month and self.frequency == "MONTHLY":
            text += f" on day {self.day_of_month}"
        elif self.day_of_month and self.month and self.frequency == "YEARLY":
            text += f" on {dt.date(2000, self.month, 1):%B} {self.day_of_month}"
        if self.until:
            text += f" until {self.until.isoformat()}"
        elif self.count:
            text += f", {self.count} times"
        return text


def weekday(name: str) -> str | None:
    """Give a weekday's full English name from any of its forms, None if it is no weekday.

    >>> weekday("Mon"), weekday("FRIDAY"), weekday("someday")
    ('monday', 'friday', None)
    """
    low = name.strip().lower()
    matches = [day for day in _WEEKDAYS if len(low) > 1 and day.startswith(low)]
    return matches[0] if len(matches) == 1 else None
