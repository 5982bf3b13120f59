"""iCalendar to-dos (RFC 5545), one file a list: Nextcloud Tasks, Tasks.org, Thunderbird, Apple."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator

from icalendar import Alarm, Calendar, Todo, vRecur

from hotdish_todo.model import Importance, Status, Step, Task, TaskList, ToDo
from hotdish_todo.writers.filenames import FileNames
from hotdish_todo.writers.folding import folded_note
from hotdish_todo.writers.tables import one_line
from hotdish_todo.writers.target import Field, Options, OutputFile, Target, fates, folded_fields

_NAMESPACE = uuid.UUID("5d0a1c6e-51a7-4c0b-9a3b-3f5c2a7f9e10")
_STATUS = {
    Status.NOT_STARTED: "NEEDS-ACTION",
    Status.IN_PROGRESS: "IN-PROCESS",
    Status.WAITING: "NEEDS-ACTION",
    Status.DEFERRED: "NEEDS-ACTION",
    Status.COMPLETED: "COMPLETED",
}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PRIORITY = {Importance.HIGH: 1, Importance.LOW: 9}

_FATES = fates(
    folded={Field.STATUS, Field.MY_DAY, Field.LINKS, Field.ATTACHMENTS, Field.ASSIGNEES},
    lost={Field.GROUP, Field.NOTE_FORMAT, Field.OTHER},
)
_FOLDED = folded_fields(_FATES)


def _write(todo: ToDo, options: Options) -> Iterator[OutputFile]:
    names = FileNames()
    for task_list in todo.lists:
        yield OutputFile(
            name=names.unique(task_list.title, ".ics"),
            text=_calendar(task_list, options).to_ical().decode(),
            n_tasks=len(task_list.tasks),
            n_steps=sum(len(task.steps) for task in task_list.tasks),
        )


def _calendar(task_list: TaskList, options: Options) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//hotdish//hotdish-todo//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _clean(one_line(task_list.title)))
    for nth, task in enumerate(task_list.tasks):
        uid = _uid(task_list.id, task.id or str(nth))
        calendar.add_component(_task(task, uid, nth, options))
        for order, step in enumerate(task.steps):
            step_uid = _uid(uid, step.id or str(order))
            calendar.add_component(_step(step, step_uid, uid, order, options))
    return calendar


def _task(task: Task, uid: str, order: int, options: Options) -> Todo:
    todo = _entry(task.title, uid, order, options)
    note = folded_note(task, _FOLDED, options)
    if note:
        todo.add("description", _clean(note))
    todo.add("status", _STATUS[task.status])
    if task.importance in _PRIORITY:
        todo.add("priority", _PRIORITY[task.importance])
    if task.categories:
        todo.add("categories", [_clean(name) for name in task.categories])
    _add_dates(todo, task)
    if task.reminder:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _clean(one_line(task.title)))
        alarm.add("trigger", task.reminder.replace(microsecond=0))
        todo.add_component(alarm)
    return todo


def _add_dates(todo: Todo, task: Task) -> None:
    begin = task.start
    if begin is None and task.recurrence:
        begin = task.due  # a rule repeats from a beginning
    if begin and task.due and begin > task.due:
        begin = task.due
    if begin:
        todo.add("dtstart", begin)
    if task.due:
        todo.add("due", task.due)
    if task.recurrence:
        todo.add("rrule", vRecur.from_ical(task.recurrence.rrule()))
    _add_times(todo, task.created_at, task.completed_at)
    if task.modified_at:
        todo.add("last-modified", task.modified_at.replace(microsecond=0))


def _step(step: Step, uid: str, parent: str, order: int, options: Options) -> Todo:
    todo = _entry(step.title, uid, order, options)
    todo.add("status", "COMPLETED" if step.is_completed else "NEEDS-ACTION")
    todo.add("related-to", parent, parameters={"RELTYPE": "PARENT"})
    _add_times(todo, step.created_at, step.completed_at)
    return todo


def _add_times(todo: Todo, created: dt.datetime | None, completed: dt.datetime | None) -> None:
    if created:
        todo.add("created", created.replace(microsecond=0))
    if completed:
        todo.add("completed", completed.replace(microsecond=0))


def _entry(title: str, uid: str, order: int, options: Options) -> Todo:
    todo = Todo()
    todo.add("uid", uid)
    todo.add("dtstamp", options.now.replace(microsecond=0))
    todo.add("summary", _clean(one_line(title) or "(no title)"))
    todo.add("x-apple-sort-order", str(order))
    return todo


def _uid(*parts: str) -> str:
    """Give the same identifier for the same task, so that a second import adds nothing."""
    return str(uuid.uuid5(_NAMESPACE, _clean("\0".join(parts))))


def _clean(text: str) -> str:
    """Replace half an emoji, which iCalendar's UTF-8 cannot hold."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


TARGET = Target(
    title="iCalendar to-dos (.ics)",
    write=_write,
    fates=_FATES,
    guide=(
        "Nextcloud: Calendar > Settings > Import, one file at a time; the Tasks app shows them.",
        "Tasks.org: Settings > Backups > Import; Thunderbird: Events and Tasks > Import.",
    ),
)
