"""What the layer and the decorator tell each other, in the scope of a request."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotdish_web.cache.breaker import Patience
    from hotdish_web.cache.request import Plan
    from hotdish_web.cache.response_cache import ResponseCache
    from hotdish_web.cache.tiers import Tiers

TICKET = "hotdish_web.cache"
INJECTED = "hotdish_request"
"""The parameter through which a decorated function gets the request, if it has none."""


@dataclass(slots=True)
class Ticket:
    """One way of a request through the application."""

    run: bool
    """True if the route shall do its work; False if it is only asked how it is cached."""
    cache: "ResponseCache | None" = None
    """The cache that asks."""
    app: Any = None
    """The application that it is installed in, and its root path."""
    root_path: str = ""
    plan: "Plan | None" = None
    """Left by the decorator: the request reached a cached route, past all its dependencies."""
    bypass: str | None = None
    """Left by the decorator: why it did the work at once, without the cache."""
    tiers: "Tiers | None" = None
    """Where the decorator reads the generations of its tags, before the route begins."""
    patience: "Patience | None" = None
    """How much longer this run may wait for the shared store."""
    generations: dict[str, int] = field(default_factory=dict)
    """Left by the decorator: the tags of this very answer, as they were before it was made."""
