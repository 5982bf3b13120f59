"""RFC 9111 as pure functions: may an answer be stored, how old is it, how long is it fresh."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from hotdish_web.cache.headers import RawHeaders, directives, header, vary_names

LARGEST_DELTA = 2**31
HEURISTIC_SHARE = 0.1
DATE_FORMATS = (
    (re.compile(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT"), "%a, %d %b %Y %H:%M:%S GMT"),
    (re.compile(r"\w+, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT"), "%A, %d-%b-%y %H:%M:%S GMT"),
    (re.compile(r"\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}"), "%a %b %d %H:%M:%S %Y"),
)
TARGETED = re.compile(r"\s*(?!max-age=[^\d])[a-z*][a-z0-9_.*-]*(=(\d+|\"[^\"]*\"|\?[01]))?\s*")
HEURISTIC_STATUS = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
UNDERSTOOD_STATUS = HEURISTIC_STATUS | {302, 303, 307, 400, 401, 403, 500, 502, 503, 504}
STATUS_OF_ANOTHER_KIND = frozenset({206, 304})
LOWEST_FINAL_STATUS = 200


@dataclass(frozen=True, slots=True)
class Rules:
    """What an answer says about being kept."""

    control: dict[str, str | None]
    lifetime: float
    is_explicit: bool

    @property
    def must_revalidate(self) -> bool:
        """True if it must never be served stale."""
        strict = {"must-revalidate", "proxy-revalidate", "no-cache", "s-maxage"}
        return not self.control.keys().isdisjoint(strict)

    def seconds(self, name: str) -> float:
        """Give the seconds of a directive, 0 if there is none."""
        return _delta(self.control[name]) if name in self.control else 0.0


def read_rules(status: int, headers: RawHeaders, now: float) -> Rules:
    """Read the rules of an answer: CDN-Cache-Control, if it is right, before Cache-Control."""
    targeted = header(headers, b"cdn-cache-control")
    if targeted is not None and _is_dictionary(targeted.decode("latin-1")):
        control = directives(targeted)
        names: tuple[str, ...] = ("max-age",)
        expires = None
    else:
        control = directives(header(headers, b"cache-control"))
        names = ("s-maxage", "max-age")
        expires = header(headers, b"expires")
    for name in names:
        if name in control:
            return Rules(control, _delta(control[name]), is_explicit=True)
    date = parse_date(header(headers, b"date"))
    if expires is not None:
        end = parse_date(expires)
        lifetime = 0.0 if end is None else max(end - (now if date is None else date), 0.0)
        return Rules(control, lifetime, is_explicit=True)
    modified = parse_date(header(headers, b"last-modified"))
    if modified is None or (status not in HEURISTIC_STATUS and "public" not in control):
        return Rules(control, 0.0, is_explicit=False)
    share = max((date or now) - modified, 0.0) * HEURISTIC_SHARE
    return Rules(control, share, is_explicit=False)


def may_store(status: int, headers: RawHeaders, rules: Rules, *, is_authorized: bool) -> bool:
    """Tell if a shared cache may store an answer (RFC 9111, section 3)."""
    control = rules.control
    if status < LOWEST_FINAL_STATUS or status in STATUS_OF_ANOTHER_KIND or "private" in control:
        return False
    if "must-understand" in control:
        if status not in UNDERSTOOD_STATUS:
            return False
    elif "no-store" in control:
        return False
    if is_authorized and control.keys().isdisjoint({"public", "s-maxage", "must-revalidate"}):
        return False
    if b"*" in vary_names(header(headers, b"vary")):
        return False
    has_validator = header(headers, b"etag") or header(headers, b"last-modified")
    return (
        rules.is_explicit
        or "public" in control
        or bool(status in HEURISTIC_STATUS and (rules.lifetime > 0 or has_validator))
    )


def initial_age(headers: RawHeaders, now: float, delay: float) -> float:
    """Give the age that an answer has as it arrives (RFC 9111, section 4.2.3)."""
    date = parse_date(header(headers, b"date"))
    apparent = max(now - date, 0.0) if date is not None else 0.0
    first_line = next((value for name, value in headers if name == b"age"), b"")
    first = first_line.split(b",")[0].strip().decode("latin-1")
    told = float(min(int(first), LARGEST_DELTA)) if first.isdecimal() else 0.0
    return max(apparent, told + delay)


def parse_date(value: bytes | None) -> float | None:
    """Read one of the three forms of a date that HTTP knows; None for anything else.

    >>> parse_date(b"Thu, 01 Jan 1970 00:01:00 GMT")
    60.0
    >>> parse_date(b"Thu, 01 Jan 1970 00:01:00 UTC")
    """
    if value is None:
        return None
    text = value.decode("latin-1")
    for pattern, form in DATE_FORMATS:
        if pattern.fullmatch(text):
            try:
                return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
            except ValueError:
                return None
    return None


def _delta(value: str | None) -> float:
    """Read seconds; what is no number means stale."""
    return float(min(int(value), LARGEST_DELTA)) if value and value.isdecimal() else 0.0


def _is_dictionary(text: str) -> bool:
    """Tell if a targeted header is well formed (RFC 9213): if not, it counts as not there."""
    return bool(text.strip()) and all(TARGETED.fullmatch(part) for part in text.split(","))
