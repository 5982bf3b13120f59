"""The HTTP of a cache as pure functions: directives, validators, negotiation, Cache-Status."""

import re
from collections.abc import Iterable
from functools import lru_cache

RawHeaders = list[tuple[bytes, bytes]]

ETAG = re.compile(rb'(?:W/)?("[^"]*")')
DIRECTIVE = re.compile(r'([^\s,;=]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,;]*)))?')
PREFERENCE = ("zstd", "br", "gzip")


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    """Give a header's value; several lines are joined as HTTP allows.

    >>> header([(b"vary", b"a"), (b"vary", b"b")], b"vary")
    b'a, b'
    """
    found = [value for key, value in headers if key.lower() == name]
    return b", ".join(found) if found else None


@lru_cache(maxsize=512)
def directives(value: bytes | None) -> dict[str, str | None]:
    """Read a Cache-Control header.

    >>> directives(b'Max-Age=60, private="x, y", no-store')
    {'max-age': '60', 'private': 'x, y', 'no-store': None}
    """
    if value is None:
        return {}
    found: dict[str, str | None] = {}
    for match in DIRECTIVE.finditer(value.decode("latin-1")):
        found.setdefault(match[1].lower(), match[2] if match[2] is not None else match[3])
    return found


def lifetime(found: dict[str, str | None], name: str) -> float | None:
    """Give the seconds of a directive; what is no number counts as not there.

    >>> lifetime({"max-age": "60"}, "max-age"), lifetime({"max-age": "x"}, "max-age")
    (60.0, None)
    """
    value = found.get(name)
    return float(value) if value is not None and value.isdecimal() else None


def matches_etag(if_none_match: bytes, etags: Iterable[bytes]) -> bool:
    """Compare weakly, as If-None-Match asks: a list, `*` and `W/` are all understood.

    >>> matches_etag(b'"zzz", W/"a"', [b'"a"'])
    True
    """
    if if_none_match.strip() == b"*":
        return True
    asked = set(ETAG.findall(if_none_match))
    return any(etag.removeprefix(b"W/") in asked for etag in etags)


@lru_cache(maxsize=512)
def negotiate(accept_encoding: bytes, available: tuple[str, ...]) -> str | None:
    """Choose the best encoding that the client takes, or None for the plain body.

    >>> negotiate(b"gzip, br;q=0.5", ("br", "gzip"))
    'gzip'
    >>> negotiate(b"zstd;q=0, br;q=often, *", ("zstd", "br", "gzip"))
    'gzip'
    """
    wanted: dict[str, float] = {}
    for part in accept_encoding.decode("latin-1").lower().split(","):
        name, _, parameters = part.partition(";")
        wanted[name.strip()] = _quality(parameters)
    rest = wanted.get("*", 0.0)
    offers = [name for name in PREFERENCE if name in available]
    best = max(offers, key=lambda name: wanted.get(name, rest), default=None)
    if best is None or wanted.get(best, rest) <= 0:
        return None
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def vary_names(value: bytes | None) -> tuple[bytes, ...]:
    """Give the names in a Vary header, sorted; Accept-Encoding is the cache's own business.

    >>> vary_names(b"Accept-Language, accept-encoding, Cookie")
    (b'accept-language', b'cookie')
    """
    if not value:
        return ()
    names = {name.strip().lower() for name in value.split(b",")}
    return tuple(sorted(names - {b"", b"accept-encoding"}))


def merge_vary(value: bytes | None, *more: bytes) -> bytes:
    """Add names to a Vary header, each once.

    >>> merge_vary(b"Accept-Language", b"accept-encoding", b"accept-language")
    b'Accept-Language, accept-encoding'
    """
    names = [name.strip() for name in (value or b"").split(b",") if name.strip()]
    known = {name.lower() for name in names}
    return b", ".join([*names, *(name for name in more if name.lower() not in known)])
