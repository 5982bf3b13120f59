"""What people say against what the documentation says: "folder" is its "directory"."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hotdish_search.query.words import stem

_TABLE = "data/thesaurus.tsv"
MAX_GAP = 2  # words that may stand between two words of a phrase: "remove [all the] duplicates"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One to three words, stemmed, and what the documentation says for them."""

    stems: tuple[str, ...]
    words: tuple[str, ...]


def expand(words: Sequence[str]) -> tuple[str, ...]:
    """Give the documentation's words for these lower-case words, longest phrase first.

    >>> expand(["delete", "a", "file"])[0]
    'os.remove'
    """
    return tuple(dict.fromkeys(word for phrase in find_phrases(words) for word in phrase.words))


def is_explained(word: str) -> bool:
    """Tell whether a phrase begins with this lower-case word."""
    return stem(word) in load()


def find_phrases(words: Sequence[str]) -> list[Phrase]:
    """Give the phrases among these lower-case words, longest first."""
    stems = [stem(word) for word in words]
    matches = [match for start in range(len(stems)) for match in _phrases_at(stems, start)]
    matches.sort(key=lambda match: -len(match[1]))
    taken: set[int] = set()
    found = []
    for phrase, places in matches:
        # "case" alone is a statement, yet not in "lower case".
        if not taken.issuperset(places):
            taken.update(places)
            found.append(phrase)
    return found


@cache
def load() -> Mapping[str, tuple[Phrase, ...]]:
    """Read the table; gives the phrases by their first stem."""
    table = files("hotdish_search").joinpath(_TABLE).read_text(encoding="utf-8")
    phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
    for line in table.splitlines():
        if line and not line.startswith("#"):
            said, _, documented = line.partition("\t")
            stems = tuple(stem(word) for word in said.split())
            phrases[stems[0]].append(Phrase(stems, tuple(documented.split())))
    return {first: tuple(found) for first, found in phrases.items()}


def _phrases_at(stems: Sequence[str], start: int) -> Iterator[tuple[Phrase, tuple[int, ...]]]:
    """Give the phrases that begin with the word at `start`, and where their words stand."""
    for phrase in load().get(stems[start], ()):
        places = [start]
        for wanted in phrase.stems[1:]:
            begin = places[-1] + 1
            near = stems[begin : begin + MAX_GAP + 1]
            if wanted not in near:
                break
            places.append(begin + near.index(wanted))
        else:
            yield phrase, tuple(places)
