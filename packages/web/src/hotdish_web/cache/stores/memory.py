"""The store inside a process: answers in order of use, bounded by the bytes they take."""

from collections import OrderedDict

from hotdish_web.cache.entry import Entry
from hotdish_web.cache.units import to_bytes


class MemoryStore:
    """Keeps the answers used last, up to `max_bytes` of memory."""

    def __init__(self, max_bytes: int | str = "64MiB") -> None:
        self.max_bytes = to_bytes(max_bytes)
        self.n_bytes = 0
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> Entry | None:
        """Give an entry and count it as used."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def set(self, key: str, entry: Entry) -> None:
        """Store an entry; the ones not used for longest make room."""
        self.delete(key)
        size = entry.size + len(key)
        if size > self.max_bytes:
            return
        self._entries[key] = entry
        self.n_bytes += size
        while self.n_bytes > self.max_bytes:
            self.delete(next(iter(self._entries)))

    def delete(self, key: str) -> None:
        """Forget a key."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.n_bytes -= entry.size + len(key)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.n_bytes = 0
