"""The model as plain JSON: lists, their tasks, their steps, for programs of one's own."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hotdish_todo.model import ToDo
from hotdish_todo.recurrence import Recurrence
from hotdish_todo.values import Json
from hotdish_todo.writers.target import Options, OutputFile, Target, fates


def _write(todo: ToDo, _: Options) -> Iterator[OutputFile]:
    document = {"format": "hotdish-todo-lists", "version": 1, "lists": plain(todo.lists)}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    yield OutputFile("to-do.json", text, todo.n_tasks, todo.n_steps)


def plain(value: Any) -> Json:
    """Give a part of the model as JSON; dates are ISO 8601, a recurrence is an RRULE."""
    if isinstance(value, Recurrence):
        return value.rrule()
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


TARGET = Target(title="Plain JSON", write=_write, fates=fates())
