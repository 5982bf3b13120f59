"""What the command prints: data to stdout, messages and progress to stderr."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hotdish_todo.values import Json

_REDRAW_EVERY = 250


@dataclass(frozen=True, slots=True)
class Terminal:
    """The two streams, and how talkative the user wants them."""

    out: Console
    err: Console
    is_quiet: bool = False
    is_json: bool = False

    @classmethod
    def open(cls, *, quiet: bool = False, as_json: bool = False) -> "Terminal":
        """Make consoles on the streams as they are now."""
        plain = {"highlight": False, "soft_wrap": True}
        return cls(Console(**plain), Console(stderr=True, **plain), quiet, as_json)  # type: ignore[arg-type]

    def say(self, text: str) -> None:
        """Print a message, unless the user wants silence."""
        if not self.is_quiet:
            self.err.print(text, markup=False)

    def data(self, text: str) -> None:
        """Print a line of the result."""
        self.out.print(text, markup=False)

    def json(self, value: Json) -> None:
        """Print the result as JSON."""
        self.out.print(json.dumps(value, indent=1), markup=False)

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        """Show a bar on a terminal, nothing elsewhere; give what to call for each step done."""
        if self.is_quiet or not self.err.is_terminal:
            yield lambda: None
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.err, transient=True) as bar:
            task = bar.add_task(what, total=total)
            n_done = 0

            def advance() -> None:
                nonlocal n_done
                n_done += 1
                if n_done % _REDRAW_EVERY == 0 or total < _REDRAW_EVERY:
                    bar.update(task, completed=n_done)

            yield advance
