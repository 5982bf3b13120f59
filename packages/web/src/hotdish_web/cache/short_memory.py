"""Remembers some keys for some seconds, and not too many of them."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")

MOST = 4096


class ShortMemory(Generic[Value]):
    """A bounded dict whose values are gone after `keep_s`."""

    def __init__(self, keep_s: float, clock: Callable[[], float]) -> None:
        self._keep_s = keep_s
        self._clock = clock
        self._values: OrderedDict[str, tuple[float, Value]] = OrderedDict()

    def get(self, key: str) -> Value | None:
        """Give what was set under a key not too long ago."""
        if not self._values:  # the usual case, on every miss
            return None
        end, value = self._values.get(key, (0.0, None))
        if value is None or self._clock() >= end:
            self._values.pop(key, None)
            return None
        return value

    def set(self, key: str, value: Value) -> None:
        """Remember; the oldest is forgotten if there are too many."""
        self._values.pop(key, None)
        self._values[key] = (self._clock() + self._keep_s, value)
        if len(self._values) > MOST:
            self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
