"""Progress on the terminal: sentences and one bar, on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from hotdish_search.engines import Progress as Report
from hotdish_search.indexing.build import Reporter


@contextmanager
def reporter(*, quiet: bool = False) -> Iterator[Reporter]:
    """Give a reporter whose bars are shown on a terminal only, and sentences everywhere."""
    console = Console(stderr=True, quiet=quiet, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, disable=quiet or not console.is_terminal, transient=True
    ) as bars:

        def step(title: str) -> Report:
            # A step that never reports (a cached download) shows no bar.
            task = bars.add_task(title, total=None, visible=False)

            def report(done: int, total: int) -> None:
                bars.update(task, completed=done, total=total, visible=done < total)

            return report

        yield Reporter(
            say=lambda text: console.print(text, soft_wrap=True, markup=False), step=step
        )
