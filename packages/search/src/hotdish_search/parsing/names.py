"""What people type for a place beside its title: operators, keywords, attributes, options.

The tables here are facts about Python's own documentation; elsewhere they match nothing.
"""

import keyword
import re

from hotdish_search.parsing.index_pages import IndexTerm

KEYWORDS = frozenset({*keyword.kwlist, *keyword.softkwlist}) - {"_"}

# Options of `python` itself are documented without naming their program.
PROGRAM_OF_PAGE = {"using/cmdline.html": "python"}

# Rows of these sections explain methods of `s`, any sequence.
SEQUENCE_SECTIONS = frozenset({"common-sequence-operations", "mutable-sequence-types"})

# Rows of these sections explain the letter that follows a per cent sign.
PERCENT_SECTIONS = frozenset({"printf-style-string-formatting", "printf-style-bytes-formatting"})

_KEYWORD_DETAIL = re.compile(r"(.*?)\b(?:statement|expression|operator|keyword)$")
_SYMBOL = re.compile(r"([\W_]+?)(?: \([\w -]+\)|, identifiers)?")
# Names without an underscore ("start", "stop") are words, which mean too much.
_ATTRIBUTE = re.compile(r"([\w.]*_[\w.]*)(?:\(\))?(?: \(.+\))?")
_KIND_OF_ATTRIBUTE = re.compile(r"\(.*\b(?:attribute|method|protocol|entry)\)$")


def symbol_of(term: IndexTerm) -> str:
    """The operator or sign that a line of the index is about, or "".

    >>> symbol_of(IndexTerm("% (percent)", "operator", "a.html", "index-1", 0))
    '%'
    """
    found = _SYMBOL.fullmatch(term.head)
    return found[1] if found else ""


def attribute_of(term: IndexTerm) -> str:
    """The attribute or special method that a line of the index is about, or "".

    >>> attribute_of(IndexTerm("__doc__ (class attribute)", "(module attribute)", "a.html", "x", 0))
    '__doc__'
    """
    found = _ATTRIBUTE.fullmatch(term.head)
    return found[1] if found and _KIND_OF_ATTRIBUTE.search(term.text) else ""


def keyword_of(term: IndexTerm) -> str:
    """The keyword whose explanation a line of the index leads to, or "".

    >>> keyword_of(IndexTerm("from", "yield from expression", "reference/a.html", "index-1", 0))
    'yield from'
    """
    detail = _KEYWORD_DETAIL.fullmatch(term.detail)
    if detail is None or term.position or not in_reference(term.page):
        return ""
    words = detail[1].strip() or term.head
    return words if _are_keywords(words.split()) else ""


def keywords_of_anchors(page: str, anchors: list[str]) -> list[str]:
    """The keywords among the labels of a section: `with`, and `async-with` as "async with"."""
    if not in_reference(page):
        return []
    words = [anchor.split("-") for anchor in anchors]
    return [" ".join(parts) for parts in words if _are_keywords(parts)]


def in_reference(page: str) -> bool:
    """Whether a page belongs to the reference of the language."""
    return page.startswith("reference/")


def _are_keywords(words: list[str]) -> bool:
    return bool(words) and all(word in KEYWORDS for word in words)
