"""Sentences of plain text: the first one, and the one around a link."""

import re
from collections.abc import Sequence

SHORT_SENTENCE = 25
LONGEST_SUMMARY = 400
LONGEST_SENTENCE = 220

# An end of sentence that is none: abbreviations and initials.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|incl|al|ca|Mr|Dr|No|a\.k\.a)|\b[A-Z])\.$"
)
_END = re.compile(r"[.!?][\"”\u2019')\]]*(?=\s+[^\sa-z])")
# What the C API and the library put before the description itself.
_NOT_A_DESCRIPTION = re.compile(
    r"(?:Source code|Availability|Return value|Thread safety|Part of the (?:Stable|Limited))\b",
)


def split_sentences(text: str) -> list[str]:
    """Cut a paragraph into its sentences."""
    sentences = []
    start = 0
    for end in _END.finditer(text):
        if _ABBREVIATION.search(text, start, end.end()):
            continue
        sentences.append(text[start : end.end()])
        start = end.end()
    return [stripped for sentence in (*sentences, text[start:]) if (stripped := sentence.strip())]


def first_sentence(paragraphs: Sequence[str]) -> str:
    """The first sentence of a description, or the first two where the first is very short."""
    described = [text for text in paragraphs if not _NOT_A_DESCRIPTION.match(text)]
    sentences = [sentence for text in described[:2] for sentence in split_sentences(text)]
    if not sentences:
        return ""
    n_taken = 2 if len(sentences[0]) < SHORT_SENTENCE else 1
    return shorten(" ".join(sentences[:n_taken]), LONGEST_SUMMARY)


def sentence_around(text: str, words: str) -> str:
    """The sentence of a paragraph that holds the words, cut to a readable length."""
    found = next((sentence for sentence in split_sentences(text) if words in sentence), "")
    return shorten(found, LONGEST_SENTENCE)


def shorten(text: str, longest: int) -> str:
    """The text, cut between two words where it is longer than that.

    >>> shorten("one two three", 9)
    'one two…'
    """
    if len(text) <= longest:
        return text
    return text[:longest].rpartition(" ")[0].rstrip(",;:") + "…"
