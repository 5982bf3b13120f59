"""Show lists, tasks and steps as a tree on the terminal."""

from rich.text import Text
from rich.tree import Tree

from hotdish_todo.model import Importance, Task, TaskList, ToDo

_JOINERS = "\u200c\u200d"  # they hold the parts of an emoji or a word together


def tree_of(todo: ToDo, *, only: str | None = None, with_notes: bool = False) -> Tree:
    """Give the tree of all lists, or of those whose title holds `only`."""
    root = Tree(f"{len(todo.lists)} lists, {todo.n_tasks} tasks, {todo.n_steps} steps")
    for task_list in todo.lists:
        if only is None or only.casefold() in task_list.title.casefold():
            _add_list(root, task_list, with_notes=with_notes)
    return root


def _add_list(root: Tree, task_list: TaskList, *, with_notes: bool) -> None:
    label = Text(_visible(task_list.title) or "(no title)", style="bold")
    if task_list.group:
        label.append(f"  in {_visible(task_list.group)}", style="dim")
    branch = root.add(label)
    for task in task_list.tasks:
        node = branch.add(_task_label(task))
        for step in task.steps:
            node.add(_box(step.title, is_completed=step.is_completed))
        if with_notes and task.note:
            node.add(Text("\n".join(map(_visible, task.note.splitlines())), style="italic"))


def _task_label(task: Task) -> Text:
    label = _box(task.title, is_completed=task.is_completed)
    if task.importance is Importance.HIGH:
        label.append(" ★", style="yellow")
    marks = [
        f"due {task.due}" if task.due else "",
        task.recurrence.text() if task.recurrence else "",
        "My Day" if task.my_day else "",
        *(f"#{name}" for name in task.categories),
        "note" if task.note else "",
    ]
    for mark in filter(None, marks):
        label.append(f"  {_visible(mark)}", style="cyan")
    return label


def _box(title: str, *, is_completed: bool) -> Text:
    mark, style = ("[x]", "dim") if is_completed else ("[ ]", "")
    return Text(f"{mark} {_visible(title) or '(no title)'}", style=style)


def _visible(text: str) -> str:
    """Keep control characters and half emoji from reaching the terminal."""
    return "".join(
        char if char.isprintable() or char in _JOINERS else " " if char.isspace() else "\ufffd"
        for char in text
    )
