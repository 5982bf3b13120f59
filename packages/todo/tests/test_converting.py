"""From a backup to the files of each target; nothing may be lost in silence."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from hotdish_todo.asana_api.plan import FATES as SENT_TO_ASANA
from hotdish_todo.backup import read_backup
from hotdish_todo.converting import convert
from hotdish_todo.mapping import NO_LIST, map_backup
from hotdish_todo.model import (
    Attachment,
    Importance,
    Link,
    Status,
    Step,
    Task,
    TaskList,
    ToDo,
)
from hotdish_todo.recurrence import Recurrence
from hotdish_todo.report import count_fields
from hotdish_todo.writers import TARGETS
from hotdish_todo.writers.target import Fate, Field, Options

Run = Callable[..., tuple[int, str, str]]
AT = dt.datetime(2024, 5, 6, 7, 8, tzinfo=dt.UTC)
BERLIN = Options(local=ZoneInfo("Europe/Berlin"), now=dt.datetime(2024, 6, 1, tzinfo=dt.UTC))

PLAIN = Task(id="T", title="task", steps=(Step("S", "step"),))
# For each field of the report: a task that has it beyond the plain one.
WITH: dict[Field, Task] = {
    Field.NOTE: replace(PLAIN, note="a note"),
    Field.NOTE_FORMAT: replace(PLAIN, note="bold", note_html="<b>bold</b>"),
    Field.COMPLETED: replace(PLAIN, status=Status.COMPLETED),
    Field.COMPLETED_AT: replace(PLAIN, completed_at=AT),
    Field.STATUS: replace(PLAIN, status=Status.WAITING),
    Field.HIGH: replace(PLAIN, importance=Importance.HIGH),
    Field.LOW: replace(PLAIN, importance=Importance.LOW),
    Field.DUE: replace(PLAIN, due=AT.date()),
    Field.START: replace(PLAIN, start=AT.date()),
    Field.REMINDER: replace(PLAIN, reminder=AT),
    Field.RECURRENCE: replace(PLAIN, recurrence=Recurrence("WEEKLY")),
    Field.CATEGORIES: replace(PLAIN, categories=("Red",)),
    Field.MY_DAY: replace(PLAIN, my_day=AT.date()),
    Field.CREATED_AT: replace(PLAIN, created_at=AT),
    Field.MODIFIED_AT: replace(PLAIN, modified_at=AT),
    Field.LINKS: replace(PLAIN, links=(Link("https://example.invalid", "mail"),)),
    Field.ATTACHMENTS: replace(PLAIN, attachments=(Attachment("photo.png", 5),)),
    Field.ASSIGNEES: replace(PLAIN, assignees=("Ada",)),
    Field.STEP_COMPLETED: replace(PLAIN, steps=(Step("S", "step", is_completed=True),)),
    Field.STEP_TIMES: replace(PLAIN, steps=(Step("S", "step", created_at=AT, completed_at=AT),)),
    Field.OTHER: replace(PLAIN, extra={"hue": "mauve"}),
}


def in_list(*tasks: Task, group: str = "", title: str = "List") -> ToDo:
    return ToDo((TaskList("L", title, group, tasks),))


def written(todo: ToDo, target: str, options: Options = BERLIN) -> str:
    return "\n".join(file.text for file in TARGETS[target].write(todo, options))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("field", Field)
def test_a_target_keeps_what_it_declares_and_nothing_else(field: Field, target: str) -> None:
    """A field that is carried or folded changes the files, a lost one changes nothing."""
    plain = in_list(PLAIN)
    with_field = in_list(PLAIN, group="Group") if field is Field.GROUP else in_list(WITH[field])
    if field is Field.NOTE_FORMAT:
        plain = in_list(replace(PLAIN, note="bold"))

    is_kept = written(with_field, target) != written(plain, target)

    assert is_kept == (TARGETS[target].fates[field] is not Fate.LOST)
    assert count_fields(with_field)[field] == count_fields(plain)[field] + 1


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_folded_into_notes_if_that_is_switched_off(target: str, tmp_path: Path) -> None:
    todo = in_list(*WITH.values())

    report = convert(todo, TARGETS[target], tmp_path, replace(BERLIN, fold=False))

    assert Fate.FOLDED not in report.fates.values()
    if target not in ("markdown", "csv", "json"):
        assert "from Microsoft To Do" not in written(todo, target, replace(BERLIN, fold=False))


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_writes_all_tasks_and_steps_of_awkward_data(
    target: str, blog_dump: Path, tmp_path: Path
) -> None:
    todo = map_backup(read_backup(blog_dump), ZoneInfo("Europe/Berlin"))

    report = convert(todo, TARGETS[target], tmp_path / "out", BERLIN)

    assert (report.read.tasks, report.read.steps) == (4, 3)
    assert report.read == report.written
    texts = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    assert "lonely" in texts
    assert "Bake \ufffd hotdish" in texts


def test_orphans_go_to_a_list_of_their_own_and_are_reported(
    blog_dump: Path, tmp_path: Path
) -> None:
    todo = map_backup(read_backup(blog_dump))

    report = convert(todo, TARGETS["json"], tmp_path / "out", BERLIN)

    homeless = todo.lists[-1]
    assert homeless.title == NO_LIST
    assert [task.title for task in homeless.tasks] == ["=1+1", "(task not in the backup)"]
    assert [step.title for step in homeless.tasks[1].steps] == ["lonely"]
    assert "1 tasks without a list are in the list '(no list)'" in report.warnings
    assert any("1 steps without a task" in warning for warning in report.warnings)
    assert "1 steps without a task" in (tmp_path / "out" / "report.md").read_text()


def test_lists_tasks_and_steps_stand_in_the_order_of_to_do(blog_dump: Path) -> None:
    todo = map_backup(read_backup(blog_dump))

    assert [one.title for one in todo.lists[:3]] == ["Home", "home", "XML Data Link list"]
    assert [task.id for task in todo.lists[0].tasks] == ["T2", "T1"]
    assert [step.title for step in todo.lists[0].tasks[1].steps] == ["first", "second"]


def test_a_due_date_is_the_day_that_the_user_saw(blog_dump: Path) -> None:
    """22:00 UTC on 5 May was midnight of 6 May in Berlin."""
    todo = map_backup(read_backup(blog_dump), ZoneInfo("Europe/Berlin"))

    assert todo.lists[0].tasks[1].due == dt.date(2024, 5, 6)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def asana_files(todo: ToDo, options: Options = BERLIN) -> dict[str, list[dict[str, str]]]:
    return {file.name: rows(file.text) for file in TARGETS["asana"].write(todo, options)}


def test_asana_lists_of_equal_titles_get_files_of_their_own() -> None:
    titles = ["Home", "home", "a/b", "a:b", "CON", "..", "", "report", "x" * 300]
    todo = ToDo(tuple(TaskList(title, title, tasks=(PLAIN,)) for title in titles))

    names = list(asana_files(todo))

    assert names[:7] == [
        "Home.csv",
        "home (2).csv",
        "a_b.csv",
        "a_b (2).csv",
        "_CON.csv",
        "_.csv",
        "_ (2).csv",
    ]
    assert len({name.casefold() for name in names}) == len(titles)
    assert max(len(name.encode()) for name in names) < 130


def test_asana_rows_follow_the_rules_of_its_importer() -> None:
    task = replace(
        PLAIN,
        title="two\nlines",
        due=dt.date(2024, 5, 6),
        status=Status.COMPLETED,
        steps=(Step("S", "done", is_completed=True),),
    )

    file = next(TARGETS["asana"].write(in_list(task), BERLIN))

    parent, step = rows(file.text)
    assert not file.text.startswith("\ufeff")
    assert next(iter(parent)) == "Name"
    assert (parent["Name"], parent["Due Date"], parent["Section/Column"]) == (
        "two lines",
        "05/06/2024",
        "Done",
    )
    assert (step["Name"], step["Subtask of"]) == ("DONE done", "two lines")


def test_asana_parents_are_the_only_rows_of_their_name() -> None:
    tasks = (
        Task("1", "same", steps=(Step("a", "same"),)),
        Task("2", "same", steps=(Step("b", "x"),)),
        Task("3", "same (2)"),
        Task("4", "same"),
    )

    (found,) = asana_files(in_list(*tasks)).values()

    names = [row["Name"] for row in found]
    parents = [row["Subtask of"] for row in found if row["Subtask of"]]
    assert len(parents) == 2
    assert len(set(parents)) == 2
    assert [names.count(parent) for parent in parents] == [1, 1]
    assert sum(name == "same" for name in names) == 2


def test_asana_files_keep_below_the_row_limit_and_never_part_a_task_from_its_steps() -> None:
    tasks = tuple(
        Task(str(n), f"task {n}", steps=tuple(Step(f"{n}-{m}", f"s{m}") for m in range(n % 7)))
        for n in range(60)
    )

    files = asana_files(in_list(*tasks), replace(BERLIN, max_rows=10))

    assert max(len(found) for found in files.values()) <= 10
    for found in files.values():
        names = {row["Name"] for row in found}
        assert {row["Subtask of"] for row in found} - {""} <= names
    assert sum(len(found) for found in files.values()) == 60 + sum(len(t.steps) for t in tasks)


def test_a_task_with_more_steps_than_a_file_may_have_is_reported() -> None:
    task = replace(PLAIN, steps=tuple(Step(str(n), f"s{n}") for n in range(20)))

    (file,) = TARGETS["asana"].write(in_list(task), replace(BERLIN, max_rows=10))

    assert file.warnings == ("List.csv: one task with its steps fills 21 rows, beyond the limit",)


@pytest.mark.parametrize("target", ["asana", "todoist", "ticktick", "csv"])
def test_excel_safe_keeps_cells_from_being_formulas(target: str) -> None:
    todo = in_list(*(Task(str(n), f"{sign}cmd") for n, sign in enumerate("=+-@")))

    safe = written(todo, target, replace(BERLIN, excel_safe=True))

    cells = [cell for row in csv.reader(io.StringIO(safe)) for cell in row]
    assert [cell for cell in cells if cell[:1] in "=+-@" and cell[1:] == "cmd"] == []
    assert sum(cell[1:2] in "=+-@" and cell.endswith("cmd") for cell in cells if cell) == 4


def test_icalendar_is_read_back_by_a_parser(tmp_path: Path) -> None:
    todo = in_list(
        replace(
            PLAIN,
            note="line one\nline two; with, signs",
            due=AT.date(),
            reminder=AT,
            completed_at=AT,
            status=Status.COMPLETED,
            categories=("a,b", "c"),
            recurrence=Recurrence("MONTHLY", weekdays=("friday",), nth=-1),
        )
    )

    (file,) = TARGETS["ics"].write(todo, BERLIN)
    parsed: list[Any] = icalendar.Calendar.from_ical(file.text).walk("VTODO")
    task, step = parsed

    assert task["summary"] == "task"
    assert task["description"] == "line one\nline two; with, signs"
    assert task["status"] == "COMPLETED"
    assert task["due"].dt == AT.date()
    assert task["completed"].dt == AT
    assert [str(name) for name in task["categories"].cats] == ["a,b", "c"]
    assert task["rrule"].to_ical() == b"FREQ=MONTHLY;BYDAY=-1FR"
    assert task.walk("VALARM")[0]["trigger"].dt == AT
    assert step["related-to"] == task["uid"]
    assert step["related-to"].params["RELTYPE"] == "PARENT"


def test_taskwarrior_entries_hang_together() -> None:
    todo = in_list(
        replace(PLAIN, note="one\ntwo", status=Status.COMPLETED, due=AT.date()), group="G.1"
    )

    step, task = json.loads(written(todo, "taskwarrior"))

    assert task["depends"] == [step["uuid"]]
    assert task["project"] == "G_1.List"
    assert task["due"] == "20240505T220000Z"
    assert task["status"] == "completed"
    assert task["end"] == task["entry"] == "20240601T000000Z"
    assert [one["description"] for one in task["annotations"]] == ["one", "two"]
    assert len({one["entry"] for one in task["annotations"]}) == 2


def test_ticktick_rows_are_those_that_vikunja_reads() -> None:
    text = written(in_list(replace(PLAIN, due=AT.date(), importance=Importance.HIGH)), "ticktick")

    head, _, table = text.partition('"\r\nFolder Name')
    task, step = rows(f"Folder Name{table}")
    assert head.startswith('"Date: 2024-06-01+0000"')
    assert len(task) == 24
    assert (task["Due Date"], task["Is All Day"]) == ("2024-05-06T00:00:00+0200", "true")
    assert (task["Priority"], task["Status"], step["parentId"]) == ("5", "0", task["taskId"])


def test_todoist_priority_is_never_empty_and_completed_tasks_have_their_own_file() -> None:
    done = replace(PLAIN, status=Status.COMPLETED, categories=("Red category",))

    files = {f.name: rows(f.text) for f in TARGETS["todoist"].write(in_list(PLAIN, done), BERLIN)}

    assert list(files) == ["List.csv", "List (completed).csv"]
    assert {row["PRIORITY"] for found in files.values() for row in found} == {"4"}
    assert [row["INDENT"] for row in files["List.csv"]] == ["1", "2"]
    assert files["List (completed).csv"][0]["CONTENT"] == "task @Red_category @done"


def test_markdown_reads_as_a_checklist() -> None:
    task = replace(
        PLAIN,
        note_html="<p>see <a href='https://example.invalid'>this</a></p><ul><li>a</li></ul>",
        note="x",
        due=AT.date(),
    )

    text = written(in_list(task, group="Home"), "markdown")

    assert text == (
        "# List\n\nGroup: Home\n\n"
        "- [ ] task\n  - Due: 2024-05-06\n  - [ ] step\n\n"
        "  see [this](https://example.invalid)\n\n  - a\n\n"
    )


def test_a_writer_that_loses_a_task_is_caught(tmp_path: Path) -> None:
    def forgetful(todo: ToDo, options: Options) -> Any:
        for file in TARGETS["csv"].write(todo, options):
            yield replace(file, n_tasks=file.n_tasks - 1)

    with pytest.raises(Exception, match="lost something"):
        convert(in_list(PLAIN), replace(TARGETS["csv"], write=forgetful), tmp_path, BERLIN)


def test_the_command_converts_and_says_what_was_lost(
    blog_dump: Path, tmp_path: Path, run: Run
) -> None:
    code, out, err = run(
        "convert",
        blog_dump,
        "asana",
        "-o",
        tmp_path / "out",
        "--timezone",
        "Europe/Berlin",
        "--json",
    )

    assert code == 0
    assert json.loads(out)["written"] == {"tasks": 4, "steps": 3}
    assert "Lost: formatting of notes (1)" in err
    assert "1. In Asana, make an empty project for each file." in err
    assert (tmp_path / "out" / "report.json").is_file()


def test_the_command_prints_a_tree(blog_dump: Path, run: Run) -> None:
    code, out, _ = run("show", blog_dump, "--timezone", "UTC", "--notes")

    assert code == 0
    assert "[x] Bake \ufffd hotdish" in out
    assert "[ ] second" in out
    assert "two page (https://example.invalid)" in out


def test_the_guide_says_of_every_field_what_each_target_does() -> None:
    words = {Fate.CARRIED: "yes", Fate.FOLDED: "*note*", Fate.LOST: "-"}
    guide = (Path(__file__).parents[3] / "docs" / "todo.md").read_text(encoding="utf-8")
    declared = [target.fates for target in TARGETS.values()] + [SENT_TO_ASANA]

    for field in Field:
        cells = " | ".join(words[fates[field]] for fates in declared)
        assert f"| {field} | {cells} |" in guide
