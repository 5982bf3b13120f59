"""A stand-in for Microsoft Graph with the habits that lose data: short pages, hidden lists."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "secret"
PAGE = 2
_PLAIN, _HIDDEN = "plain", "hidden"


@dataclass
class FakeGraph:
    """Two lists, of which the plain listing shows one; three tasks; one attachment."""

    requests: list[str] = field(default_factory=list)
    fault: Callable[[int], tuple[int, dict[str, str]] | str | None] = lambda _: None
    url: str = ""

    def answer(self, path: str, query: dict[str, list[str]]) -> Any:
        """Give the JSON for an address, None if there is nothing."""
        shown = {"id": _PLAIN, "displayName": "Tasks", "wellknownListName": "defaultList"}
        hidden = {"id": _HIDDEN, "displayName": "🏠 Home", "wellknownListName": "none"}
        match path.removeprefix("/me/todo/lists").strip("/").split("/"):
            case [""]:
                return self.page(path, [shown], query)
            case ["delta"]:
                gone = {"id": "gone", "@removed": {"reason": "deleted"}}
                return {"value": [shown, hidden, gone], "@odata.deltaLink": "later"}
            case [name, "tasks"]:
                assert query["$expand"] == ["checklistItems,linkedResources"]
                return self.page(path, self.tasks(name), query)
            case [_, "tasks", _, "attachments"]:
                return self.page(path, [{"id": "A", "name": "photo.png", "size": 3}], query)
            case [_, "tasks", _, "attachments", "A"]:
                return {"id": "A", "name": "photo.png", "size": 3, "contentBytes": "AQID"}
        return None

    def tasks(self, name: str) -> list[dict[str, Any]]:
        """Give the tasks of a list; the first of the plain one has everything."""
        if name == _HIDDEN:
            return [{"id": "T9", "title": "hidden away", "status": "notStarted"}]
        first = {
            "id": "T1",
            "title": "bake",
            "status": "completed",
            "importance": "high",
            "body": {"content": "<p>one</p><p>two</p>", "contentType": "html"},
            "dueDateTime": {"dateTime": "2024-05-05T22:00:00.0000000", "timeZone": "UTC"},
            "isReminderOn": True,
            "reminderDateTime": {"dateTime": "2024-05-05T07:00:00", "timeZone": "UTC"},
            "recurrence": {
                "pattern": {"type": "weekly", "interval": 2, "daysOfWeek": ["monday"]},
                "range": {"type": "endDate", "endDate": "2024-12-31"},
            },
            "categories": ["Red"],
            "hasAttachments": True,
            "checklistItems": [
                {"id": "S1", "displayName": "mix", "isChecked": True},
                {"id": "S2", "displayName": "heat", "isChecked": False},
            ],
            "linkedResources": [{"id": "R", "webUrl": "https://x.invalid", "displayName": "mail"}],
        }
        rest = [{"id": f"T{n}", "title": f"task {n}"} for n in range(2, 6)]
        return [first, *rest]

    def page(self, path: str, items: list[Any], query: dict[str, list[str]]) -> Any:
        """Give a page, and the next one's address only to who asked with $top."""
        begin = int(query.get("skip", ["0"])[0])
        answer: dict[str, Any] = {"value": items[begin : begin + PAGE]}
        if begin + PAGE < len(items) and "$top" in query:
            more = f"skip={begin + PAGE}&$top={query['$top'][0]}"
            expand = f"&$expand={query['$expand'][0]}" if "$expand" in query else ""
            answer["@odata.nextLink"] = f"{self.url}{path}?{more}{expand}"
        return answer


class _Handler(http.server.BaseHTTPRequestHandler):
    graph: FakeGraph

    def do_GET(self) -> None:
        number = len(self.graph.requests)
        self.graph.requests.append(self.path)
        fault = self.graph.fault(number)
        if isinstance(fault, str):
            self.reply(200, fault.encode(), {})
        elif fault:
            error = {"error": {"code": "x", "message": "a fault that a test wants"}}
            self.reply(fault[0], json.dumps(error).encode(), fault[1])
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.reply(401, b"{}", {})
        else:
            parts = urlsplit(self.path)
            document = self.graph.answer(parts.path, parse_qs(parts.query))
            self.reply(200 if document else 404, json.dumps(document).encode(), {})

    def reply(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serve_graph() -> Iterator[FakeGraph]:
    """Serve a fresh stand-in on loopback."""
    graph = FakeGraph()
    handler = type("Handler", (_Handler,), {"graph": graph})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        graph.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield graph
        finally:
            server.shutdown()
            thread.join()
