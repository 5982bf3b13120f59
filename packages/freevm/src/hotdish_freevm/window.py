"""Is the free year still running? Yes, no, or not known: never guessed."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

ENDS_SOON = timedelta(days=60)


class State(Enum):
    """What is known of the free year."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class FreeWindow:
    """The twelve months of the free account, as far as they are known."""

    state: State = State.UNCONFIRMED
    until: date | None = None
    source: str = "nothing was said about it"

    @classmethod
    def told(cls, until: date, today: date, source: str = "--free-until") -> "FreeWindow":
        """Take the last free day from the user or from Azure."""
        return cls(State.CONFIRMED if today <= until else State.OVER, until, source)

    def ends_soon(self, today: date) -> bool:
        """Tell whether it is confirmed, and ends within two months."""
        return (
            self.state is State.CONFIRMED
            and self.until is not None
            and self.until - today <= ENDS_SOON
        )
