"""Which field of a source means which field of the model.

The web app writes snake_case, Graph camelCase, the server behind the web app PascalCase, and the
Windows app has columns of its own. Compared without case and underscores, the names do not clash,
so one table serves all sources. Names that only the blog's converter proves are certain; the
others are read off the two APIs and the Windows schema.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotdish_todo.values import Json

STORES = {
    "lists": "lists",
    "taskfolders": "lists",
    "tasklists": "lists",
    "tasks": "tasks",
    "steps": "steps",
    "subtasks": "steps",
    "checklistitems": "steps",
    "groups": "groups",
    "foldergroups": "groups",
    "listgroups": "groups",
    "linkedentities": "links",
    "linkedresources": "links",
    "attachments": "attachments",
    "files": "attachments",
    "assignments": "assignments",
    "members": "members",
}

_IDS = {"id": "id", "localid": "local_id", "onlineid": "online_id"}
_POSITION = {"position": "position", "orderdatetime": "position"}
_CREATED = {"createdat": "created", "createddatetime": "created", "created": "created"}
_DELETED = {"deleted": "deleted", "deleteaftersync": "deleted", "isdeleted": "deleted"}
_TASK_OF = {"taskid": "task", "tasklocalid": "task", "parentid": "task"}
_TITLE = {"title": "title", "subject": "title", "displayname": "title", "name": "title"}

FIELDS: dict[str, dict[str, str]] = {
    "lists": {
        **_IDS,
        **_POSITION,
        **_DELETED,
        **_TITLE,
        "groupid": "group",
        "grouplocalid": "group",
        "listgroupid": "group",
        "parentfoldergroupid": "group",
    },
    "groups": {**_IDS, **_POSITION, **_DELETED, **_TITLE},
    "tasks": {
        **_IDS,
        **_POSITION,
        **_CREATED,
        **_DELETED,
        "title": "title",
        "subject": "title",
        "listid": "list",
        "folderid": "list",
        "taskfolderid": "list",
        "taskfolderlocalid": "list",
        "parentfolderid": "list",
        "tasklistid": "list",
        "note": "note",
        "notes": "note",
        "body": "note",
        "bodycontent": "note",
        "status": "status",
        "completed": "completed",
        "iscompleted": "completed",
        "completedat": "completed_at",
        "completeddatetime": "completed_at",
        "lastmodified": "modified",
        "lastmodifiedat": "modified",
        "lastmodifieddatetime": "modified",
        "duedate": "due",
        "duedatetime": "due",
        "startdate": "start",
        "startdatetime": "start",
        "reminder": "reminder",
        "reminderdate": "reminder",
        "reminderdatetime": "reminder",
        "isreminderon": "reminder_on",
        "importance": "importance",
        "categories": "categories",
        "committedday": "my_day",
        "committeddate": "my_day",
        "recurrence": "recurrence",
        "recurrencetype": "recurrence_type",
        "recurrenceinterval": "recurrence_interval",
        "recurrenceintervaltype": "recurrence_unit",
        "recurrencedaysofweek": "recurrence_days",
        "steps": "steps",
        "subtasks": "steps",
        "checklistitems": "steps",
        "linkedresources": "links",
        "linkedentities": "links",
        "linkedentity": "links",
        "attachments": "attachments",
        "assignees": "assignees",
    },
    "steps": {
        **_IDS,
        **_POSITION,
        **_CREATED,
        **_DELETED,
        **_TASK_OF,
        "title": "title",
        "subject": "title",
        "displayname": "title",
        "completed": "completed",
        "iscompleted": "completed",
        "ischecked": "completed",
        "completedat": "completed_at",
        "checkeddatetime": "completed_at",
    },
    "links": {
        **_IDS,
        **_POSITION,
        **_DELETED,
        **_TASK_OF,
        "weblink": "url",
        "weburl": "url",
        "url": "url",
        "displayname": "title",
        "title": "title",
        "preview": "title",
        "applicationname": "application",
    },
    "attachments": {
        **_IDS,
        **_DELETED,
        **_TASK_OF,
        "name": "title",
        "filename": "title",
        "displayname": "title",
        "size": "size",
    },
    "assignments": {
        **_IDS,
        **_DELETED,
        **_TASK_OF,
        "assigneeid": "member",
        "memberid": "member",
        "displayname": "title",
        "assigneedisplayname": "title",
        "name": "title",
    },
    "members": {**_IDS, **_DELETED, "displayname": "title", "name": "title", "memberid": "member"},
}

# Bookkeeping of the programs: kept in the backup, of no use anywhere else.
_BOOKKEEPING = {
    *("changekey", "etag", "odataetag", "deltalink", "synctoken", "syncstatus", "version"),
    *("createdwithlocalid", "bodylastmodified", "bodylastmodifieddatetime", "bodylastmodifiedtime"),
    *("bodycontenttype", "originalbodycontent", "allowedscopes", "imported", "remindertype"),
    *("hasattachments", "odatatype", "committedorder", "clientstate"),
}


@dataclass(slots=True)
class Fields:
    """Sorts the fields of one kind of record; what it does not know it counts."""

    kind: str
    unknown: dict[str, int] = field(default_factory=dict)
    _meaning: dict[str, str | None] = field(default_factory=dict)

    def split(self, record: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
        """Give a record's known fields by the model's names, and the rest as they are."""
        known: dict[str, Json] = {}
        extra: dict[str, Json] = {}
        meanings = self._meaning
        for name, value in record.items():
            if value is None or value == _UNDEFINED:
                continue
            if name not in meanings:
                meanings[name] = self._look_up(name)
            meaning = meanings[name]
            if meaning is None:
                extra[name] = value
                self.unknown[name] = self.unknown.get(name, 0) + 1
            elif meaning and (meaning not in known or known[meaning] in ("", 0, False)):
                known[meaning] = value
        return known, extra

    def _look_up(self, name: str) -> str | None:
        """Give the model's name, "" for bookkeeping, None for the unknown."""
        plain = name.lower().replace("_", "").replace("@", "").replace(".", "")
        meaning = FIELDS[self.kind].get(plain)
        if meaning is None and (plain in _BOOKKEEPING or name.endswith("_changed")):
            return ""
        return meaning


_UNDEFINED = {"$type": "undefined"}
