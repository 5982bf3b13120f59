"""A request as the cache sees it: its key, or the reason why it is none of its business."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import parse_qsl, quote, urlencode

from starlette.types import Receive, Scope

from hotdish_web.cache.policy import CachePolicy

MOST_REMEMBERED = 2048
LONGEST_REMEMBERED = 512
"""Characters of a path and its query: what strangers make up shall not fill the memory."""


@dataclass(slots=True)
class Plan:
    """How requests to one route are cached."""

    policy: CachePolicy
    name: str
    """The route's function: the tag that clears it."""
    query: tuple[str, ...] | None
    """The query parameters of the key; None for all."""
    vary: tuple[bytes, ...]
    """The request headers of the key, besides those that the route's own answer names."""
    told: tuple[bytes, ...]
    """What is added to the answer's Vary, for browsers and for caches in front."""
    by_host: bool
    """True if the host is in the key: the route can see it, and put it into links."""
    fast: bool
    """True if hits are served before routing."""
    methods: frozenset[str]
    """Which of GET and HEAD the route takes."""
    _keys: dict[tuple[str, str, bytes], str] = field(default_factory=dict)

    def base_key(self, scope: Scope) -> str:
        """Give the key of a request: its query in canonical order, without unknown names."""
        host = _host(scope) if self.by_host else ""
        path, query_string = scope["path"], scope["query_string"]
        known = self._keys.get((host, path, query_string))
        if known is not None:
            return known
        key = self._make_key(host, path, query_string)
        if len(host) + len(path) + len(query_string) <= LONGEST_REMEMBERED:
            if len(self._keys) >= MOST_REMEMBERED:
                self._keys.clear()
            self._keys[host, path, query_string] = key
        return key

    def _make_key(self, host: str, path: str, query_string: bytes) -> str:
        """Put the parts together so that none can be taken for another.

        The path comes last, because it may hold anything: `/a%3Fb=1` is not `/a?b=1`.
        """
        key = f"{self.name}?{self._canonical(query_string)} {host}{path}"
        if len(key) <= LONGEST_REMEMBERED:
            return key
        digest = blake2b(key.encode(errors="surrogatepass"), digest_size=20)
        return f"{self.name}#{digest.hexdigest()}"

    def _canonical(self, query_string: bytes) -> str:
        if not query_string:
            return ""
        pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
        if self.query is not None:
            pairs = [pair for pair in pairs if pair[0] in self.query]
        # Stable: the order of two values of one name may mean something.
        return urlencode(sorted(pairs, key=lambda pair: pair[0]))


def _host(scope: Scope) -> str:
    """Give scheme and host as the route sees them, with nothing in it that could be a path."""
    host = b""
    for name, value in scope["headers"]:  # on a hot path; `next` would cost twice as much
        if name == b"host":
            host = value
            break
    make = _origin if len(host) <= LONGEST_REMEMBERED else _origin.__wrapped__
    return make(scope["scheme"], host)


@lru_cache(maxsize=64)
def _origin(scheme: str, host: bytes) -> str:
    return f"{scheme}://{quote(host, safe='')}"


def has_body(scope: Scope) -> bool:
    """Tell if a request brings a body, which can be read only once."""
    for name, value in scope["headers"]:  # on a hot path; `any` would cost twice as much
        if name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            return True
    return False


@dataclass(slots=True)
class CacheRequest:
    """The headers that matter, read in one pass."""

    plan: Plan
    scope: Scope
    receive: Receive
    base: str = ""
    """The key, but for what varies; "" where the cache stands aside."""
    bypass: str | None = None
    accept_encoding: bytes | None = None
    if_none_match: bytes | None = None
    if_modified_since: bytes | None = None
    authorization: bytes | None = None
    cookie: bytes | None = None

    @classmethod
    def read(cls, plan: Plan, scope: Scope, receive: Receive) -> "CacheRequest":
        """Read a request in one pass over its headers."""
        request = cls(plan, scope, receive)
        for name, value in scope["headers"]:
            take = READERS.get(name)
            if take is not None:
                take(request, value)
        if request.bypass is None:
            request.base = plan.base_key(scope)
            if plan.policy.cookies != "ignore" or plan.policy.authorization == "key":
                request.base = request._private_part() + request.base
        return request

    def values_of(self, names: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """Give the values of request headers, empty for those that are not there."""
        headers = self.scope["headers"]
        return tuple(
            b",".join(value.strip() for key, value in headers if key == name) for name in names
        )

    def key_with(self, names: tuple[bytes, ...]) -> str:
        """Give the key in which the values of these request headers count too."""
        if not names:
            return self.base
        digest = blake2b(digest_size=12)
        for name, value in zip(names, self.values_of(names), strict=True):
            digest.update(b"%d:%s=%d:%s;" % (len(name), name, len(value), value))
        return f"{digest.hexdigest()} {self.base}"

    def _private_part(self) -> str:
        """What of the credentials is in the key, as a digest: a key is no place for a secret."""
        policy, parts = self.plan.policy, []
        if policy.authorization == "key" and self.authorization is not None:
            parts.append(b"authorization " + self.authorization)
        if isinstance(policy.cookies, tuple) and self.cookie is not None:
            pairs = (part.strip().partition(b"=") for part in self.cookie.split(b";"))
            wanted = {name.encode() for name in policy.cookies}
            parts += sorted(
                b"cookie " + name + b"=" + value for name, _, value in pairs if name in wanted
            )
        if not parts:
            return ""
        digest = blake2b(b"\0".join(parts), digest_size=16)
        return f"~{digest.hexdigest()} "


def _read_authorization(request: CacheRequest, value: bytes) -> None:
    request.authorization = value
    if request.plan.policy.authorization == "bypass":
        request.bypass = "authorization"


def _read_cookie(request: CacheRequest, value: bytes) -> None:
    request.cookie = value if request.cookie is None else request.cookie + b"; " + value
    if request.plan.policy.cookies == "bypass":
        request.bypass = "cookie"


def _read_length(request: CacheRequest, value: bytes) -> None:
    if value != b"0":
        request.bypass = "body"


def _bypass_because(reason: str) -> Callable[[CacheRequest, bytes], None]:
    def read(request: CacheRequest, _value: bytes) -> None:
        request.bypass = reason

    return read


def _read_into(attribute: str) -> Callable[[CacheRequest, bytes], None]:
    def read(request: CacheRequest, value: bytes) -> None:
        before = getattr(request, attribute)
        setattr(request, attribute, value if before is None else before + b", " + value)

    return read


READERS: dict[bytes, Callable[[CacheRequest, bytes], None]] = {
    b"authorization": _read_authorization,
    b"cookie": _read_cookie,
    b"content-length": _read_length,
    b"transfer-encoding": _bypass_because("body"),
    b"range": _bypass_because("range"),
    b"accept-encoding": _read_into("accept_encoding"),
    b"if-none-match": _read_into("if_none_match"),
    b"if-modified-since": _read_into("if_modified_since"),
}
