"""What a writer is: a pure function, with a declaration of what becomes of each field."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from hotdish_todo.model import ToDo


class Field(StrEnum):
    """What a conversion may carry or lose, in the words of the loss report."""

    GROUP = "list groups"
    NOTE = "notes"
    NOTE_FORMAT = "formatting of notes"
    COMPLETED = "completed state"
    COMPLETED_AT = "time of completion"
    STATUS = "in progress, waiting, deferred"
    HIGH = "high importance"
    LOW = "low importance"
    DUE = "due dates"
    START = "start dates"
    REMINDER = "reminders"
    RECURRENCE = "recurrence"
    CATEGORIES = "categories"
    MY_DAY = "My Day"
    CREATED_AT = "time of creation"
    MODIFIED_AT = "time of last change"
    LINKS = "linked mails and pages"
    ATTACHMENTS = "names of attachments"
    ASSIGNEES = "assignees"
    STEP_COMPLETED = "completed state of steps"
    STEP_TIMES = "times of steps"
    OTHER = "fields not understood"


class Fate(StrEnum):
    """What becomes of a field."""

    CARRIED = "carried"
    FOLDED = "folded into the note"
    LOST = "lost"


Fates = Mapping[Field, Fate]


@dataclass(frozen=True, slots=True)
class Options:
    """How to write."""

    local: dt.tzinfo = dt.UTC
    now: dt.datetime = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    fold: bool = True  # put what the target has no field for at the end of the note
    excel_safe: bool = False
    max_rows: int = 1900


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file, and how many tasks and steps it holds."""

    name: str
    text: str
    n_tasks: int
    n_steps: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """One format to convert into."""

    title: str
    write: Callable[[ToDo, Options], Iterator[OutputFile]]
    fates: Fates
    guide: tuple[str, ...] = field(default=())  # what to click where, one step a line


def fates(
    *, folded: AbstractSet[Field] = frozenset(), lost: AbstractSet[Field] = frozenset()
) -> Fates:
    """Declare the fate of every field: carried, unless said otherwise."""
    return {
        one: Fate.FOLDED if one in folded else Fate.LOST if one in lost else Fate.CARRIED
        for one in Field
    }


def folded_fields(declared: Fates) -> frozenset[Field]:
    """Give the fields that go into the note."""
    return frozenset(one for one, fate in declared.items() if fate is Fate.FOLDED)
