"""What the layer and the decorator tell each other, in the scope of a request."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotdish_web.cache.request import Plan
    from hotdish_web.cache.tiers import Tiers

TICKET = "hotdish_web.cache"
INJECTED = "hotdish_request"
"""The parameter through which a decorated function gets the request, if it has none."""


@dataclass(slots=True)
class Ticket:
    """One way of a request through the application."""

    run: bool
    """True if the route shall do its work; False if it is only asked how it is cached."""
    app: Any = None
    """The application that the layer is installed in, and its root path."""
    root_path: str = ""
    plan: "Plan | None" = None
    """Left by the decorator: the request reached a cached route, past all its dependencies."""
    tiers: "Tiers | None" = None
    """Where the decorator reads the generations of its tags, before the route begins."""
    generations: dict[str, int] = field(default_factory=dict)
    """Left by the decorator: the tags of this very answer, as they were before it was made."""
