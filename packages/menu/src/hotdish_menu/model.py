"""The words of a menu: an item is a row of the file, a section is what it stands under.

What the first paint needs is made of named tuples and knows paths as text, here and in `ui/`:
importing `dataclasses` or `pathlib` would take a tenth of the time in which the window is there.
"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Platform = Literal["windows", "linux", "macos"]
Level = Literal["error", "warning"]
Output = Literal["", "window", "pane", "none"]
PromptKind = Literal["text", "number", "choice", "password", "file", "folder"]

PLATFORMS: tuple[Platform, ...] = ("windows", "linux", "macos")
OUTPUTS: tuple[Output, ...] = ("window", "pane", "none")


class Problem(NamedTuple):
    """Something in the file that its author should repair.

    Lines and columns count from 1, as a spreadsheet shows them; 0 means the whole file or row.
    """

    line: int
    column: int
    level: Level
    text: str

    def __str__(self) -> str:
        """Give the sentence that `check` prints."""
        place = f"line {self.line}" if self.line else "file"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.level}: {self.text}"


class Prompt(NamedTuple):
    """One value that is asked for before an item starts.

    The value reaches the script as the environment variable `MENU_<name>`, and in place of
    `{name}` inside one argument; never as a part of a script or of a shell's command line.
    """

    name: str
    kind: PromptKind = "text"
    label: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    is_optional: bool = False

    @property
    def is_secret(self) -> bool:
        """Tell whether the value may be remembered, shown or logged."""
        return self.kind == "password"

    @property
    def variable(self) -> str:
        """Name the environment variable that carries the value."""
        return f"MENU_{self.name}"


class Item(NamedTuple):
    """One row of the file: a button and what it starts."""

    line: int
    name: str
    method: str
    command: str
    arguments: str = ""
    section: str = ""
    description: str = ""
    working_directory: str = ""
    is_admin: bool = False
    script_arguments: str = ""
    confirm: str = ""
    prompts: tuple[Prompt, ...] = ()
    output: Output = ""
    timeout_s: float | None = None
    env: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    is_single: bool = True
    keywords: str = ""
    trouble: str = ""
    """Why the button is grey; empty if it can be started."""

    @property
    def label(self) -> str:
        """Give the button's text in one line, as history and the command line name it."""
        return " ".join(self.name.split())

    @property
    def identity(self) -> tuple[str, str]:
        """Tell it from other items, also after the file was saved anew."""
        return self.section.casefold(), self.label.casefold()


class Section(NamedTuple):
    """A heading and its items, in the order of the file; the heading may be empty."""

    heading: str
    items: tuple[Item, ...]


class Menu(NamedTuple):
    """A file as it was read: what can be shown, and all that is wrong with it."""

    path: str
    sections: tuple[Section, ...] = ()
    problems: tuple[Problem, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","
    is_whole: bool = True
    """False if only the first rows were read, to paint them at once."""

    @property
    def file_name(self) -> str:
        """Give the file's name without its folder."""
        return os.path.basename(self.path)

    @property
    def folder(self) -> str:
        """Give the folder of the file, where its items start."""
        return os.path.dirname(self.path)

    def items(self) -> Iterator[Item]:
        """Go through all items in the order in which they are shown."""
        for section in self.sections:
            yield from section.items

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Give the problems that keep a row from being started."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    def named(self, name: str) -> list[Item]:
        """Find the items whose button says `name`, in any case and spacing."""
        wanted = " ".join(name.split()).casefold()
        return [item for item in self.items() if item.label.casefold() == wanted]
