"""The loss report of a conversion: what was carried, what went into the note, what was lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hotdish_todo.model import Importance, Status, Task, ToDo
from hotdish_todo.notes import looks_like_html
from hotdish_todo.values import Json
from hotdish_todo.writers.target import Fate, Fates, Field


@dataclass(frozen=True, slots=True)
class Totals:
    """Lists, tasks and steps on one side of a conversion."""

    lists: int
    tasks: int
    steps: int


@dataclass(frozen=True, slots=True)
class Report:
    """What became of everything in one conversion."""

    target: str
    read: Totals
    written: Totals
    counts: Mapping[Field, int]
    fates: Fates
    unknown_fields: Mapping[str, int]
    unused_stores: Mapping[str, int]
    warnings: tuple[str, ...]

    def json(self) -> Json:
        """Give the report for programs."""
        return {
            "target": self.target,
            "read": {"tasks": self.read.tasks, "steps": self.read.steps},
            "written": {"tasks": self.written.tasks, "steps": self.written.steps},
            "fields": [
                {"field": str(field), "count": count, "fate": str(self.fates[field])}
                for field, count in self.counts.items()
            ],
            "unknown_fields": dict(self.unknown_fields),
            "unused_stores": dict(self.unused_stores),
            "warnings": list(self.warnings),
        }

    def markdown(self) -> str:
        """Give the report for people."""
        lines = [
            f"# What became of your To Do data: {self.target}",
            "",
            f"Read {_totals(self.read)}; wrote {_totals(self.written)}.",
            "",
            f"| {'what':30} | {'how many':>8} | {'what became of it':20} |",
            f"|{'-' * 32}|{'-' * 9}:|{'-' * 22}|",
            *(
                f"| {field:30} | {count:8} | {self.fates[field]:20} |"
                for field, count in self.counts.items()
                if count
            ),
        ]
        if self.warnings:
            lines += ["", "## Worth knowing", "", *(f"- {warning}" for warning in self.warnings)]
        if self.unknown_fields or self.unused_stores:
            lines += ["", "## Not understood, kept in the backup", ""]
            lines += [f"- field `{name}`: {n}" for name, n in sorted(self.unknown_fields.items())]
            lines += [f"- store `{name}`: {n}" for name, n in sorted(self.unused_stores.items())]
        return "\n".join(lines) + "\n"


def count_fields(todo: ToDo) -> dict[Field, int]:
    """Count how many lists, tasks or steps have each field, in one pass."""
    counts = dict.fromkeys(Field, 0)
    counts[Field.GROUP] = sum(bool(task_list.group) for task_list in todo.lists)
    for task in todo.tasks():
        for field, has in _HAS.items():
            if has(task):
                counts[field] += 1
        for step in task.steps:
            counts[Field.STEP_COMPLETED] += step.is_completed
            counts[Field.STEP_TIMES] += bool(step.created_at or step.completed_at)
            counts[Field.OTHER] += bool(step.extra)
    return counts


def without_folding(declared: Fates) -> Fates:
    """Give the fates if nothing may be put into the notes."""
    return {field: Fate.LOST if fate is Fate.FOLDED else fate for field, fate in declared.items()}


def _totals(totals: Totals) -> str:
    return f"{totals.lists} lists, {totals.tasks} tasks and {totals.steps} steps"


_HAS: dict[Field, Callable[[Task], object]] = {
    Field.NOTE: lambda task: task.note,
    Field.NOTE_FORMAT: lambda task: task.note_html and looks_like_html(task.note_html),
    Field.COMPLETED: lambda task: task.is_completed,
    Field.COMPLETED_AT: lambda task: task.completed_at,
    Field.STATUS: lambda task: task.status not in (Status.NOT_STARTED, Status.COMPLETED),
    Field.HIGH: lambda task: task.importance is Importance.HIGH,
    Field.LOW: lambda task: task.importance is Importance.LOW,
    Field.DUE: lambda task: task.due,
    Field.START: lambda task: task.start,
    Field.REMINDER: lambda task: task.reminder,
    Field.RECURRENCE: lambda task: task.recurrence,
    Field.CATEGORIES: lambda task: task.categories,
    Field.MY_DAY: lambda task: task.my_day,
    Field.CREATED_AT: lambda task: task.created_at,
    Field.MODIFIED_AT: lambda task: task.modified_at,
    Field.LINKS: lambda task: task.links,
    Field.ATTACHMENTS: lambda task: task.attachments,
    Field.ASSIGNEES: lambda task: task.assignees,
    Field.OTHER: lambda task: task.extra,
}
