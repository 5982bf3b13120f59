"""Read lists, tasks, steps, links and attachments from Graph into the stores of a backup.

The listing of lists leaves some out, so the delta listing is asked, too; whether a list is still
missing, nobody can tell, hence the warning. Every page is asked for with `$top`: without it Graph
gives one page and no word about the others.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hotdish_todo.graph.client import GraphClient
from hotdish_todo.readers.source import Source
from hotdish_todo.stores import Database, ObjectStore, Record
from hotdish_todo.values import Json

WARNING = (
    "Graph leaves out lists whose name begins with some emoji, list groups, My Day and your own "
    "order. Compare the number of lists with To Do, or read the browser's profile instead"
)
_PAGE = "100"
_PARTS = ("checklistItems", "linkedResources")

Rows = dict[str, list[Json]]


@contextmanager
def open_graph(
    client: GraphClient, on_list: Callable[[str], None] = lambda _: None
) -> Iterator[Source]:
    """Read everything that Graph gives.

    Raises:
        RemoteError: Graph refused, or stayed silent.
    """
    rows: Rows = {name: [] for name in ("lists", "tasks", *_PARTS, "attachments")}
    for task_list in _lists(client):
        on_list(str(task_list.get("displayName", "")))
        rows["lists"].append(task_list)
        _read_tasks(client, task_list["id"], rows)
    stores = tuple(_store(name, found) for name, found in sorted(rows.items()))
    info: dict[str, Json] = {"kind": "graph", "origin": client.url}
    yield Source(info, (Database("todo_graph", 0, stores),))


def _lists(client: GraphClient) -> list[dict[str, Json]]:
    """Give the lists of both listings, each once."""
    found: dict[str, dict[str, Json]] = {}
    for task_list in client.pages("/me/todo/lists", **{"$top": _PAGE}):
        found[task_list["id"]] = task_list
    for task_list in client.pages("/me/todo/lists/delta"):
        if "@removed" not in task_list:
            found.setdefault(task_list["id"], task_list)
    return list(found.values())


def _read_tasks(client: GraphClient, list_id: str, rows: Rows) -> None:
    path = f"/me/todo/lists/{list_id}/tasks"
    for task in client.pages(path, **{"$top": _PAGE, "$expand": ",".join(_PARTS)}):
        task_id = task["id"]
        for part in _PARTS:
            rows[part] += [{**item, "taskId": task_id} for item in task.pop(part, [])]
        if task.get("hasAttachments"):
            rows["attachments"] += _attachments(client, f"{path}/{task_id}/attachments", task_id)
        rows["tasks"].append({**task, "listId": list_id})


def _attachments(client: GraphClient, path: str, task_id: str) -> Iterator[Json]:
    """Give the attachments with their bytes, which only a request for each one gives."""
    for attachment in client.pages(path, **{"$top": _PAGE}):
        whole = client.get(f"{path}/{attachment['id']}")
        yield {**attachment, **whole, "taskId": task_id}


def _store(name: str, rows: list[Json]) -> ObjectStore:
    records = [Record(row["id"], row) for row in rows]
    return ObjectStore(name, "id", len(records), lambda: iter(records))
