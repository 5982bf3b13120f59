"""JSON for `task import` of Taskwarrior; a task depends on its steps."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator

from hotdish_todo.model import Importance, Step, Task, TaskList, ToDo
from hotdish_todo.values import Json
from hotdish_todo.writers.folding import folded_note
from hotdish_todo.writers.tables import one_line
from hotdish_todo.writers.target import Field, Options, OutputFile, Target, fates, folded_fields

_NAMESPACE = uuid.UUID("5d0a1c6e-51a7-4c0b-9a3b-3f5c2a7f9e11")
_PRIORITY = {Importance.HIGH: "H", Importance.LOW: "L"}

_FATES = fates(
    folded={
        Field.STATUS,
        Field.REMINDER,
        Field.RECURRENCE,
        Field.MY_DAY,
        Field.LINKS,
        Field.ATTACHMENTS,
        Field.ASSIGNEES,
    },
    lost={Field.NOTE_FORMAT, Field.OTHER},
)
_FOLDED = folded_fields(_FATES)


def _write(todo: ToDo, options: Options) -> Iterator[OutputFile]:
    entries = [
        entry
        for task_list in todo.lists
        for nth, task in enumerate(task_list.tasks)
        for entry in _entries(task_list, task, nth, options)
    ]
    text = "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n]\n"
    yield OutputFile("taskwarrior.json", text, todo.n_tasks, len(entries) - todo.n_tasks)


def _entries(
    task_list: TaskList, task: Task, nth: int, options: Options
) -> Iterator[dict[str, Json]]:
    """Give the entries of a task's steps and then its own, which depends on them."""
    project = _project(task_list)
    identifier = _uuid(task_list.id, task.id or str(nth))
    steps = [_uuid(identifier, step.id or str(at)) for at, step in enumerate(task.steps)]
    for step, step_id in zip(task.steps, steps, strict=True):
        yield _step(step, step_id, project, options)
    entry = _entry(task.title, identifier, project, is_completed=task.is_completed)
    created = task.created_at or task.modified_at or options.now
    times = {
        "entry": _time(created),
        "end": _time(task.completed_at) or (_time(created) if task.is_completed else ""),
        "modified": _time(task.modified_at),
        "due": _day(task.due, options),
        "scheduled": _day(task.start, options),
    }
    entry |= {name: time for name, time in times.items() if time}
    if task.importance in _PRIORITY:
        entry["priority"] = _PRIORITY[task.importance]
    if task.categories:
        entry["tags"] = ["_".join(name.split()) for name in task.categories]
    if steps:
        entry["depends"] = steps
    note = folded_note(task, _FOLDED, options)
    if note:
        entry["annotations"] = _annotations(note, created)
    yield entry


def _step(step: Step, identifier: str, project: str, options: Options) -> dict[str, Json]:
    entry = _entry(step.title, identifier, project, is_completed=step.is_completed)
    created = _time(step.created_at or options.now)
    end = _time(step.completed_at) or created
    return entry | {"entry": created} | ({"end": end} if step.is_completed else {})


def _entry(title: str, identifier: str, project: str, *, is_completed: bool) -> dict[str, Json]:
    return {
        "uuid": identifier,
        "description": one_line(title) or "(no title)",
        "project": project,
        "status": "completed" if is_completed else "pending",
    }


def _annotations(note: str, begin: dt.datetime) -> list[dict[str, str]]:
    """Give one annotation a line. Taskwarrior keys them by their second, so each gets its own."""
    lines = [line for line in note.splitlines() if line.strip()]
    return [
        {"entry": _time(begin + dt.timedelta(seconds=nth)), "description": line}
        for nth, line in enumerate(lines)
    ]


def _project(task_list: TaskList) -> str:
    """Give group and list as a project; a dot would make another level."""
    names = (task_list.group, task_list.title)
    return ".".join(one_line(name).replace(".", "_") for name in names if name)


def _uuid(*parts: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, "\0".join(parts).encode("utf-8", "replace").decode()))


def _time(value: dt.datetime | None) -> str:
    return f"{value.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" if value else ""


def _day(value: dt.date | None, options: Options) -> str:
    if value is None:
        return ""
    return _time(dt.datetime(value.year, value.month, value.day, tzinfo=options.local))


TARGET = Target(
    title="Taskwarrior",
    write=_write,
    fates=_FATES,
    guide=("task import taskwarrior.json",),
)
