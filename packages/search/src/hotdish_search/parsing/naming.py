"""What a place is called, what else people call it, and what kind of thing it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from hotdish_search.model import Kind


@dataclass(frozen=True, slots=True)
class Naming:
    """Title, kind and further names of an entry; no name repeats the title."""

    title: str
    kind: Kind
    names: tuple[str, ...]


def make_naming(title: str, kind: Kind, names: Iterable[str]) -> Naming:
    """A naming without empty and repeated names."""
    others = [name for name in dict.fromkeys(names) if name and name != title]
    return Naming(title, kind, tuple(others))
