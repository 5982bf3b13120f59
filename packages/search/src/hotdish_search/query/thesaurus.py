"""What people say against what the documentation says: "folder" is its "directory"."""

from collections.abc import Sequence


def expand(words: Sequence[str]) -> tuple[str, ...]:
    """Give the documentation's words for these lower-case words, longest phrase first."""
    del words
    return ()
