"""A stand-in for Asana's API that checks every request and fails where a test wants it to.

It follows developers.asana.com: bearer tokens, `{"data": ...}` both ways, pages of at most 100,
new tasks on top of their section unless they are told to stand after another.
"""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "secret"
PAGE = 5  # small, so that every listing has several pages
_FIELDS = {
    "projects": {"name", "notes", "workspace", "team"},
    "sections": {"name"},
    "tasks": {"name", "notes", "completed", "due_on", "projects", "memberships"},
    "subtasks": {"name", "notes", "completed"},
}


@dataclass
class Thing:
    """A project, section or task."""

    gid: str
    data: dict[str, Any]
    children: list["Thing"] = field(default_factory=list)  # sections, tasks, sub-tasks


@dataclass
class FakeAsana:
    """What the server knows; `fault` is asked before and after each request is obeyed."""

    things: dict[str, Thing] = field(default_factory=dict)
    projects: list[Thing] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    fault: Callable[[int, str], int | str | None] = lambda _n, _when: None
    url: str = ""

    def __post_init__(self) -> None:
        """Begin with one empty project, number 1."""
        self.add("projects", {"name": "Existing"}, self.projects)

    def restart(self) -> None:
        """Forget everything."""
        self.things.clear()
        self.projects.clear()
        self.requests.clear()
        self.__post_init__()

    def add(self, kind: str, data: dict[str, Any], place: list[Thing]) -> Thing:
        """Make a thing on top of its brothers; sections go last."""
        unknown = set(data) - _FIELDS[kind]
        if unknown:
            self.complaints.append(f"{kind}: unknown fields {sorted(unknown)}")
        thing = Thing(str(len(self.things) + 1), data)
        self.things[thing.gid] = thing
        place.insert(0 if kind in ("tasks", "subtasks") else len(place), thing)
        return thing

    def tree(self, thing: Thing) -> Any:
        """Give names, recursively, with what a test wants to see of a task."""
        data = thing.data
        shown = (data["name"], data.get("completed", False), data.get("due_on"))
        return (*shown, [self.tree(child) for child in thing.children])

    def obey(  # noqa: PLR0911 - one return for each address
        self, method: str, path: str, query: dict[str, str], data: Any
    ) -> tuple[int, Any]:
        """Answer one request."""
        match method, path.strip("/").split("/"):
            case "GET", ["projects"]:
                return self.page(self.projects, query)
            case "GET", [_, gid, _]:
                return self.page(self.things[gid].children, query)
            case "POST", ["projects"]:
                return 201, self.add("projects", data, self.projects)
            case "POST", ["projects", gid, "sections"]:
                return 201, self.add("sections", data, self.things[gid].children)
            case "POST", ["tasks"]:
                (member,) = data["memberships"]
                section = self.things[member["section"]]
                assert section in self.things[member["project"]].children
                return 201, self.add("tasks", data, section.children)
            case "POST", ["tasks", gid, "subtasks"]:
                return 201, self.add("subtasks", data, self.things[gid].children)
            case "POST", ["sections", gid, "addTask"]:
                return self.move(self.things[data["task"]], self.things[gid], data["insert_after"])
            case "POST", ["tasks", gid, "setParent"]:
                parent = self.things[data["parent"]]
                return self.move(self.things[gid], parent, data["insert_after"])
        return 404, None

    def move(self, thing: Thing, parent: Thing, after: str) -> tuple[int, Any]:
        """Put a thing behind its brother."""
        parent.children.remove(thing)
        parent.children.insert(parent.children.index(self.things[after]) + 1, thing)
        return 200, {}

    def page(self, things: list[Thing], query: dict[str, str]) -> tuple[int, Any]:
        """Give one page and where the next begins."""
        if not 1 <= int(query.get("limit", "0")) <= 100:
            return 400, None
        begin = int(query.get("offset", "0"))
        end = begin + PAGE
        wanted = query.get("opt_fields", "").split(",")
        rows = [
            {"gid": thing.gid, **{name: thing.data.get(name) for name in wanted}}
            for thing in things[begin:end]
        ]
        more = {"offset": str(end)} if end < len(things) else None
        return 200, {"data": rows, "next_page": more}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: apart, each answer would wait for a delayed ACK
    disable_nagle_algorithm = True
    asana: FakeAsana

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        asana = self.asana
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        number = len(asana.requests)
        asana.requests.append(f"{self.command} {self.path}")
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.reply(401, {"errors": [{"message": "Not Authorized"}]})
            return
        if self.fail(asana.fault(number, "before")):
            return
        parts = urlsplit(self.path)
        data = json.loads(body)["data"] if body else None
        status, result = asana.obey(self.command, parts.path, dict(parse_qsl(parts.query)), data)
        if self.fail(asana.fault(number, "after")):
            return
        if result is None:
            self.reply(status, {"errors": [{"message": f"{self.path}: unknown"}]})
        elif isinstance(result, Thing):
            self.reply(status, {"data": {"gid": result.gid, "name": result.data["name"]}})
        else:
            self.reply(status, result if "data" in result else {"data": result})

    def fail(self, fault: int | str | None) -> bool:
        if fault is None:
            return False
        if isinstance(fault, int):
            headers = {"Retry-After": "7"} if fault == 429 else {}
            self.reply(fault, {"errors": [{"message": "a fault that a test wants"}]}, headers)
        else:
            self.close_connection = True
            self.connection.close()
        return True

    def reply(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A connection that a test breaks is no error of the server."""


@contextmanager
def serve_asana() -> Iterator[FakeAsana]:
    """Serve a fresh stand-in on loopback."""
    asana = FakeAsana()
    handler = type("Handler", (_Handler,), {"asana": asana})
    with _Server(("127.0.0.1", 0), handler) as server:
        asana.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield asana
        finally:
            server.shutdown()
            thread.join()
