"""Words of a text, the same for documents and queries: identifiers split, English stemmed."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

import Stemmer

TOKEN = re.compile(r"[^\W_]+(?:[_.][^\W_]+)*|_+\w+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_STEMMER = Stemmer.Stemmer("english")
# The commonest tokens of a documentation, a megabyte; the rare ones are as quickly cut anew.
_KEPT = 2**12


@lru_cache(maxsize=_KEPT)
def stem(word: str) -> str:
    """Give the stem of one lower-case word.

    >>> stem("dictionaries"), stem("sorted"), stem("csv")
    ('dictionari', 'sort', 'csv')
    """
    stemmed: str = _STEMMER.stemWord(word) if len(word) > 2 else word  # noqa: PLR2004
    return stemmed


def pieces(token: str) -> list[str]:
    """Split an identifier at dots, underscores and humps, lower-case.

    >>> pieces("asyncio.TaskGroup.create_task")
    ['asyncio', 'task', 'group', 'create', 'task']
    """
    return [
        part.lower() for piece in re.split(r"[._]+", token) if piece for part in _HUMP.split(piece)
    ]


@lru_cache(maxsize=_KEPT)
def _terms_of_token(token: str) -> tuple[str, ...]:
    joined = token.lower()
    parts = pieces(token)
    if parts in ([], [joined]):
        return tuple(stem(part) for part in parts)
    # The joined form finds the very identifier, its stemmed pieces find it by its words. A dotted
    # name is also found by its last component.
    tail = joined.rsplit(".", 1)[-1]
    whole = (joined,) if tail in (joined, parts[-1]) else (joined, tail)
    return (*whole, *(stem(part) for part in parts))


def terms(text: str) -> Iterator[str]:
    """Give the index terms of a text, in order, duplicates included.

    >>> list(terms("Sorting with list.sort()"))
    ['sort', 'with', 'list.sort', 'list', 'sort']
    """
    return chain.from_iterable(map(_terms_of_token, TOKEN.findall(text)))
