"""How people ask for what an entry documents: data/phrasebook.tsv, by entry.

The documentation says "Return True if all characters in the string are digits"; people ask how to
check whether a string is a number.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from hotdish_search.model import Entry
from hotdish_search.ranking.names import BYNAME_KINDS

_TABLE = "data/phrasebook.tsv"
_TOPICS = "data/topics.tsv"
_BY_ID = frozenset({"section", "page", "term", "keyword", "operator"})


@cache
def load() -> Mapping[str, tuple[str, ...]]:
    """Give the phrases of each entry, by `key_of` it."""
    table = files("hotdish_search").joinpath(_TABLE).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return MappingProxyType({key: tuple(phrases.split("; ")) for key, phrases in rows})


@cache
def load_topics() -> Mapping[str, tuple[str, ...]]:
    """Give for each everyday word or topic the keys of what it stands for, best first."""
    table = files("hotdish_search").joinpath(_TOPICS).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return MappingProxyType(
        {phrase: tuple(keys.split()) for phrases, keys in rows for phrase in phrases.split("; ")}
    )


def owners(entries: Sequence[Entry]) -> dict[str, int]:
    """Give which entry each key means: `print` is a function before it is a fixer of 2to3."""
    found: dict[str, int] = {}
    for number, entry in sorted(enumerate(entries), key=lambda one: one[1].kind in BYNAME_KINDS):
        found.setdefault(key_of(entry), number)
    return found


def key_of(entry: Entry) -> str:
    """Give what the phrasebook calls an entry: its name, or its id where it has none.

    >>> key_of(Entry("library/os.html#os.mkdir", "os.mkdir", "function", "library", "", ""))
    'os.mkdir'
    >>> key_of(Entry("tutorial/classes.html", "Classes", "section", "tutorial", "", ""))
    'tutorial/classes.html'
    """
    if entry.kind == "row":
        return f"{entry.id}|{entry.title}"
    return entry.id if entry.kind in _BY_ID else entry.title
