"""Verify a backup: is it whole, do its parts fit, what in it is not understood."""

from collections import Counter
from dataclasses import dataclass, field

from hotdish_todo.backup import Backup
from hotdish_todo.model import ToDo
from hotdish_todo.stores import Record
from hotdish_todo.values import TAG, Json

KNOWN_TAGS = frozenset(
    {"undefined", "date", "bigint", "number", "map", "set", "bytes", "blob", "regexp", "circular"}
)


@dataclass(slots=True)
class Verdict:
    """What a check found: `findings` make the backup doubtful, `remarks` do not."""

    findings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def check_backup(backup: Backup, todo: ToDo) -> Verdict:
    """Check a backup and what the mapping made of it."""
    verdict = Verdict()
    if backup.is_sealed is False:
        verdict.findings.append("its checksum does not fit: it was changed after it was written")
    for database in backup.databases:
        for store in database.stores:
            where = f"{database.name} / {store.name}"
            records = [record for record in store.read() if isinstance(record, Record)]
            verdict.counts[store.name] = verdict.counts.get(store.name, 0) + len(records)
            if len(records) != store.count:
                verdict.findings.append(
                    f"{where}: {store.count} records were written, {len(records)} are here"
                )
            verdict.findings += _record_findings(where, records)
    if not todo.lists:
        verdict.findings.append("it holds no lists. Open To Do, wait until they show, read again")
    _judge_model(verdict, todo)
    return verdict


def _record_findings(where: str, records: list[Record]) -> list[str]:
    keys = Counter(repr(record.key) for record in records)
    findings = [f"{where}: the key {key} occurs {n} times" for key, n in keys.items() if n > 1]
    tags: Counter[str] = Counter()
    n_missing = 0
    for record in records:
        n_missing += _visit(record.value, tags)
    unknown = sorted(set(tags) - KNOWN_TAGS)
    findings += [f"{where}: the tag {tag!r} is not known" for tag in unknown]
    if n_missing:
        findings.append(f"{where}: the bytes of {n_missing} files are missing")
    return findings


def _visit(value: Json, tags: "Counter[str]") -> int:
    """Count the tags in a value, and give the number of missing blobs."""
    if isinstance(value, list):
        return sum(_visit(item, tags) for item in value)
    if not isinstance(value, dict):
        return 0
    tag = value.get(TAG)
    if tag is None:
        return sum(_visit(item, tags) for item in value.values())
    tags[str(tag)] += 1
    return _visit(value.get("value"), tags) + bool(value.get("missing"))


def _judge_model(verdict: Verdict, todo: ToDo) -> None:
    orphans = todo.orphans
    if orphans.tasks:
        verdict.remarks.append(f"{orphans.tasks} tasks belong to no list")
    if orphans.steps:
        verdict.remarks.append(f"{orphans.steps} steps belong to no task")
    verdict.remarks += todo.warnings
    verdict.remarks += [
        f"the field {name} is not understood ({n} times)"
        for name, n in sorted(todo.unknown_fields.items())
    ]
    verdict.remarks += [
        f"the store {name} is not understood ({n} records)"
        for name, n in sorted(todo.unused_stores.items())
    ]
