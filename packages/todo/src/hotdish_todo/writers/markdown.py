"""Markdown checklists, one file a list: Obsidian, Joplin, Logseq, GitHub read them."""

from collections.abc import Iterator

from hotdish_todo.model import Task, TaskList, ToDo
from hotdish_todo.notes import html_to_markdown, looks_like_html
from hotdish_todo.writers.filenames import FileNames
from hotdish_todo.writers.folding import details, time_text
from hotdish_todo.writers.tables import one_line
from hotdish_todo.writers.target import Field, Options, OutputFile, Target, fates

_FATES = fates(lost={Field.OTHER})
_DETAILS = frozenset(Field) - {Field.COMPLETED, Field.STEP_TIMES}


def _write(todo: ToDo, options: Options) -> Iterator[OutputFile]:
    names = FileNames()
    for task_list in todo.lists:
        blocks = [_heading(task_list), *(_task(task, options) for task in task_list.tasks)]
        yield OutputFile(
            name=names.unique(task_list.title, ".md"),
            text="\n".join(blocks) + "\n",
            n_tasks=len(task_list.tasks),
            n_steps=sum(len(task.steps) for task in task_list.tasks),
        )


def _heading(task_list: TaskList) -> str:
    title = one_line(task_list.title) or "(no title)"
    group = f"\nGroup: {one_line(task_list.group)}\n" if task_list.group else ""
    return f"# {title}\n{group}"


def _task(task: Task, options: Options) -> str:
    lines = [_box(task.title, is_completed=task.is_completed)]
    for text in details(task, _DETAILS, options):
        lines += [f"  - {line}" for line in text.splitlines()]
    for step in task.steps:
        times = (("created", step.created_at), ("completed", step.completed_at))
        known = [f"{label} {time_text(at, options)}" for label, at in times if at]
        after = f" ({', '.join(known)})" if known else ""
        lines.append("  " + _box(step.title, is_completed=step.is_completed) + after)
    note = _note(task)
    if note:
        lines += ["", *(f"  {line}".rstrip() for line in note.splitlines()), ""]
    return "\n".join(lines)


def _box(title: str, *, is_completed: bool) -> str:
    return f"- [{'x' if is_completed else ' '}] {one_line(title) or '(no title)'}"


def _note(task: Task) -> str:
    return html_to_markdown(task.note_html) if looks_like_html(task.note_html) else task.note


TARGET = Target(
    title="Markdown checklists",
    write=_write,
    fates=_FATES,
    guide=("Copy the files into the folder of your notes (Obsidian, Logseq), or import them.",),
)
