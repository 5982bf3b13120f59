"""Convert a backup into the files of one target, with a loss report beside them."""

import json
import re
from pathlib import Path

from hotdish_todo.allocation import collecting_nothing
from hotdish_todo.backup import replacing
from hotdish_todo.errors import OutputError, TodoError
from hotdish_todo.model import ToDo
from hotdish_todo.report import Report, Totals, count_fields, without_folding
from hotdish_todo.writers.target import Options, Target

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
REPORT = "report"


def convert(todo: ToDo, target: Target, folder: Path, options: Options) -> Report:
    """Write the files of a target and their report into a folder.

    Raises:
        OutputError: a file cannot be written; those before it are complete.
        TodoError: a writer lost a task or a step (a fault of this program).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder} cannot be made: {error.strerror}"
        raise OutputError(msg) from None
    n_tasks = n_steps = n_replaced = 0
    warnings = [*todo.warnings, *_orphan_warnings(todo)]
    with collecting_nothing():
        for file in target.write(todo, options):
            text, replaced = _LONE_SURROGATE.subn("\ufffd", file.text)
            with replacing(folder / file.name) as out:
                out.write(text)
            n_tasks += file.n_tasks
            n_steps += file.n_steps
            n_replaced += replaced
            warnings += file.warnings
    if n_replaced:
        warnings.append(f"{n_replaced} broken characters (half an emoji) were replaced by \ufffd")
    report = Report(
        target=target.title,
        read=Totals(len(todo.lists), todo.n_tasks, todo.n_steps),
        written=Totals(len(todo.lists), n_tasks, n_steps),
        counts=count_fields(todo),
        fates=target.fates if options.fold else without_folding(target.fates),
        unknown_fields=todo.unknown_fields,
        unused_stores=todo.unused_stores,
        warnings=tuple(warnings),
    )
    if report.read != report.written:
        msg = f"The writer for {target.title} lost something: {report.read} became {report.written}"
        raise TodoError(msg)
    _write_report(folder, report)
    return report


def _orphan_warnings(todo: ToDo) -> list[str]:
    orphans = todo.orphans
    found = []
    if orphans.tasks:
        found.append(f"{orphans.tasks} tasks without a list are in the list '(no list)'")
    if orphans.steps:
        found.append(
            f"{orphans.steps} steps without a task are in the list '(no list)', below "
            f"{orphans.placeholders} tasks made up for them"
        )
    return found


def _write_report(folder: Path, report: Report) -> None:
    with replacing(folder / f"{REPORT}.md") as out:
        out.write(_LONE_SURROGATE.sub("\ufffd", report.markdown()))
    with replacing(folder / f"{REPORT}.json") as out:
        out.write(json.dumps(report.json(), indent=1) + "\n")
