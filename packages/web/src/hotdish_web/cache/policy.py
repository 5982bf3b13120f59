"""What `@cache_response` was told: how long, for whom, under which key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal, TypedDict

from hotdish_web.cache.units import to_bytes, to_seconds
from hotdish_web.errors import CacheUsageError

ENCODINGS = ("zstd", "br", "gzip")
STORABLE = frozenset({200, 203, 301, 308})
NEGATIVE = frozenset({404, 410})

Query = Literal["auto", "declared", "all"]


class PolicyOptions(TypedDict, total=False):
    """The options of `@cache_response`, as a caller writes them; `CachePolicy` explains them."""

    ttl: float | str
    swr: float | str
    stale_if_error: float | str
    negative_ttl: float | str
    client_ttl: float | str
    tags: Sequence[str]
    vary: Sequence[str]
    query: Query | Sequence[str]
    cookies: Literal["bypass", "ignore"] | Sequence[str]
    authorization: Literal["bypass", "ignore", "key"]
    encodings: Sequence[str]
    max_bytes: int | str
    fast: Literal["auto"] | bool


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """The rules of one cached route."""

    ttl: float = 300.0
    """Fresh for so many seconds, unless the route's own Cache-Control says otherwise."""
    swr: float = 0.0
    """Then still served for so long, while one request in the background makes it new."""
    sie: float = 0.0
    """And for so long if making it new fails."""
    negative_ttl: float = 0.0
    """For how long a 404 or 410 is kept; by default not at all."""
    client_ttl: float | None = None
    """What browsers are told, if other than `ttl`: nobody can invalidate a browser's copy."""
    tags: tuple[str, ...] = ()
    """Names for `invalidate`; `{parameter}` stands for an argument of the route."""
    vary: tuple[bytes, ...] = ()
    """Request headers that are part of the key; what the route sends as Vary is added."""
    query: Query | tuple[str, ...] = "auto"
    """Which query parameters make the key: all if the route reads the Request, else declared."""
    cookies: Literal["bypass", "ignore"] | tuple[str, ...] = "bypass"
    """A request with cookies is not cached; or they do not matter; or these are in the key."""
    authorization: Literal["bypass", "ignore", "key"] = "bypass"
    encodings: tuple[str, ...] = ENCODINGS
    max_bytes: int = 1024 * 1024
    fast: Literal["auto"] | bool = "auto"
    """Answer before routing: by default if the route has no dependencies but cache-safe ones."""

    @classmethod
    def of(cls, options: PolicyOptions) -> "CachePolicy":
        """Check and convert the options of a decorator.

        Raises:
            CacheUsageError: An option does not exist or makes no sense.
        """
        values: dict[str, Any] = dict(options)
        if "stale_if_error" in values:
            values["sie"] = values.pop("stale_if_error")
        unknown = set(values) - set(cls.__slots__)
        if unknown:
            names = ", ".join(PolicyOptions.__annotations__)
            msg = f"@cache_response has no option {min(unknown)!r}. There are: {names}"
            raise CacheUsageError(msg)
        for name in {"ttl", "swr", "sie", "negative_ttl", "client_ttl"} & set(values):
            values[name] = to_seconds(values[name])
        if "max_bytes" in values:
            values["max_bytes"] = to_bytes(values["max_bytes"])
        for name in ("tags", "vary", "encodings", "query", "cookies"):
            if name in values:
                values[name] = _names(name, values[name])
        values["vary"] = tuple(header.lower().encode() for header in values.get("vary", ()))
        for encoding in values.get("encodings", ()):
            if encoding not in ENCODINGS:
                msg = f"There is no encoding {encoding!r}. Use some of: {', '.join(ENCODINGS)}"
                raise CacheUsageError(msg)
        return cls(**values)

    def tags_for(self, arguments: Mapping[str, Any]) -> tuple[str, ...]:
        """Fill the arguments of one call into the tags; only plain values can stand in a tag."""
        return tuple(_fill(tag, arguments) if "{" in tag else tag for tag in self.tags)

    def cache_control(self, ttl: float) -> bytes:
        """The header for clients and proxies, where the route sends none of its own."""
        client_ttl = ttl if self.client_ttl is None else self.client_ttl
        text = f"max-age={client_ttl:.0f}"
        if self.authorization == "key":  # no cache in front may give it to another client
            text = f"private, {text}"
        elif self.client_ttl is not None:
            text += f", s-maxage={ttl:.0f}"
        if self.swr:
            text += f", stale-while-revalidate={self.swr:.0f}"
        if self.sie:
            text += f", stale-if-error={self.sie:.0f}"
        return text.encode()


WORDS = {"query": {"auto", "declared", "all"}, "cookies": {"bypass", "ignore"}}


def _names(option: str, value: Any) -> Any:
    if not isinstance(value, str):
        return tuple(value)
    words = WORDS.get(option)
    if words is None or value not in words:
        choice = f" or one of {', '.join(sorted(words))}" if words else ""
        msg = f"{option}={value!r} is one text. Give a list of names{choice}"
        raise CacheUsageError(msg)
    return value


def _fill(tag: str, arguments: Mapping[str, Any]) -> str:
    for _, name, _, _ in Formatter().parse(tag):
        if name is not None and not isinstance(arguments.get(name), str | int | float | None):
            msg = (
                f"The tag {tag!r} holds {{{name}}}, which is {type(arguments[name]).__name__}. "
                "Only text and numbers can stand in a tag"
            )
            raise CacheUsageError(msg)
        if name is not None and name not in arguments:
            msg = f"The tag {tag!r} holds {{{name}}}, but the route has no such parameter"
            raise CacheUsageError(msg)
    return tag.format_map(arguments)
