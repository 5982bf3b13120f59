"""Repairs words of a question that are misspelt, and completes one that is only begun.

"convert dictinary" means the dictionary, and so does "convert dictio" while somebody types.
Names are repaired by `ranking/names.py`; this is for words among others.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from rapidfuzz.distance import OSA

from hotdish_search.ranking.arrays import Arrays, IntArray
from hotdish_search.ranking.texts import Texts

SHORTEST = 4  # letters of a word that is counted
_WORD = re.compile(rf"[a-z]{{{SHORTEST},}}")
# What stands in quotes, or is a part of a name, is written as it is for a reason.
_CHECKED = re.compile(r"(`[^`]*`|\"[^\"]*\"|'[^']*'|[^\s\w]*\w*[\d_A-Z.(]\w*)|\b[a-z]{5,}\b")
_LAST = re.compile(r"(?<!\S)[a-z]{2,}$")
# How much commoner than what was typed a word is that begins so, if that is what will be typed.
_COMMONER = 5
_LONG = 8  # letters of a word from which on it may have two slips
_USUAL = 3  # in so many entries a word stands by intention
# In how many entries a word stands if it is meant by a misspelt one, by the number of slips: a
# rare word is rather another one that looks alike.
_COMMON = {1: 20, 2: 100}


@dataclass(frozen=True, slots=True)
class Spelling:
    """The words of one docset, sorted, and in how many entries each stands."""

    words: Texts
    counts: IntArray

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Count the words of entries."""
        counted = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
        usual = sorted(word for word, count in counted.items() if count >= _USUAL)
        return cls(Texts.of(usual), np.array([counted[word] for word in usual], np.int32))

    def count(self, word: str) -> int:
        """Give in how many entries, or in how many ways to ask for them, this word stands."""
        number = self.words.find(word)
        return 0 if number is None else int(self.counts[number])

    def complete(self, text: str, count: Callable[[str], int | None]) -> str | None:
        """Give the text with its last word whole, or None if that is no word's mere beginning.

        The commonest word that begins so is taken.

        Args:
            text: What was typed.
            count: Tells how common a word is as it stands; None if it is right as it is.
        """
        found = _LAST.search(text)
        if found is None or (n_typed := count(typed := found[0])) is None:
            return None
        _, begin, end = self.words.starting(typed)
        if begin == end:
            return None
        best = begin + int(self.counts[begin:end].argmax())
        if self.counts[best] <= _COMMONER * n_typed:
            return None
        # "pythonm" is a slip, though some rare word begins so.
        if self.counts[best] < _COMMON[1] and self._nearest(typed) != typed:
            return None
        return text[: found.start()] + self.words[best]

    def repair(self, text: str, is_known: Callable[[str], bool]) -> str | None:
        """Give the text with its misspelt words repaired, or None if there is nothing to repair.

        Args:
            text: What was typed.
            is_known: Tells whether a word is right as it is, though it may be no common one.
        """

        def mend(found: re.Match[str]) -> str:
            word = found[0]
            return word if found[1] or is_known(word) else self._nearest(word)

        repaired = _CHECKED.sub(mend, text)
        return repaired if repaired != text else None

    def _nearest(self, word: str) -> str:
        """Give the common word that is meant, or the word itself if none is near."""
        slips = 1 if len(word) < _LONG else 2
        near = []
        for number in self.words.near(word, slips):
            other, count = self.words[number], int(self.counts[number])
            distance = OSA.distance(word, other, score_cutoff=slips)
            # People seldom mistype the first letter.
            if distance <= slips and other[0] == word[0] and count >= _COMMON[max(distance, 1)]:
                near.append((other, -distance, count))
        return max(near, key=lambda one: one[1:], default=(word, 0, 0))[0]

    def dump(self) -> Arrays:
        """Give everything as arrays that `load` understands."""
        return {"words": self.words.dump(), "counts": self.counts}

    @classmethod
    def load(cls, arrays: Arrays) -> Self:
        """Read what `dump` gave."""
        return cls(Texts.load(arrays["words"]), arrays["counts"])
