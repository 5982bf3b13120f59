"""Make the pictures of docs/todo.md from our own test page and the real command.

Run: .venv/bin/python tools/todo_screenshots.py
"""

import io
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
sys.path.insert(0, str(ROOT / "packages" / "todo" / "tests" / "support"))

from playwright.sync_api import Page  # noqa: E402 - after the path above
from rich.console import Console  # noqa: E402
from rich.text import Text  # noqa: E402
from todo_testing.browsers import open_chromium  # noqa: E402
from todo_testing.pages import serve_pages  # noqa: E402

from hotdish_todo.backup import read_backup, write_backup  # noqa: E402
from hotdish_todo.converting import convert  # noqa: E402
from hotdish_todo.mapping import map_backup  # noqa: E402
from hotdish_todo.readers import open_path  # noqa: E402
from hotdish_todo.showing import tree_of  # noqa: E402
from hotdish_todo.writers import TARGETS  # noqa: E402
from hotdish_todo.writers.target import Options  # noqa: E402

WIDTH, HEIGHT = 900, 470


def main() -> None:
    """Make the three pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, serve_pages() as base:
        folder = Path(temporary)
        with open_chromium(folder / "profile", f"{base}/todo.html") as browser:
            browser.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            browser.run("seedGuide()")
            browser.run("show()")
            browser.page.screenshot(path=IMAGES / "todo-page.png")
            backup = folder / "backup.json"
            with open_path(browser.storage) as source:
                written = write_backup(backup, source.info, source.databases)
            todo = map_backup(read_backup(backup))
            convert(todo, TARGETS["asana"], folder / "out", Options())
            counts = ", ".join(f"{count} {name}" for name, count in written.counts.items() if count)
            shell = _console()
            shell.print("$ hotdish-todo read -o backup.json", style="bold")
            shell.print(f"Wrote backup.json: {counts}")
            shell.print("$ hotdish-todo show backup.json", style="bold")
            shell.print(tree_of(todo))
            _terminal(browser.page, shell, IMAGES / "todo-show.png")
            report = _console()
            report.print("$ hotdish-todo convert backup.json asana -o out", style="bold")
            report.print("$ cat out/report.md", style="bold")
            report.print(Text((folder / "out" / "report.md").read_text(encoding="utf-8")))
            _terminal(browser.page, report, IMAGES / "todo-report.png")


def _console() -> Console:
    return Console(record=True, width=92, file=io.StringIO(), force_terminal=True)


def _terminal(page: Page, console: Console, path: Path) -> None:
    """Photograph what a console printed, as a terminal window shows it."""
    body = console.export_html(inline_styles=True, code_format="<pre>{code}</pre>")
    page.set_content(
        "<style>body{margin:0;background:#fbfbf9;color:#1f2328}"
        "pre{margin:1rem;font:13px/1.45 monospace}</style>" + body
    )
    page.screenshot(path=path)


if __name__ == "__main__":
    main()
