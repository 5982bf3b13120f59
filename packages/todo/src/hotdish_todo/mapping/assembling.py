"""Put lists, tasks and steps together: one pass over each store, dictionaries instead of search."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hotdish_todo.allocation import collecting_nothing
from hotdish_todo.backup import Backup
from hotdish_todo.mapping import fields
from hotdish_todo.mapping.names import FIELDS, STORES, Fields
from hotdish_todo.model import Attachment, Importance, Link, Orphans, Step, Task, TaskList, ToDo
from hotdish_todo.moments import day, moment
from hotdish_todo.notes import html_to_text
from hotdish_todo.stores import Database, Record
from hotdish_todo.values import Json

NO_LIST = "(no list)"
MISSING_TASK = "(task not in the backup)"

Known = dict[str, Json]


def map_backup(backup: Backup, local: dt.tzinfo = dt.UTC) -> ToDo:
    """Give the model of a backup; `local` is the zone that the user's due dates mean."""
    with collecting_nothing():
        accounts = [_Account(database, local).assemble() for database in backup.databases]
    if len(accounts) == 1:
        return accounts[0]
    return ToDo(
        lists=tuple(task_list for account in accounts for task_list in account.lists),
        orphans=Orphans(
            tasks=sum(account.orphans.tasks for account in accounts),
            steps=sum(account.orphans.steps for account in accounts),
            placeholders=sum(account.orphans.placeholders for account in accounts),
        ),
        unknown_fields=_added(account.unknown_fields for account in accounts),
        unused_stores=_added(account.unused_stores for account in accounts),
        warnings=tuple(warning for account in accounts for warning in account.warnings),
    )


@dataclass(slots=True)
class _Row:
    """One record, its fields sorted."""

    known: Known
    extra: dict[str, Json]

    def ids(self) -> Iterator[str]:
        known = self.known
        for name in ("id", "local_id", "online_id"):
            if name in known and (identifier := fields.text(known[name])):
                yield identifier


@dataclass(slots=True)
class _ByTask:
    """Rows by the id of the task that they belong to."""

    rows: dict[str, list[_Row]] = field(default_factory=lambda: defaultdict(list))

    def of(self, ids: Iterable[str]) -> list[_Row]:
        """Take out the rows of one task, in their manual order."""
        if not self.rows:
            return []
        found = [row for identifier in ids for row in self.rows.pop(identifier, ())]
        return _ordered(found) if len(found) > 1 else found


class _Account:
    """One database on its way to the model."""

    def __init__(self, database: Database, local: dt.tzinfo) -> None:
        self._local = local
        self._sorters = {kind: Fields(kind) for kind in FIELDS}
        self._unused: dict[str, int] = {}
        self._n_deleted = 0
        self._rows: dict[str, list[_Row]] = {kind: [] for kind in FIELDS}
        for store in database.stores:
            kind = STORES.get(store.name.lower().replace("_", ""))
            if kind is None:
                if store.count:
                    self._unused[store.name] = store.count
                continue
            for record in store.read():
                if isinstance(record, Record):
                    self._add(kind, record.value)
        self._members = {
            identifier: fields.text(row.known.get("title"))
            for row in self._rows["members"]
            for identifier in (*row.ids(), fields.text(row.known.get("member")))
        }
        self._steps = self._by_task("steps")
        self._links = self._by_task("links")
        self._attachments = self._by_task("attachments")
        self._assignments = self._by_task("assignments")

    def assemble(self) -> ToDo:
        """Give the model."""
        tasks_by_list: dict[str, list[_Row]] = defaultdict(list)
        for row in self._rows["tasks"]:
            tasks_by_list[fields.text(row.known.get("list"))].append(row)
        groups = {
            identifier: fields.text(row.known.get("title"))
            for row in self._rows["groups"]
            for identifier in row.ids()
        }
        lists = [self._list(row, groups, tasks_by_list) for row in _ordered(self._rows["lists"])]
        homeless = [self._task(row) for rows in tasks_by_list.values() for row in _ordered(rows)]
        placeholders = [
            self._placeholder(identifier, rows) for identifier, rows in self._steps.rows.items()
        ]
        if homeless or placeholders:
            lists.append(TaskList("", NO_LIST, tasks=(*homeless, *placeholders)))
        return ToDo(
            lists=tuple(lists),
            orphans=Orphans(
                tasks=len(homeless),
                steps=sum(len(task.steps) for task in placeholders),
                placeholders=len(placeholders),
            ),
            unknown_fields={
                f"{kind}.{name}": count
                for kind, sorter in self._sorters.items()
                for name, count in sorter.unknown.items()
            },
            unused_stores=self._unused,
            warnings=self._warnings(),
        )

    def _add(self, kind: str, value: Json) -> None:
        if not isinstance(value, dict):
            return
        row = _Row(*self._sorters[kind].split(value))
        if fields.flag(row.known.get("deleted")):
            self._n_deleted += 1
        else:
            self._rows[kind].append(row)

    def _by_task(self, kind: str) -> _ByTask:
        sorted_in = _ByTask()
        for row in self._rows[kind]:
            sorted_in.rows[fields.text(row.known.get("task"))].append(row)
        return sorted_in

    def _list(
        self, row: _Row, groups: Mapping[str, str], tasks_by_list: dict[str, list[_Row]]
    ) -> TaskList:
        rows = [task for identifier in row.ids() for task in tasks_by_list.pop(identifier, ())]
        group = fields.text(row.known.get("group"))
        return TaskList(
            id=next(row.ids(), ""),
            title=fields.text(row.known.get("title")),
            group=groups.get(group, group),
            tasks=tuple(self._task(task) for task in _ordered(rows)),
            extra=row.extra,
        )

    def _task(self, row: _Row) -> Task:
        known = row.known
        ids = tuple(row.ids())
        note = fields.body(known["note"]) if "note" in known else ""
        return Task(
            id=ids[0] if ids else "",
            title=fields.text(known.get("title")),
            note_html=note,
            note=html_to_text(note) if note else "",
            status=fields.status(known),
            importance=(
                fields.importance(known["importance"])
                if "importance" in known
                else Importance.NORMAL
            ),
            due=day(known["due"], self._local) if "due" in known else None,
            start=day(known["start"], self._local) if "start" in known else None,
            reminder=fields.reminder(known) if "reminder" in known else None,
            completed_at=moment(known["completed_at"]) if "completed_at" in known else None,
            created_at=moment(known.get("created")),
            modified_at=moment(known.get("modified")),
            recurrence=fields.recurrence(known) if fields.RECURRENCE & known.keys() else None,
            categories=fields.categories(known["categories"]) if "categories" in known else (),
            my_day=day(known["my_day"], self._local) if "my_day" in known else None,
            steps=tuple(_step(step) for step in self._parts("steps", self._steps, known, ids)),
            links=tuple(_link(link) for link in self._parts("links", self._links, known, ids)),
            attachments=tuple(
                _attachment(file)
                for file in self._parts("attachments", self._attachments, known, ids)
            ),
            assignees=tuple(self._assignee(one) for one in self._assignments.of(ids)),
            extra=row.extra,
        )

    def _parts(self, kind: str, stored: _ByTask, known: Known, ids: tuple[str, ...]) -> list[_Row]:
        """Give the parts of a task from their own store and from inside the task."""
        rows = stored.of(ids)
        inside = known.get(kind)
        if isinstance(inside, list):
            sorter = self._sorters[kind]
            rows = rows + _ordered([_Row(*sorter.split(x)) for x in inside if isinstance(x, dict)])
        return rows

    def _assignee(self, row: _Row) -> str:
        name = fields.text(row.known.get("title"))
        member = fields.text(row.known.get("member"))
        return name or self._members.get(member, member)

    def _placeholder(self, identifier: str, rows: list[_Row]) -> Task:
        steps = tuple(_step(row) for row in _ordered(rows))
        return Task(id=f"missing:{identifier}", title=MISSING_TASK, steps=steps)

    def _warnings(self) -> tuple[str, ...]:
        if not self._n_deleted:
            return ()
        return (f"{self._n_deleted} records are marked as deleted in To Do and were left out",)


def _step(row: _Row) -> Step:
    known = row.known
    return Step(
        id=next(row.ids(), ""),
        title=fields.text(known.get("title")),
        is_completed=fields.flag(known.get("completed")),
        created_at=moment(known.get("created")),
        completed_at=moment(known["completed_at"]) if "completed_at" in known else None,
        extra=row.extra,
    )


def _link(row: _Row) -> Link:
    known = row.known
    return Link(
        fields.text(known.get("url")),
        fields.text(known.get("title")),
        fields.text(known.get("application")),
    )


def _attachment(row: _Row) -> Attachment:
    size = row.known.get("size")
    title = fields.text(row.known.get("title"))
    return Attachment(title, size if isinstance(size, int) else None)


def _ordered(rows: list[_Row]) -> list[_Row]:
    """Sort as To Do shows: the highest position first; rows without one keep their place last."""
    positions = [fields.position(row.known.get("position")) for row in rows]
    if all(place is None for place in positions):
        return rows
    order = sorted(
        range(len(rows)),
        key=lambda nth: (positions[nth] is None, -(positions[nth] or 0.0)),
    )
    return [rows[nth] for nth in order]


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for part in counts:
        for name, count in part.items():
            total[name] += count
    return dict(total)
