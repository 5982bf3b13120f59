"""What ranking knows of one docset: made with the index, stored in it, kept in memory."""

from dataclasses import dataclass
from typing import Self

from hotdish_search.ranking.arrays import FloatArray, IntArray, inside, pack, prefixed, unpack
from hotdish_search.ranking.names import Names
from hotdish_search.ranking.statistics import Statistics

_OF_ENTRIES = ("places", "popularity", "pages", "parts", "kinds")


@dataclass(frozen=True, slots=True)
class Index:
    """What ranking knows of one docset.

    Attributes:
        names: All names.
        statistics: All words.
        places: For each entry the number of its place, which is that of the first entry there.
        popularity: For each entry ln(1 + files that use it).
        pages: For each entry the number of its page.
        parts: For each entry its part, as a position in `PARTS`.
        kinds: For each entry its kind, as a position in `KINDS`.
    """

    names: Names
    statistics: Statistics
    places: IntArray
    popularity: FloatArray
    pages: IntArray
    parts: IntArray
    kinds: IntArray

    def __len__(self) -> int:
        """Give the number of entries."""
        return len(self.places)

    def dump(self) -> bytes:
        """Give everything as bytes that `load` understands."""
        return pack(
            {
                **prefixed("names", self.names.dump()),
                **prefixed("statistics", self.statistics.dump()),
                **{name: getattr(self, name) for name in _OF_ENTRIES},
            }
        )

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Read what `dump` gave."""
        arrays = unpack(data)
        return cls(
            names=Names.load(inside("names", arrays)),
            statistics=Statistics.load(inside("statistics", arrays), len(arrays["places"])),
            **{name: arrays[name] for name in _OF_ENTRIES},
        )
