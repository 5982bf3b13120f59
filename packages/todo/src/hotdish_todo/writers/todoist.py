"""CSV files for Todoist's template import: one a list, and one more for its completed tasks.

Todoist's import knows no completed state; the completed tasks get a file of their own, which may
be left out, and the label @done.
"""

from collections.abc import Iterator

from hotdish_todo.model import Importance, Step, Task, ToDo
from hotdish_todo.writers.filenames import FileNames
from hotdish_todo.writers.folding import folded_note
from hotdish_todo.writers.tables import one_line, table
from hotdish_todo.writers.target import Field, Options, OutputFile, Target, fates, folded_fields

HEADER = (
    *("TYPE", "CONTENT", "DESCRIPTION", "PRIORITY", "INDENT", "AUTHOR", "RESPONSIBLE"),
    *("DATE", "DATE_LANG", "TIMEZONE", "DURATION", "DURATION_UNIT", "DEADLINE", "DEADLINE_LANG"),
)
_PRIORITY = {Importance.HIGH: "1", Importance.NORMAL: "4", Importance.LOW: "4"}
_DONE = "@done"

_FATES = fates(
    folded={
        Field.COMPLETED_AT,
        Field.STATUS,
        Field.LOW,
        Field.START,
        Field.REMINDER,
        Field.MY_DAY,
        Field.CREATED_AT,
        Field.MODIFIED_AT,
        Field.LINKS,
        Field.ATTACHMENTS,
        Field.ASSIGNEES,
    },
    lost={Field.GROUP, Field.NOTE_FORMAT, Field.STEP_TIMES, Field.OTHER},
)
_FOLDED = folded_fields(_FATES)


def _write(todo: ToDo, options: Options) -> Iterator[OutputFile]:
    names = FileNames()
    for task_list in todo.lists:
        still_open = [task for task in task_list.tasks if not task.is_completed]
        completed = [task for task in task_list.tasks if task.is_completed]
        if still_open or not completed:
            yield _file(names.unique(task_list.title, ".csv"), still_open, options)
        if completed:
            yield _file(names.unique(f"{task_list.title} (completed)", ".csv"), completed, options)


def _file(name: str, tasks: list[Task], options: Options) -> OutputFile:
    rows = [row for task in tasks for row in _rows(task, options)]
    n_steps = len(rows) - len(tasks)
    return OutputFile(name, table(HEADER, rows, options), len(tasks), n_steps)


def _rows(task: Task, options: Options) -> Iterator[tuple[str, ...]]:
    labels = [_label(name) for name in task.categories] + [_DONE] * task.is_completed
    yield _row(
        " ".join([one_line(task.title) or "(no title)", *labels]),
        folded_note(task, _FOLDED, options),
        _PRIORITY[task.importance],
        "1",
        _date(task),
    )
    for step in task.steps:
        yield _row(_step_content(step), "", "4", "2", "")


def _row(content: str, description: str, priority: str, indent: str, date: str) -> tuple[str, ...]:
    language = "en" if date else ""
    return ("task", content, description, priority, indent, "", "", date, language, *[""] * 5)


def _step_content(step: Step) -> str:
    title = one_line(step.title) or "(no title)"
    return f"{title} {_DONE}" if step.is_completed else title


def _label(category: str) -> str:
    return "@" + "_".join(category.split())


def _date(task: Task) -> str:
    if task.recurrence is None:
        return task.due.isoformat() if task.due else ""
    begin = f" starting {task.due.isoformat()}" if task.due else ""
    return task.recurrence.text() + begin


TARGET = Target(
    title="Todoist's CSV import",
    write=_write,
    fates=_FATES,
    guide=(
        "In Todoist, make an empty project for each file.",
        "In the project: the three dots > Import from CSV; choose the file.",
        "The files named '(completed)' hold done tasks; leave them out if you do not need them.",
    ),
)
