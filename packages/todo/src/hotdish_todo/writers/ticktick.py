"""TickTick's own backup format, one CSV file for everything; Vikunja imports it, too.

TickTick publishes no description; the columns are those that Vikunja's importer reads.
"""

import datetime as dt
from collections.abc import Iterator

from hotdish_todo.model import Importance, Task, TaskList, ToDo
from hotdish_todo.writers.folding import folded_note
from hotdish_todo.writers.tables import one_line, table
from hotdish_todo.writers.target import Field, Options, OutputFile, Target, fates, folded_fields

HEADER = (
    *("Folder Name", "List Name", "Title", "Kind", "Tags", "Content", "Is Check list"),
    *("Start Date", "Due Date", "Reminder", "Repeat", "Priority", "Status", "Created Time"),
    *("Completed Time", "Order", "Timezone", "Is All Day", "Is Floating", "Column Name"),
    *("Column Order", "View Mode", "taskId", "parentId"),
)
_PRIORITY = {Importance.HIGH: "5", Importance.NORMAL: "0", Importance.LOW: "1"}
_NORMAL, _COMPLETED = "0", "1"

_FATES = fates(
    folded={
        Field.STATUS,
        Field.REMINDER,
        Field.MY_DAY,
        Field.MODIFIED_AT,
        Field.LINKS,
        Field.ATTACHMENTS,
        Field.ASSIGNEES,
    },
    lost={Field.NOTE_FORMAT, Field.OTHER},
)
_FOLDED = folded_fields(_FATES)


def _write(todo: ToDo, options: Options) -> Iterator[OutputFile]:
    rows = list(_rows(todo, options))
    preamble = (
        f'"Date: {options.now:%Y-%m-%d}+0000"\r\n"Version: 7.1"\r\n'
        '"Status: \n0 Normal\n1 Completed\n2 Archived"\r\n'
    )
    text = preamble + table(HEADER, rows, options)
    n_steps = sum(row[-1] != "" for row in rows)
    yield OutputFile("TickTick backup.csv", text, len(rows) - n_steps, n_steps)


def _rows(todo: ToDo, options: Options) -> Iterator[tuple[str, ...]]:
    number = 0
    for task_list in todo.lists:
        for order, task in enumerate(task_list.tasks):
            number += 1
            parent = number
            yield _task_row(task_list, task, order, number, options)
            for nth, step in enumerate(task.steps):
                number += 1
                yield _row(
                    task_list,
                    step.title,
                    status=_COMPLETED if step.is_completed else _NORMAL,
                    created=_time(step.created_at, options),
                    completed=_time(step.completed_at, options),
                    order=nth,
                    number=number,
                    parent=str(parent),
                )


def _task_row(
    task_list: TaskList, task: Task, order: int, number: int, options: Options
) -> tuple[str, ...]:
    return _row(
        task_list,
        task.title,
        tags=", ".join(name.replace(",", " ") for name in task.categories),
        content=folded_note(task, _FOLDED, options),
        start=_day(task.start, options),
        due=_day(task.due, options),
        repeat=task.recurrence.rrule() if task.recurrence else "",
        priority=_PRIORITY[task.importance],
        status=_COMPLETED if task.is_completed else _NORMAL,
        created=_time(task.created_at, options),
        completed=_time(task.completed_at, options),
        order=order,
        number=number,
    )


def _row(  # noqa: PLR0913 - one parameter a column that is used
    task_list: TaskList,
    title: str,
    *,
    tags: str = "",
    content: str = "",
    start: str = "",
    due: str = "",
    repeat: str = "",
    priority: str = "0",
    status: str,
    created: str,
    completed: str,
    order: int,
    number: int,
    parent: str = "",
) -> tuple[str, ...]:
    return (
        *(one_line(task_list.group), one_line(task_list.title), one_line(title) or "(no title)"),
        *("TEXT", tags, content, "N", start, due, "", repeat, priority, status),
        *(created, completed, str(order), "", "true" if start or due else "", "false"),
        *("", "", "list", str(number), parent),
    )


def _time(value: dt.datetime | None, options: Options) -> str:
    return f"{value.astimezone(options.local):%Y-%m-%dT%H:%M:%S%z}" if value else ""


def _day(value: dt.date | None, options: Options) -> str:
    if value is None:
        return ""
    return _time(dt.datetime(value.year, value.month, value.day, tzinfo=options.local), options)


TARGET = Target(
    title="TickTick (its backup format; Vikunja reads it, too)",
    write=_write,
    fates=_FATES,
    guide=(
        "On TickTick's web page: avatar > Settings > Account > Backup & Restore > Import Backups.",
        "In Vikunja: Settings > Import from other services > TickTick.",
    ),
)
