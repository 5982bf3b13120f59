"""Turns rows of cells into items, and says what is wrong with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotdish_menu.errors import UsageError
from hotdish_menu.methods import METHODS
from hotdish_menu.model import OUTPUTS, PLATFORMS, Item, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from hotdish_menu.model import Level, Output, Platform, Prompt

# Compiled by `re` when a file has something that looks like it.
_LINE_BREAK = r"(?i)<\s*LineBreak\s*/\s*>"
_EXCEL_ERROR = r"(?i)#(?:¿?[A-ZÄÅÖÉÜ0-9]{2,12}[!?]|N/A|N/V|NV)"
_SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}
_YES = {"yes", "y", "true", "1", "x", "on", "ja", "wahr", "vrai", "oui"}
_NO = {"", "no", "n", "false", "0", "off", "nein", "falsch", "faux", "non"}
# Windows opens these through its own command interpreter, which no other system has.
_WINDOWS_ONLY = (".cmd", ".bat")


class RowReader:
    """Reads rows one after the other and gathers the problems of all of them."""

    def __init__(self, columns: Mapping[str, int], platform: Platform) -> None:
        self.problems: list[Problem] = []
        self.n_left_out = 0
        self._columns = dict(columns)
        self._extras = [name for name in columns if name in _EXTRAS]
        self._platform: Platform = platform
        self._width = max(columns.values()) + 1
        self._line = 0
        self._texts: dict[str, str] = {}
        self._trouble = ""

    def read(self, rows: Iterable[tuple[int, list[str]]]) -> list[Item]:
        """Read rows; those that are empty, hidden or for another system give no item."""
        return [item for line, row in rows if (item := self._read_row(line, row))]

    def _read_row(self, line: int, row: list[str]) -> Item | None:
        if not any(row) or not any(cell.strip() for cell in row):
            return None
        if len(row) < self._width:
            row = row + [""] * (self._width - len(row))
        self._line, self._trouble = line, ""
        if "#" in "".join(row):
            self._check_for_excel_errors(row)
        cells = {name: row[at].strip() for name, at in self._columns.items()}
        extras: dict[str, Any] = {}
        for name in self._extras:
            if cells[name]:
                extras |= _EXTRAS[name](self, cells[name])
        is_elsewhere = extras.pop("is_elsewhere", False)
        if extras.pop("is_hidden", False) or is_elsewhere:
            self.n_left_out += 1
            return None
        name = self._name(cells)
        method = self._method(cells)
        return Item(
            line=line,
            name=name,
            method=self._shared(method),
            command=self._shared(cells["Command"]),
            arguments=_without_apostrophe(cells.get("Arguments", "")),
            section=self._shared(_broken(cells.get("Section", ""))),
            description=_broken(cells.get("Description", "")),
            trouble=self._trouble,
            **extras,
        )

    def _shared(self, text: str) -> str:
        """Keep one copy of what many rows say."""
        return self._texts.setdefault(text, text)

    def problem(self, column: str, text: str, level: Level = "error") -> None:
        """Note a problem of the row being read; an error turns its button grey.

        Beside the button stands what is wrong; how to mend it is for whoever writes the file.
        """
        self.problems.append(Problem(self._line, self._columns.get(column, -1) + 1, level, text))
        if level == "error":
            self._trouble = self._trouble or text.split(". ", 1)[0]

    def _name(self, cells: Mapping[str, str]) -> str:
        if name := _broken(cells["Name"]):
            return name
        text = "Name is empty; the button shows the command instead"
        self.problem("Name", text, "warning" if cells["Command"] else "error")
        return cells["Command"][:60] or f"line {self._line}"

    def _method(self, cells: Mapping[str, str]) -> str:
        method = cells["Method"].casefold()
        command = cells["Command"]
        if method not in METHODS:
            self.problem("Method", _unknown_method(cells["Method"]))
        if not command:
            self.problem("Command", "Command is empty; there is nothing to start")
        elif method in {"cmd", "exe"} and command.casefold().endswith(_WINDOWS_ONLY):
            self._check_for_windows(command)
        return method

    def _check_for_windows(self, command: str) -> None:
        """Turn a button grey that only another system can start; the file is not at fault."""
        if self._platform != "windows":
            text = f"{command} is a Windows command script and runs only there"
            self._trouble = self._trouble or text

    def _check_for_excel_errors(self, row: list[str]) -> None:
        for column, at in self._columns.items():
            if re.fullmatch(_EXCEL_ERROR, row[at].strip()):
                text = (
                    f"{column} holds {row[at].strip()}: Excel took the text for a formula. "
                    "Type it again with an apostrophe or a space in front"
                )
                self.problem(column, text)

    def read_prompt(self, cell: str) -> dict[str, tuple[Prompt, ...]]:
        """Read the Prompt column."""
        # Imported here: few menus ask for values, and the window starts faster without.
        from hotdish_menu.prompts import parse_prompts  # noqa: PLC0415

        try:
            return {"prompts": parse_prompts(cell)}
        except UsageError as error:
            self.problem("Prompt", str(error))
            return {}

    def read_output(self, cell: str) -> dict[str, Output]:
        """Read the Output column."""
        for output in OUTPUTS:
            if cell.casefold() == output:
                return {"output": output}
        self.problem("Output", f"Output is {cell!r}. Use one of: {', '.join(OUTPUTS)}")
        return {}

    def read_timeout(self, cell: str) -> dict[str, float]:
        """Read the Timeout column: seconds, or a number with s, m or h."""
        match = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(s|m|min|h|)", cell.casefold())
        seconds = float(match[1].replace(",", ".")) * _SECONDS[match[2]] if match else 0.0
        if seconds > 0:
            return {"timeout_s": seconds}
        self.problem("Timeout", f"Timeout is {cell!r}. Write seconds, or 5m, or 1h")
        return {}

    def read_env(self, cell: str) -> dict[str, tuple[tuple[str, str], ...]]:
        """Read the Env column: NAME=value, several parted by semicolons or line breaks."""
        pairs = []
        for part in re.split(r"[;\n]", cell):
            name, equals, value = part.strip().partition("=")
            if equals and re.fullmatch(r"[A-Za-z_]\w*", name.strip()):
                pairs.append((name.strip(), value.strip()))
            elif part.strip():
                text = f"Env cannot be read at {part.strip()!r}. Write NAME=value; NAME=value"
                self.problem("Env", text)
        return {"env": tuple(pairs)}

    def read_platform(self, cell: str) -> dict[str, bool]:
        """Read the Platform column: the row is hidden on every system it does not name."""
        wanted = [word for word in re.split(r"[\s,;|]+", cell.casefold()) if word]
        aliases = {"win": "windows", "mac": "macos", "darwin": "macos", "osx": "macos"}
        named = [aliases.get(word, word) for word in wanted]
        for word in named:
            if word not in PLATFORMS:
                text = f"Platform names {word!r}. Use: {', '.join(PLATFORMS)}"
                self.problem("Platform", text)
                return {}
        return {"is_elsewhere": self._platform not in named}

    def read_flag(self, column: str, field: str, cell: str) -> dict[str, bool]:
        """Read a column that says yes or no."""
        if cell.casefold() in _YES | _NO:
            return {field: cell.casefold() in _YES}
        self.problem(column, f"{column} is {cell!r}. Write yes or no")
        return {}

    def read_concurrency(self, cell: str) -> dict[str, bool]:
        """Read the Concurrency column."""
        if cell.casefold() not in {"one", "1", "many", "any"}:
            self.problem("Concurrency", f"Concurrency is {cell!r}. Write one or many")
        return {"is_single": cell.casefold() in {"one", "1"}}

    def read_encoding(self, cell: str) -> dict[str, str]:
        """Read the Encoding column."""
        try:
            "".encode(cell)
        except LookupError:
            self.problem("Encoding", f"Encoding {cell!r} is not known. Use for example cp850")
            return {}
        return {"encoding": cell}


def _read_confirm(cell: str) -> dict[str, str]:
    if cell.casefold() in _NO:
        return {}
    return {"confirm": "Start this now?" if cell.casefold() in _YES else _broken(cell)}


# Column -> what reads its cell into fields of the item.
_EXTRAS: dict[str, Callable[[RowReader, str], dict[str, Any]]] = {
    "WorkingDirectory": lambda _, cell: {"working_directory": cell},
    "RunAsAdmin": lambda reader, cell: reader.read_flag("RunAsAdmin", "is_admin", cell),
    "ScriptArguments": lambda _, cell: {"script_arguments": _without_apostrophe(cell)},
    "Confirm": lambda _, cell: _read_confirm(cell),
    "Prompt": RowReader.read_prompt,
    "Output": RowReader.read_output,
    "Timeout": RowReader.read_timeout,
    "Env": RowReader.read_env,
    "Platform": RowReader.read_platform,
    "Encoding": RowReader.read_encoding,
    "Concurrency": RowReader.read_concurrency,
    "Keywords": lambda _, cell: {"keywords": cell},
    "Hidden": lambda reader, cell: reader.read_flag("Hidden", "is_hidden", cell),
}


def _broken(cell: str) -> str:
    """Put line breaks where the file says `<LineBreak />`."""
    return re.sub(_LINE_BREAK, "\n", cell) if "<" in cell else cell


def _without_apostrophe(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from reading `-NoExit` as a formula."""
    return cell[1:].lstrip() if cell[:1] == "'" and cell[1:].lstrip()[:1] in "-+=@" else cell


def _unknown_method(method: str) -> str:
    if not method:
        return f"Method is empty. Use one of: {', '.join(METHODS)}"
    from difflib import get_close_matches  # noqa: PLC0415 - only a misspelt method needs it

    close = get_close_matches(method.casefold(), METHODS, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Use one of: {', '.join(METHODS)}"
    return f"Method {method!r} is not known. {hint}"
