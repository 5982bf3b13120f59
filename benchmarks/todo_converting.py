"""How long does a backup take to Asana's CSV, and does the time grow as the data do?

The peer is the way of the blog's converter: for every task it looks through all steps. It is
written here from that description, without its HTML library, so it is faster than the original.
"""

import csv
import datetime as dt
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from hotdish_todo.backup import read_backup
from hotdish_todo.converting import convert
from hotdish_todo.mapping import map_backup
from hotdish_todo.writers import TARGETS
from hotdish_todo.writers.target import Options

SIZES = (10_000, 50_000, 100_000)
PEER_SIZES = (2_000, 4_000, 8_000)
STEPS_PER_10 = 7


def run() -> str:
    lines = [
        (
            "Processor time from the backup file to Asana's CSV files and the loss report; 7 steps "
            "for 10 tasks, a note in HTML for every second task."
        ),
        "",
        "| tasks | hotdish-todo | a task | searching all steps for every task | a task |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as temporary:
        for size in (*PEER_SIZES, *SIZES):
            path = Path(temporary) / f"{size}.json"
            write_dump(path, size)
            own = _timed(lambda path=path: _ours(path))
            if size in PEER_SIZES:
                peer = _timed(lambda path=path: _peer(path))
                cells = f"{peer:.2f} s | {peer / size * 1e6:.0f} µs"
            else:
                cells = "not run | grows with the number of tasks"
            lines.append(f"| {size:,} | {own:.2f} s | {own / size * 1e6:.0f} µs | {cells} |")
            path.unlink()
    lines += ["", "Goal: 100,000 tasks in 5 s, and a constant time a task."]
    return "\n".join(lines)


def write_dump(path: Path, n_tasks: int) -> None:
    """Write invented data in the blog's shape."""
    begin = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    tasks = [
        {
            "id": f"T{n}",
            "list_id": f"L{n % 12}",
            "title": f"Task {n % 500}",
            "note": f"<div>note {n} <b>bold</b><br>second line</div>" if n % 2 else "",
            "completed": n % 5 < 2,
            "created_at": {"date_time": f"{begin + dt.timedelta(hours=n):%Y-%m-%dT%H:%M:%S}"},
            "due_date": {"date_time": "2024-05-06T00:00:00", "time_zone": "UTC"},
            "position": 1e12 - n,
        }
        for n in range(n_tasks)
    ]
    steps = [
        {
            "id": f"S{n}",
            "task_id": f"T{n * 10 // STEPS_PER_10}",
            "title": f"Step {n}",
            "position": n,
        }
        for n in range(n_tasks * STEPS_PER_10 // 10)
    ]
    lists = [{"id": f"L{n}", "title": f"List {n}"} for n in range(12)]
    document = {"lists": lists, "tasks": tasks, "steps": steps}
    path.write_text(json.dumps(document), encoding="utf-8")


def _ours(path: Path) -> None:
    options = Options(now=dt.datetime.now(tz=dt.UTC))
    convert(map_backup(read_backup(path)), TARGETS["asana"], path.with_suffix(".ours"), options)


def _peer(path: Path) -> None:
    document = json.loads(path.read_bytes())
    for task_list in document["lists"]:
        tasks = [task for task in document["tasks"] if task["list_id"] == task_list["id"]]
        with path.with_suffix(f".{task_list['id']}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            for task in tasks:
                writer.writerow(_row(task, ""))
                own = [step for step in document["steps"] if step["task_id"] == task["id"]]
                writer.writerows(_row(step, task["title"]) for step in own)


def _row(record: dict[str, Any], parent: str) -> list[str]:
    return [record["title"], record.get("note", ""), parent]


def _timed(work: Any) -> float:
    """Give processor time: on a shared machine the clock on the wall tells of the others."""
    begin = time.process_time()
    work()
    return time.process_time() - begin
