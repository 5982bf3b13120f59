"""What will be made in Asana, in order, before anything is sent."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hotdish_todo.model import Step, Task, TaskList, ToDo
from hotdish_todo.values import Json
from hotdish_todo.writers.folding import folded_note
from hotdish_todo.writers.tables import one_line
from hotdish_todo.writers.target import Field, Options, fates, folded_fields

UNGROUPED = "To Do"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

FATES = fates(
    folded={
        Field.COMPLETED_AT,
        Field.STATUS,
        Field.HIGH,
        Field.LOW,
        Field.START,
        Field.REMINDER,
        Field.RECURRENCE,
        Field.CATEGORIES,
        Field.MY_DAY,
        Field.CREATED_AT,
        Field.MODIFIED_AT,
        Field.LINKS,
        Field.ATTACHMENTS,
        Field.ASSIGNEES,
        Field.STEP_TIMES,
    },
    lost={Field.NOTE_FORMAT, Field.OTHER},
)
_FOLDED = folded_fields(FATES)


class Kind(StrEnum):
    """What Asana calls it."""

    PROJECT = "project"
    SECTION = "section"
    TASK = "task"
    SUBTASK = "subtask"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to: into one project, or into a workspace with a project for each list group."""

    project: str | None = None
    workspace: str | None = None
    team: str | None = None

    def __str__(self) -> str:
        return f"project {self.project}" if self.project else f"workspace {self.workspace}"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to make. `parent` and `after` are keys of things made before it."""

    kind: Kind
    key: str
    name: str
    parent: str = ""
    project: str = ""
    after: str = ""
    fields: tuple[tuple[str, Json], ...] = ()

    @property
    def marker(self) -> str:
        """Give the line at the end of the notes by which the thing is recognised."""
        return f"[hotdish-todo {hashlib.sha256(self.key.encode()).hexdigest()[:16]}]"


def plan_items(todo: ToDo, destination: Destination, options: Options) -> Iterator[Item]:
    """Give everything to make, parents before their children."""
    projects: dict[str, str] = {}
    names: dict[str, set[str]] = {}
    for nth, task_list in enumerate(todo.lists):
        group = "" if destination.project else _text(task_list.group) or UNGROUPED
        project = f"project:{group}"
        if group and group not in projects:
            projects[group] = project
            yield Item(Kind.PROJECT, project, group)
        yield from _list_items(task_list, f"list:{task_list.id or nth}", project, names, options)


def _list_items(
    task_list: TaskList, key: str, project: str, names: dict[str, set[str]], options: Options
) -> Iterator[Item]:
    title = _unique(_text(task_list.title) or "(no title)", names.setdefault(project, set()))
    yield Item(Kind.SECTION, key, title, parent=project, project=project)
    before = ""
    for nth, task in enumerate(task_list.tasks):
        task_key = f"{key}/task:{task.id or nth}"
        yield Item(
            kind=Kind.TASK,
            key=task_key,
            name=_text(task.title) or "(no title)",
            parent=key,
            project=project,
            after=before,
            fields=tuple(_task_fields(task, options).items()),
        )
        yield from _step_items(task.steps, task_key)
        before = task_key


def _step_items(steps: tuple[Step, ...], parent: str) -> Iterator[Item]:
    before = ""
    for nth, step in enumerate(steps):
        key = f"{parent}/step:{step.id or nth}"
        fields = (("completed", step.is_completed),)
        name = _text(step.title) or "(no title)"
        yield Item(Kind.SUBTASK, key, name, parent, after=before, fields=fields)
        before = key


def _task_fields(task: Task, options: Options) -> dict[str, Json]:
    note = _LONE_SURROGATE.sub("\ufffd", folded_note(task, _FOLDED, options))
    fields: dict[str, Json] = {"completed": task.is_completed, "notes": note}
    if task.due:
        fields["due_on"] = task.due.isoformat()
    return fields


def _text(text: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", one_line(text))


def _unique(name: str, used: set[str]) -> str:
    unique, nth = name, 1
    while unique in used:
        nth += 1
        unique = f"{name} ({nth})"
    used.add(unique)
    return unique
