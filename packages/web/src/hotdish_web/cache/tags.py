"""Invalidation by tag: a generation number per tag, and no list of keys that could leak."""

import time
from collections.abc import Mapping, Sequence

EVERYTHING = "*"


class Generations:
    """What this process knows of the generation of each tag. It only ever grows."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self.epoch = 0
        """Changes with every change: what was alive at this epoch is alive still."""

    def of(self, tags: Sequence[str]) -> dict[str, int]:
        """Give the generation of each tag; an answer that starts now carries them."""
        return {tag: self._known.get(tag, 0) for tag in tags}

    def learn(self, tag: str, generation: int) -> None:
        """Take over what a shared store or another worker says."""
        if generation > self._known.get(tag, 0):
            self._known[tag] = generation
            self.epoch += 1

    def bump(self, tag: str) -> int:
        """Raise a tag's generation; time as its source keeps it above one that was lost."""
        generation = max(time.time_ns() // 1000, self._known.get(tag, 0) + 1)
        self.learn(tag, generation)
        return generation

    def is_alive(self, recorded: Mapping[str, int]) -> bool:
        """Tell if none of an answer's tags was invalidated since it began to be made."""
        known = self._known
        return all(generation >= known.get(tag, 0) for tag, generation in recorded.items())

    def known_tags(self) -> list[str]:
        """Give all tags that were ever invalidated, as far as this process knows."""
        return list(self._known)
