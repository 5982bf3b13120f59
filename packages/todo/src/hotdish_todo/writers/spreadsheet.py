"""One plain table of everything, for a spreadsheet or a program of one's own."""

import datetime as dt
import json
from collections.abc import Iterator

from hotdish_todo.model import Task, TaskList, ToDo
from hotdish_todo.writers.folding import attachment_text, link_text
from hotdish_todo.writers.tables import table
from hotdish_todo.writers.target import Field, Options, OutputFile, Target, fates

HEADER = (
    *("Group", "List", "Kind", "Id", "Parent id", "Title", "Note", "Completed", "Status"),
    *("Importance", "Due", "Start", "Reminder", "Completed at", "Created at", "Changed at"),
    *("Repeats", "Categories", "My Day", "Links", "Attachments", "Assigned to", "Other"),
)
_FATES = fates(lost={Field.NOTE_FORMAT})


def _write(todo: ToDo, options: Options) -> Iterator[OutputFile]:
    rows = [
        row
        for task_list in todo.lists
        for nth, task in enumerate(task_list.tasks)
        for row in _rows(task_list, task, nth)
    ]
    n_steps = sum(row[2] == "step" for row in rows)
    yield OutputFile("to-do.csv", table(HEADER, rows, options), len(rows) - n_steps, n_steps)


def _rows(task_list: TaskList, task: Task, nth: int) -> Iterator[tuple[str, ...]]:
    place = (task_list.group, task_list.title)
    identifier = task.id or f"{task_list.id}#{nth}"
    yield (
        *place,
        "task",
        identifier,
        "",
        task.title,
        task.note,
        _yes(is_true=task.is_completed),
        task.status,
        task.importance,
        task.due.isoformat() if task.due else "",
        task.start.isoformat() if task.start else "",
        _time(task.reminder),
        _time(task.completed_at),
        _time(task.created_at),
        _time(task.modified_at),
        task.recurrence.rrule() if task.recurrence else "",
        "; ".join(task.categories),
        task.my_day.isoformat() if task.my_day else "",
        "\n".join(map(link_text, task.links)),
        "\n".join(map(attachment_text, task.attachments)),
        "; ".join(task.assignees),
        json.dumps(task.extra, ensure_ascii=False) if task.extra else "",
    )
    for step in task.steps:
        done = _yes(is_true=step.is_completed)
        times = ("", _time(step.completed_at), _time(step.created_at))
        other = json.dumps(step.extra, ensure_ascii=False) if step.extra else ""
        head = (*place, "step", step.id, identifier, step.title, "", done)
        yield (*head, *[""] * 4, *times, *[""] * 7, other)


def _yes(*, is_true: bool) -> str:
    return "yes" if is_true else "no"


def _time(value: dt.datetime | None) -> str:
    return value.isoformat(timespec="seconds") if value else ""


TARGET = Target(title="A plain table (CSV)", write=_write, fates=_FATES)
