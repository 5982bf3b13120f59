"""What an engine read lately, and has at hand when the next key asks for it again."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from hotdish_search.model import Entry
from hotdish_search.ranking.arrays import IntArray

Key = TypeVar("Key")
Value = TypeVar("Value")
# A list has four bytes a number, an entry some kilobytes: together they stay below 6 MB.
_MOST_NUMBERS = 400_000
_MOST_ENTRIES = 1000
_NOTHING = np.empty(0, np.int32)


class Recent(Generic[Key, Value]):
    """Values by key, those that were asked for last; several threads may use it at once."""

    def __init__(self, most: int, weigh: Callable[[Value], int]) -> None:
        """Say how much may be kept, and how much a value weighs."""
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def find(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Give those of the values that are kept."""
        found = {}
        with self._lock:
            for key in keys:
                value = self._kept.get(key)
                if value is not None:
                    found[key] = value
                    self._kept.move_to_end(key)
        return found

    def keep(self, values: Mapping[Key, Value]) -> None:
        """Keep values; those that nobody asked for in the longest time go."""
        with self._lock:
            for key, value in values.items():
                if key not in self._kept:
                    self._kept[key] = value
                    self._weight += self._weigh(value)
            while self._weight > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._weight -= self._weigh(oldest)


@dataclass(frozen=True, slots=True)
class AtHand:
    """What an engine has at hand of its builds, each named by its number.

    Attributes:
        lists: The entries that hold a term, by build and term.
        entries: Entries, by build and number.
    """

    lists: Recent[tuple[int, str], IntArray] = field(
        default_factory=lambda: Recent(_MOST_NUMBERS, lambda numbers: len(numbers) + 1)
    )
    entries: Recent[tuple[int, int], Entry] = field(
        default_factory=lambda: Recent(_MOST_ENTRIES, lambda _: 1)
    )


def join_lists(lists: Sequence[IntArray]) -> IntArray:
    """Give what any of some lists holds; an entry that several hold comes several times."""
    return np.concatenate(lists) if lists else _NOTHING
