"""From what Sphinx calls a thing to what hotdish-search calls it."""

from hotdish_search.model import Kind, Part

KIND_OF_ROLE: dict[str, Kind] = {
    "py:module": "module",
    "py:class": "class",
    "py:function": "function",
    "py:method": "method",
    "py:classmethod": "method",
    "py:staticmethod": "method",
    "py:attribute": "attribute",
    "py:property": "property",
    "py:exception": "exception",
    "py:data": "data",
    "py:type": "class",
    "c:function": "c-function",
    "c:macro": "c-macro",
    "c:type": "c-type",
    "c:struct": "c-type",
    "c:union": "c-type",
    "c:enum": "c-type",
    "c:enumerator": "c-data",
    "c:member": "c-member",
    "c:var": "c-data",
    "c:data": "c-data",
    "std:term": "term",
    "std:cmdoption": "option",
    "std:confval": "option",
    "std:setting": "option",
    "std:envvar": "envvar",
    "std:opcode": "opcode",
    "std:pdbcommand": "command",
    "std:monitoring-event": "data",
    "cmake:command": "command",
    "cmake:envvar": "envvar",
    "cmake:module": "module",
    "cmake:variable": "data",
    "std:token": "token",
}

# The last class of a definition list, where the inventory does not know its names.
KIND_OF_CLASS: dict[str, Kind] = {
    "module": "module",
    "class": "class",
    "function": "function",
    "decorator": "decorator",
    "method": "method",
    "classmethod": "method",
    "staticmethod": "method",
    "abstractmethod": "method",
    "decoratormethod": "decorator",
    "attribute": "attribute",
    "property": "property",
    "exception": "exception",
    "data": "data",
    "type": "class",
    "term": "term",
    "token": "token",
    "cmdoption": "option",
    "option": "option",
    "confval": "option",
    "envvar": "envvar",
    "opcode": "opcode",
    "pdbcommand": "command",
    "macro": "c-macro",
    "member": "c-member",
    "struct": "c-type",
    "union": "c-type",
    "enum": "c-type",
    "enumerator": "c-data",
    "var": "c-data",
}

PART_OF_FOLDER: dict[str, Part] = {
    "library": "library",
    "reference": "reference",
    "tutorial": "tutorial",
    "howto": "howto",
    "faq": "faq",
    "using": "using",
    "installing": "using",
    "builtins": "builtins",
    "extending": "extending",
    "c-api": "c-api",
    "whatsnew": "whatsnew",
    "glossary": "glossary",
}

# What other projects call theirs; whatever else they have is about the library that they are.
PART_ELSEWHERE: dict[str, Part] = {
    **PART_OF_FOLDER,
    "how-to": "howto",
    "tutorials": "tutorial",
    **dict.fromkeys(
        ("announce", "changelog", "changes", "history", "news", "release", "releases"), "whatsnew"
    ),
    **dict.fromkeys(
        ("authors", "contributing", "dev", "development", "internals", "license"), "other"
    ),
}


def part_of(page: str, project: str) -> Part:
    """The part of the documentation that a page belongs to.

    >>> part_of("c-api/list.html", "Python")
    'c-api'
    >>> part_of("topics/forms.html", "Django")
    'library'
    """
    top = page.partition("/")[0].removesuffix(".html")
    if project == "Python":
        return PART_OF_FOLDER.get(top, "other")
    return PART_ELSEWHERE.get(top, "library")
