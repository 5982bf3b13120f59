"""What people type for a place beside its title: operators, keywords, short forms.

The tables here are facts about Python's own documentation; elsewhere they match nothing.
"""

import keyword
import re

from hotdish_search.parsing.index_pages import IndexTerm

KEYWORDS = frozenset({*keyword.kwlist, *keyword.softkwlist}) - {"_"}

# Index lines "with > statement" whose first target explains the keyword.
_KEYWORD_DETAILS = frozenset({"statement", "expression", "operator", "keyword"})
_SYMBOL = re.compile(r"([^\w\s]+)(?: \([\w -]+\))?")

# Options of `python` itself are documented without naming their program.
PROGRAM_OF_PAGE = {"using/cmdline.html": "python"}

# Rows of these sections explain methods of `s`, any sequence.
SEQUENCE_SECTIONS = ("common-sequence-operations", "mutable-sequence-types")

# Rows of these sections explain the letter that follows a per cent sign.
PERCENT_SECTIONS = ("printf-style-string-formatting", "printf-style-bytes-formatting")


def symbol_of(term: IndexTerm) -> str:
    """The operator or sign that a line of the index is about, or "".

    >>> symbol_of(IndexTerm("% (percent)", "operator", "a.html", "index-1", 0))
    '%'
    """
    found = _SYMBOL.fullmatch(term.head)
    return found[1] if found else ""


def keyword_of(term: IndexTerm) -> str:
    """The keyword that a line of the index leads to the explanation of, or ""."""
    if term.position or not term.page.startswith("reference/"):
        return ""
    words = term.head.split()
    is_keyword = bool(words) and all(word in KEYWORDS for word in words)
    return term.head if is_keyword and term.detail in _KEYWORD_DETAILS else ""


def keywords_of_anchors(page: str, anchors: list[str]) -> list[str]:
    """The keywords among the labels of a section: `with`, and `async-with` as "async with"."""
    if not page.startswith("reference/"):
        return []
    return [
        anchor.replace("-", " ")
        for anchor in anchors
        if all(word in KEYWORDS for word in anchor.split("-"))
    ]
