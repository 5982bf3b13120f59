"""The words that a person reads for parts and kinds."""

from collections.abc import Mapping

# In the order of the tabs: what is looked up most comes first, news come last.
PARTS: Mapping[str, str] = {
    "builtins": "Built-ins",
    "library": "Library",
    "reference": "Reference",
    "tutorial": "Tutorial",
    "howto": "HOWTO",
    "faq": "FAQ",
    "glossary": "Glossary",
    "using": "Using",
    "extending": "Extending",
    "c-api": "C API",
    "other": "Other",
    "whatsnew": "What\u2019s New",
}

_KINDS = {
    "term": "glossary",
    "envvar": "environment variable",
    "data": "constant",
    "c-function": "C function",
    "c-macro": "C macro",
    "c-type": "C type",
    "c-member": "C member",
    "c-data": "C constant",
    "row": "table",
    "token": "syntax",
    "other": "",
}

# Titles of these kinds are prose, and of those often ("The with statement"); all others are names
# and set in the fixed-width face.
_PROSE = frozenset({"section", "page", "term", "other"})
_OFTEN_PROSE = frozenset({"keyword", "operator", "token", "row"})


def kind_word(kind: str) -> str:
    """Say a kind as a person would."""
    return _KINDS.get(kind, kind)


def is_name(kind: str, title: str) -> bool:
    """Tell whether a title is a name from code.

    >>> is_name("keyword", "nonlocal"), is_name("keyword", "The with statement")
    (True, False)
    """
    return kind not in _PROSE and not (kind in _OFTEN_PROSE and " " in title)
