"""Everyday words: "sockets" is the name of an attribute, yet who types it asks about sockets."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hotdish_search.query.thesaurus import find_phrases
from hotdish_search.query.understand import FILLER, Query
from hotdish_search.ranking.index import Index
from hotdish_search.ranking.names import Named

# A name that was typed whole scores more; what a word stands for scores this and a little less, and
# still more than a name of which only the last part was typed.
_WHOLE = 50.0
_LEAST_SURE = 2.0  # a name hit that scores less is one by chance
# How much oftener, as a logarithm, the documentation says a word than code uses what it may name,
# if it is a word: a plural seldom is a name, and the beginning of a name is not one yet.
_RARE_PLURAL, _RARE_BEGINNING, _RARE_NAME = 1.0, 0.5, 3.3


def is_right(query: Query, index: Index) -> bool:
    """Tell whether one token is written as everybody writes it, though it is no name."""
    word = query.names[-1].lower()
    return bool(
        word in FILLER
        or find_phrases([word])
        or index.spelling.count(word)
        or index.topics.find(query.names)
    )


def reads_as_word(query: Query, index: Index, named: Named) -> bool:
    """Tell whether one token is an everyday word and hardly a name: "closure", "sockets"."""
    if named.best_score > _WHOLE:
        return False
    typed = query.names[-1]
    word = typed.lower()
    n_said = index.spelling.count(word)
    if not n_said or (named.best_score < _LEAST_SURE and not named.slips):
        return n_said > 0
    if typed != word:
        return False
    if not (named.name.lower().endswith(f".{word}") or _is_whole_but_for_a_slip(named, word)):
        limit = _RARE_BEGINNING
    elif word.endswith("s") and index.spelling.count(word.removesuffix("s")):
        limit = _RARE_PLURAL
    else:
        limit = _RARE_NAME
    return bool(math.log(n_said) - index.popularity[named.entries[0]] > limit)


def with_topics(query: Query, named: Named, index: Index) -> Named:
    """Give what a query names whole, then what it stands for, then other names if it is one."""
    topics = index.topics.find(query.names, in_any_form=True)
    if not topics:
        return named
    word = query.names[-1]
    as_it_is = index.topics.find(query.names)
    if query.is_name and not as_it_is and not index.spelling.count(word.lower()):
        return named
    whole = named.entries[named.scores > _WHOLE].tolist()
    best = []
    if query.is_name:
        # What is called like its module is meant as often: `socket.socket`.
        namesakes = index.names.exactly_but_case(f"{word}.{word}")
        best = namesakes if whole else _best_name(word, named, index, as_it_is)
    first = list(dict.fromkeys((*whole, *best, *(as_it_is or topics))))
    rest = np.array(
        [query.is_name and entry not in first for entry in named.entries.tolist()], bool
    )
    scores = [*named.scores[: len(whole)], *np.arange(_WHOLE, 0, -1)[: len(first) - len(whole)]]
    return replace(
        named,
        entries=np.concatenate((np.array(first, np.int32), named.entries[rest])),
        scores=np.concatenate((scores, named.scores[rest])),
        is_exact=np.concatenate((np.ones(len(first), np.bool_), named.is_exact[rest])),
    )


def _best_name(word: str, named: Named, index: Index, topics: Sequence[int]) -> list[int]:
    """Give the name that comes before what a word stands for, if there is one.

    That is one which was typed whole but for a slip, or with its capitals, or if the everyday word
    is another form of what was typed, as "events" is of "event".
    """
    if _is_whole_but_for_a_slip(named, word):
        return [int(named.entries[0])]
    if topics and word.islower():
        return []
    ending = index.names.ending(word)
    return [entry for entry in named.entries.tolist() if entry in ending][:1]


def _is_whole_but_for_a_slip(named: Named, word: str) -> bool:
    return named.slips > 0 and named.name.lower() == word.lower()
