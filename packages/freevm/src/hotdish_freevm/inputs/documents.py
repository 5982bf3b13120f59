"""Files and standard input as text and JSON, with the line on which each element begins."""

import json
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hotdish_freevm.errors import InputError

_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_SPACE = re.compile(r"[\s]*")
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True)
class Document:
    """One input: where it came from and what it says."""

    name: str
    text: str

    @property
    def suffix(self) -> str:
        """The ending of the file's name, such as `.tf`; empty for standard input."""
        return Path(self.name).suffix.lower()

    @cached_property
    def json(self) -> Any:
        """The text as JSON; comments are allowed, as in ARM templates.

        Raises:
            InputError: It is not JSON; the message has the line and the column.
        """
        return parse_json(self.name, self.text)

    def lines_of(self, *path: str) -> list[int]:
        """Give the line on which each element of the array (or object) at a path begins."""
        text = _without_comments(self.text)
        start = _find(text, _skip(text, 0), path)
        return [] if start is None else _element_lines(text, start)


def read_document(name: str) -> Document:
    """Read a file, or standard input for `-`, in UTF-8 or what Windows PowerShell writes.

    Raises:
        InputError: There is no such file, or it holds no text.
    """
    if name == "-":
        return Document("standard input", _decode("standard input", sys.stdin.buffer.read()))
    path = Path(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"Cannot read {name}: {error.strerror}. Give a file, or - for standard input"
        raise InputError(msg) from error
    return Document(name, _decode(name, data))


def parse_json(name: str, text: str) -> Any:
    """Parse JSON, forgiving comments.

    Raises:
        InputError: It is not JSON; the message has the line and the column.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        pass
    except RecursionError as error:
        msg = f"{name} is nested too deeply to be a list of resources or a template"
        raise InputError(msg) from error
    try:
        return json.loads(_without_comments(text))
    except json.JSONDecodeError as error:
        if not text.strip():
            msg = f"{name} is empty. Was the command before it run without -o json?"
        else:
            msg = f"{name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        raise InputError(msg) from error


def _decode(name: str, data: bytes) -> str:
    encoding = next((e for mark, e in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        msg = f"{name} is not text: byte {error.start} is not {encoding}. Give JSON, .tf or .bicep"
        raise InputError(msg) from error


def _without_comments(text: str) -> str:
    """Blank the comments out; every other character keeps its line and column."""
    if "//" not in text and "/*" not in text:
        return text

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        return found if found.startswith('"') else re.sub(r"[^\n]", " ", found)

    return _STRING_OR_COMMENT.sub(blank, text)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _find(text: str, at: int, path: tuple[str, ...]) -> int | None:
    """Give where the value at a path begins, reading the values in between at C speed."""
    for name in path:
        if text[at] != "{":
            return None
        found = next(
            (value for key, value in _members(text, at) if key.lower() == name.lower()), None
        )
        if found is None:
            return None
        at = found
    return at


def _members(text: str, at: int) -> list[tuple[str, int]]:
    """Give the names of an object's members and where each value begins."""
    decoder = json.JSONDecoder(strict=False)
    members: list[tuple[str, int]] = []
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        members.append((key, at))
        _, at = decoder.raw_decode(text, at)
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at
    return members


def _element_lines(text: str, at: int) -> list[int]:
    if text[at] == "{":
        starts = [start for _, start in _members(text, at)]
    elif text[at] == "[":
        starts = _elements(text, at)
    else:
        return []
    lines, line, counted = [], 1, 0
    for start in starts:
        line += text.count("\n", counted, start)
        counted = start
        lines.append(line)
    return lines


def _elements(text: str, at: int) -> list[int]:
    decoder = json.JSONDecoder(strict=False)
    starts: list[int] = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        starts.append(at)
        _, at = decoder.raw_decode(text, at)
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at
    return starts
