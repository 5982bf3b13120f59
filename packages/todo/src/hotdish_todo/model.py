"""To Do's data as every writer sees them, whatever source they came from."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from hotdish_todo.recurrence import Recurrence
from hotdish_todo.values import Json


class Status(StrEnum):
    """How far a task is."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    WAITING = "waiting on others"
    DEFERRED = "deferred"
    COMPLETED = "completed"


class Importance(StrEnum):
    """How important a task is; To Do itself shows high as a star."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Link:
    """A mail or page that a task was made from."""

    url: str
    title: str = ""
    application: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a task; its bytes, if the source had them, are in the backup."""

    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a task's checklist."""

    id: str
    title: str
    is_completed: bool = False
    created_at: dt.datetime | None = None
    completed_at: dt.datetime | None = None
    extra: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """One task with its steps in their order. Times carry a zone; a due date is a date."""

    id: str
    title: str
    note_html: str = ""
    note: str = ""  # the same as text; see `notes`
    status: Status = Status.NOT_STARTED
    importance: Importance = Importance.NORMAL
    due: dt.date | None = None
    start: dt.date | None = None
    reminder: dt.datetime | None = None
    completed_at: dt.datetime | None = None
    created_at: dt.datetime | None = None
    modified_at: dt.datetime | None = None
    recurrence: Recurrence | None = None
    categories: tuple[str, ...] = ()
    my_day: dt.date | None = None
    steps: tuple[Step, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    assignees: tuple[str, ...] = ()
    extra: dict[str, Json] = field(default_factory=dict)

    @property
    def is_completed(self) -> bool:
        """Tell whether the task is done."""
        return self.status is Status.COMPLETED


@dataclass(frozen=True, slots=True)
class TaskList:
    """One list with its tasks in the order that To Do shows."""

    id: str
    title: str
    group: str = ""
    tasks: tuple[Task, ...] = ()
    extra: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Orphans:
    """Records whose task or list is not in the backup; they are kept in a list of their own."""

    tasks: int = 0
    steps: int = 0
    placeholders: int = 0  # tasks made up to hold steps whose own task is missing


@dataclass(frozen=True, slots=True)
class ToDo:
    """Everything of a backup, in order."""

    lists: tuple[TaskList, ...]
    orphans: Orphans = Orphans()
    unknown_fields: dict[str, int] = field(default_factory=dict)
    unused_stores: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def tasks(self) -> Iterator[Task]:
        """Give the tasks of all lists."""
        for task_list in self.lists:
            yield from task_list.tasks

    @property
    def n_tasks(self) -> int:
        """Count the tasks."""
        return sum(len(task_list.tasks) for task_list in self.lists)

    @property
    def n_steps(self) -> int:
        """Count the steps."""
        return sum(len(task.steps) for task in self.tasks())
