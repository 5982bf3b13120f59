"""File names from list titles: valid everywhere, and no two the same."""

import re

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_MAX_BYTES = 120


class FileNames:
    """Gives names that differ even where upper and lower case do not."""

    def __init__(self) -> None:
        self._used = {"report.md", "report.json"}  # what every conversion writes itself

    def unique(self, title: str, suffix: str) -> str:
        """Give a file name for a title.

        >>> names = FileNames()
        >>> names.unique("Home", ".csv"), names.unique("home", ".csv"), names.unique("a/b?", ".csv")
        ('Home.csv', 'home (2).csv', 'a_b_.csv')
        """
        stem = _stem(title)
        name, nth = f"{stem}{suffix}", 1
        while name.casefold() in self._used:
            nth += 1
            name = f"{stem} ({nth}){suffix}"
        self._used.add(name.casefold())
        return name


def _stem(title: str) -> str:
    stem = _FORBIDDEN.sub("_", title).strip(" .")
    while len(stem.encode()) > _MAX_BYTES:
        stem = stem[:-1].rstrip(" .")
    if not stem or _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return stem
