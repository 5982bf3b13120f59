"""Put what a target has no field for at the end of the note, readable and marked off."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

from hotdish_todo.model import Attachment, Importance, Link, Status, Task
from hotdish_todo.writers.target import Field, Options

HEADING = "--- from Microsoft To Do ---"


def folded_note(
    task: Task, fields: frozenset[Field], options: Options, *, note: str | None = None
) -> str:
    """Give a task's note with the folded fields after it."""
    text = task.note if note is None else note
    lines = details(task, fields, options) if options.fold else []
    if not lines:
        return text
    return "\n".join([*([text, ""] if text else []), HEADING, *lines])


def details(task: Task, fields: frozenset[Field], options: Options) -> list[str]:
    """Give a line for each of the fields that the task has."""
    texts = [read(task, options) for read in _readers(fields)]
    return [text for text in texts if text]


def time_text(value: dt.datetime | None, options: Options) -> str:
    """Give a time to the minute in the user's zone, "" for none.

    >>> time_text(dt.datetime(2024, 5, 6, 7, 8, tzinfo=dt.UTC), Options())
    '2024-05-06 07:08 UTC'
    """
    if value is None:
        return ""
    local = value.astimezone(options.local)
    return f"{local.isoformat(' ')[:16]} {local.tzname()}"


def link_text(link: Link) -> str:
    """Give a link as text."""
    return " ".join(part for part in (link.title or link.application, link.url) if part)


def attachment_text(attachment: Attachment) -> str:
    """Give the name of an attachment, and its size if it is known."""
    size = "" if attachment.size is None else f" ({attachment.size} bytes)"
    return f"{attachment.name}{size}"


@lru_cache(maxsize=64)
def _readers(fields: frozenset[Field]) -> tuple[Callable[[Task, Options], str], ...]:
    return tuple(read for field, read in _READERS.items() if field in fields)


def _timed(label: str, read: Callable[[Task], dt.datetime | None]) -> Callable[..., str]:
    def text(task: Task, options: Options) -> str:
        value = read(task)
        return f"{label}: {time_text(value, options)}" if value else ""

    return text


def _status(task: Task, _: Options) -> str:
    is_plain = task.status in (Status.NOT_STARTED, Status.COMPLETED)
    return "" if is_plain else f"Status: {task.status}"


def _step_times(task: Task, options: Options) -> str:
    lines = []
    for step in task.steps:
        times = (("created", step.created_at), ("completed", step.completed_at))
        known = [f"{label} {time_text(at, options)}" for label, at in times if at]
        if known:
            lines.append(f"Step {step.title!r}: {', '.join(known)}")
    return "\n".join(lines)


_READERS: dict[Field, Callable[[Task, Options], str]] = {
    Field.COMPLETED: lambda task, _: "Completed" if task.is_completed else "",
    Field.COMPLETED_AT: _timed("Completed", lambda task: task.completed_at),
    Field.STATUS: _status,
    Field.HIGH: lambda task, _: "Importance: high" if task.importance is Importance.HIGH else "",
    Field.LOW: lambda task, _: "Importance: low" if task.importance is Importance.LOW else "",
    Field.DUE: lambda task, _: f"Due: {task.due}" if task.due else "",
    Field.START: lambda task, _: f"Start: {task.start}" if task.start else "",
    Field.REMINDER: _timed("Reminder", lambda task: task.reminder),
    Field.RECURRENCE: lambda task, _: (
        f"Repeats: {task.recurrence.text()}" if task.recurrence else ""
    ),
    Field.CATEGORIES: lambda task, _: (
        f"Categories: {', '.join(task.categories)}" if task.categories else ""
    ),
    Field.MY_DAY: lambda task, _: f"My Day: {task.my_day}" if task.my_day else "",
    Field.CREATED_AT: _timed("Created", lambda task: task.created_at),
    Field.MODIFIED_AT: _timed("Changed", lambda task: task.modified_at),
    Field.LINKS: lambda task, _: "\n".join(f"Link: {link_text(link)}" for link in task.links),
    Field.ATTACHMENTS: lambda task, _: "\n".join(
        f"Attachment: {attachment_text(file)}" for file in task.attachments
    ),
    Field.ASSIGNEES: lambda task, _: (
        f"Assigned to: {', '.join(task.assignees)}" if task.assignees else ""
    ),
    Field.STEP_TIMES: _step_times,
}
