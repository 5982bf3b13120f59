"""Carry out a plan: make each thing once, whatever happens in between."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from hotdish_todo.asana_api.client import AsanaClient, UnsureError
from hotdish_todo.asana_api.journal import Journal
from hotdish_todo.asana_api.plan import Destination, Item, Kind
from hotdish_todo.values import Json


def send(
    items: Iterable[Item],
    client: AsanaClient,
    journal: Journal,
    destination: Destination,
    on_item: Callable[[], None] = lambda: None,
) -> int:
    """Make what is not yet made, and give how many things that were.

    Raises:
        RemoteError: Asana refused, or stayed silent; the same call goes on later.
    """
    sender = _Sender(client, journal, destination)
    n_made = 0
    for item in items:
        n_made += sender.make(item)
        on_item()
    return n_made


def n_requests(items: Iterable[Item]) -> int:
    """Count the requests that a plan takes: making, and placing after a brother."""
    return sum(1 + bool(item.after) for item in items)


@dataclass(frozen=True, slots=True)
class _Sender:
    client: AsanaClient
    journal: Journal
    destination: Destination

    def make(self, item: Item) -> bool:
        """Make and place one thing; tell whether it had to be made."""
        is_new = self.journal.gid(item.key) is None
        if is_new:
            self.journal.done(item.key, self.find_or_create(item))
        if item.after and not self.journal.is_placed(item.key):
            self.place(item)
            self.journal.placed(item.key)
        return is_new

    def find_or_create(self, item: Item) -> str:
        found = self.find(item) if self.journal.is_begun(item.key) else None
        if found is None and not self.journal.is_begun(item.key):
            self.journal.begin(item.key)
        attempt = 0
        while found is None:
            try:
                return self.client.create(self.path(item), self.data(item))
            except UnsureError as error:
                attempt += 1
                self.client.pause(attempt, str(error))
                found = self.find(item)
        return found

    def find(self, item: Item) -> str | None:
        """Look whether an earlier try has made it after all."""
        for candidate in self.siblings(item):
            notes = str(candidate.get("notes") or "")
            is_it = (
                candidate.get("name") == item.name
                if item.kind is Kind.SECTION
                else notes.rstrip().endswith(item.marker)
            )
            if is_it:
                return str(candidate["gid"])
        return None

    def siblings(self, item: Item) -> Iterator[dict[str, Json]]:
        match item.kind:
            case Kind.PROJECT:
                where = {"workspace": self.destination.workspace or ""}
                return self.client.pages("/projects", opt_fields="notes", **where)
            case Kind.SECTION:
                project = self.gid(item.parent)
                return self.client.pages(f"/projects/{project}/sections", opt_fields="name")
            case Kind.TASK:
                section = self.gid(item.parent)
                return self.client.pages(f"/sections/{section}/tasks", opt_fields="notes")
            case Kind.SUBTASK:
                parent = self.gid(item.parent)
                return self.client.pages(f"/tasks/{parent}/subtasks", opt_fields="notes")

    def path(self, item: Item) -> str:
        match item.kind:
            case Kind.PROJECT:
                return "/projects"
            case Kind.SECTION:
                return f"/projects/{self.gid(item.parent)}/sections"
            case Kind.TASK:
                return "/tasks"
            case Kind.SUBTASK:
                return f"/tasks/{self.gid(item.parent)}/subtasks"

    def data(self, item: Item) -> dict[str, Json]:
        data = {"name": item.name, **dict(item.fields)}
        if item.kind is Kind.SECTION:
            return data
        data["notes"] = "\n\n".join(part for part in (data.get("notes"), item.marker) if part)
        if item.kind is Kind.PROJECT:
            data["workspace"] = self.destination.workspace
            if self.destination.team:
                data["team"] = self.destination.team
        elif item.kind is Kind.TASK:
            place = {"project": self.gid(item.project), "section": self.gid(item.parent)}
            data["projects"] = [place["project"]]
            data["memberships"] = [place]
        return data

    def place(self, item: Item) -> None:
        """Put it after its brother; without that, Asana would put it on top."""
        gid, after = self.gid(item.key), self.gid(item.after)
        if item.kind is Kind.TASK:
            data = {"task": gid, "insert_after": after}
            self.client.place(f"/sections/{self.gid(item.parent)}/addTask", data)
        else:
            data = {"parent": self.gid(item.parent), "insert_after": after}
            self.client.place(f"/tasks/{gid}/setParent", data)

    def gid(self, key: str) -> str:
        """Give the number of something made before; the given project needs no journal."""
        if key == "project:" and self.destination.project:
            return self.destination.project
        return self.journal.gid(key) or ""
