"""Makes a menu out of a folder of scripts: each script says itself what it does.

The method follows from the ending, the description from the script's own help or first comment,
and the section from the verb a PowerShell script is named by, or from its subfolder.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from hotdish_menu.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

METHODS = {
    ".ps1": "powershell_file",
    ".py": "python_file",
    ".sh": "bash_file",
    ".bash": "bash_file",
    ".cmd": "cmd",
    ".bat": "cmd",
}

# PowerShell's verb -> section.
VERBS = {
    "Get": "Look",
    "Show": "Look",
    "Find": "Look",
    "Test": "Look",
    "New": "Make",
    "Add": "Make",
    "Install": "Make",
    "Set": "Change",
    "Update": "Change",
    "Rename": "Change",
    "Move": "Change",
    "Remove": "Remove",
    "Clear": "Remove",
    "Uninstall": "Remove",
    "Start": "Run",
    "Stop": "Run",
    "Restart": "Run",
    "Invoke": "Run",
}

_SKIPPED = {"__pycache__", "node_modules", "venv"}
_SYNOPSIS = re.compile(
    r"^\s*#?\s*\.SYNOPSIS\s*\n(.*?)(?=^\s*#?\s*\.[A-Z]+|#>|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_REM = re.compile(r"^\s*(?:@?rem\b|::)[ \t]*(.+)$", re.IGNORECASE | re.MULTILINE)
_COMMENT = re.compile(r"^\s*#(?!!)[ \t]*(\S.*)$", re.MULTILINE)
_HEAD = 20_000


class Row(NamedTuple):
    """One row of the menu that is made."""

    section: str
    method: str
    command: str
    name: str
    description: str


def find_rows(folder: Path, *, powershell: str = "powershell_file") -> list[Row]:
    """Give a row for each script of a folder and its subfolders, in the order of their names."""
    rows = []
    for path in _scripts(folder):
        method = METHODS[path.suffix.casefold()]
        where = path.relative_to(folder)
        text, _ = decode(path.read_bytes()[:_HEAD])
        rows.append(
            Row(
                section=_section(where),
                method=powershell if method == "powershell_file" else method,
                command=".\\" + "\\".join(where.parts),
                name=_name(path.stem),
                description=describe(text, path.suffix.casefold()),
            )
        )
    return rows


def describe(text: str, suffix: str) -> str:
    r"""Find what a script says of itself: one sentence, or nothing.

    >>> describe("#!/bin/sh\n# Cleans up.\nrm x", ".sh")
    'Cleans up.'
    """
    found = {
        ".ps1": _describe_powershell,
        ".py": _describe_python,
        ".cmd": _describe_batch,
        ".bat": _describe_batch,
    }.get(suffix, _describe_shell)(text)
    return " ".join(found.split())


def _describe_powershell(text: str) -> str:
    if match := _SYNOPSIS.search(text):
        return re.sub(r"^\s*#", "", match[1], flags=re.MULTILINE)
    return _describe_shell(text)


def _describe_python(text: str) -> str:
    try:
        return (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0]
    except (SyntaxError, ValueError):
        return _describe_shell(text)


def _describe_batch(text: str) -> str:
    match = _REM.search(text)
    return match[1] if match else ""


def _describe_shell(text: str) -> str:
    match = _COMMENT.search(text)
    return match[1] if match else ""


def _section(where: Path) -> str:
    if len(where.parts) > 1:
        return _name(where.parts[0])
    verb = where.stem.partition("-")[0]
    return VERBS.get(verb.capitalize(), "") if where.suffix.casefold() == ".ps1" else ""


def _name(stem: str) -> str:
    """Turn `Get-UserReport` or `clean_up` into words.

    >>> _name("Get-UserReport"), _name("clean_up")
    ('Get user report', 'Clean up')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"[-_.]+", " ", stem)).split()
    quiet = [word if word.isupper() else word.lower() for word in words]
    text = " ".join(quiet)
    return text[:1].upper() + text[1:]


def _scripts(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_hidden = any(part.startswith(".") or part in _SKIPPED for part in parts)
        if path.suffix.casefold() in METHODS and path.is_file() and not is_hidden:
            yield path
