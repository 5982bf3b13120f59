"""CSV files for Asana's importer: one or more a list, by the rules of its help page.

The importer matches sub-tasks to their task by its name, knows no completed state and no tags,
reads dates as mm/dd/yyyy, and takes a limited number of rows.
"""

from collections import Counter
from collections.abc import Iterator

from hotdish_todo.model import Step, Task, ToDo
from hotdish_todo.writers.filenames import FileNames
from hotdish_todo.writers.folding import folded_note
from hotdish_todo.writers.tables import one_line, table
from hotdish_todo.writers.target import Field, Options, OutputFile, Target, fates, folded_fields

HEADER = (
    "Name",
    "Description",
    "Subtask of",
    "Section/Column",
    "Assignee",
    "Collaborators",
    "Start Date",
    "Due Date",
)
OPEN, DONE = "To do", "Done"
DONE_STEP = "DONE "

_FATES = fates(
    folded={
        Field.COMPLETED_AT,
        Field.STATUS,
        Field.HIGH,
        Field.LOW,
        Field.REMINDER,
        Field.RECURRENCE,
        Field.CATEGORIES,
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
        chunks = list(_chunks(task_list.tasks, options.max_rows))
        for nth, chunk in enumerate(chunks, start=1):
            title = f"{task_list.title}_{nth}" if len(chunks) > 1 else task_list.title
            yield _file(names.unique(title, ".csv"), chunk, options)


def _chunks(tasks: tuple[Task, ...], max_rows: int) -> Iterator[list[Task]]:
    """Cut between tasks, so that a task and its steps stay in one file."""
    chunk: list[Task] = []
    n_rows = 0
    for task in tasks:
        size = 1 + len(task.steps)
        if chunk and n_rows + size > max_rows:
            yield chunk
            chunk, n_rows = [], 0
        chunk.append(task)
        n_rows += size
    if chunk:
        yield chunk


def _file(name: str, tasks: list[Task], options: Options) -> OutputFile:
    named = [(task, one_line(task.title) or "(no title)") for task in tasks]
    renamed = _unique_parents(named)
    rows = [row for task, title in renamed for row in _rows(task, title, options)]
    n_renamed = sum(old != new for (_, old), (_, new) in zip(named, renamed, strict=True))
    warnings = []
    if n_renamed:
        warnings.append(f"{name}: {n_renamed} tasks with steps got a number, as their names clash")
    if len(rows) > options.max_rows:
        warnings.append(f"{name}: one task with its steps fills {len(rows)} rows, beyond the limit")
    n_steps = len(rows) - len(tasks)
    return OutputFile(name, table(HEADER, rows, options), len(tasks), n_steps, tuple(warnings))


def _unique_parents(named: list[tuple[Task, str]]) -> list[tuple[Task, str]]:
    """Number the titles of tasks with steps that anything else in the file is called, too."""
    used = Counter(title for _, title in named)
    used.update(step_name(step) for task, _ in named for step in task.steps)
    result = []
    for task, title in named:
        unique, nth = title, 1
        while task.steps and used[unique] > (unique == title):
            nth += 1
            unique = f"{title} ({nth})"
        if unique != title:
            used[title] -= 1
            used[unique] += 1
        result.append((task, unique))
    return result


def _rows(task: Task, title: str, options: Options) -> Iterator[tuple[str, ...]]:
    yield (
        title,
        folded_note(task, _FOLDED, options),
        "",
        DONE if task.is_completed else OPEN,
        "",
        "",
        f"{task.start:%m/%d/%Y}" if task.start else "",
        f"{task.due:%m/%d/%Y}" if task.due else "",
    )
    for step in task.steps:
        yield step_name(step), "", title, "", "", "", "", ""


def step_name(step: Step) -> str:
    """Give the name of a step's row; the importer knows no completed state."""
    title = one_line(step.title) or "(no title)"
    return f"{DONE_STEP}{title}" if step.is_completed else title


TARGET = Target(
    title="Asana's CSV importer",
    write=_write,
    fates=_FATES,
    guide=(
        "In Asana, make an empty project for each file.",
        "In the project: the arrow beside its name > Import > CSV.",
        "Choose the file; the columns are recognised. Choose Import.",
        "The sections 'To do' and 'Done' and the sub-tasks appear after some seconds.",
    ),
)
