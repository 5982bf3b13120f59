"""Version notes: "Added in version 3.9", "Deprecated since 3.8, removed in version 3.10"."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from hotdish_search.model import Change, VersionNote
from hotdish_search.parsing.markup import plain

# In the order in which they count: a soft deprecation is marked as a change as well.
_CHANGE_OF_CLASS: dict[str, Change] = {
    "soft-deprecated": "deprecated",
    "versionadded": "added",
    "versionchanged": "changed",
    "deprecated": "deprecated",
    "deprecated-removed": "deprecated",
    "versionremoved": "removed",
}

# "New in version 3.9", "Added in version next", "Changed in Django 3.2", "Deprecated since 3.8".
_VERSION = re.compile(r"\bversion ([\w.+-]*\w)|\b(\d[\w.+-]*\w|\d)")
_REMOVAL = re.compile(r"\bremoved in (?:version )?([\w.+-]*\w)")


def change_of(kinds: Iterable[str]) -> Change | None:
    """What a box with these classes tells about a version, or None."""
    known = set(kinds)
    return next((change for name, change in _CHANGE_OF_CLASS.items() if name in known), None)


def read_notes(node: LexborNode, change: Change) -> list[VersionNote]:
    """The note of a `versionadded` directive and its kin; two where it also tells the removal.

    Empty where no version can be made out.
    """
    text = plain(node)
    label_node = node.css_first(".versionmodified, .title")
    label = plain(label_node) if label_node else text
    version = _VERSION.search(label)
    if version is None:
        return []
    told = text.removeprefix(label).lstrip(" :.")
    notes = [VersionNote(change, version[1] or version[2], told)]
    if change == "deprecated" and (removal := _REMOVAL.search(label)):
        notes.append(VersionNote("removed", removal[1], told))
    return notes
