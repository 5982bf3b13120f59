"""Run benchmarks and write their tables into benchmarks/README.md (`make bench ARGS="name"`)."""

import datetime as dt
import importlib
import os
import platform
import re
import sys
from pathlib import Path

README = Path(__file__).with_name("README.md")

# Each is a module of this folder with `run() -> str`, which gives a Markdown table (and
# sentences); the README holds it between the two comments that carry the name.
BENCHMARKS: tuple[str, ...] = (
    "menu_start",
    "web_cache",
    "web_cache_tests",
    "web_database",
    "search_relevance",
    "search_typing",
    "search_latency",
    "search_http",
    "search_memory",
    "todo_reading",
    "todo_converting",
    "freevm_check",
    "freevm_memory",
)
# They install other programs or documentations and take long; run them by name.
BY_NAME_ONLY: tuple[str, ...] = ("search_peers", "search_scaling")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all that do not ask for their name; return the exit code."""
    known = (*BENCHMARKS, *BY_NAME_ONLY)
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"No benchmark {unknown[0]!r}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        print(f"== {name}", file=sys.stderr, flush=True)
        table = importlib.import_module(f"benchmarks.{name}").run()
        print(table, flush=True)
        write(name, f"{machine_line()}\n\n{table.strip()}")
    return 0


def write(name: str, text: str) -> None:
    """Put one benchmark's text between its two comments in the README."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    page = README.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(page):
        msg = f"benchmarks/README.md has no place for {name!r}. Add the lines {begin} and {end}"
        raise SystemExit(msg)
    README.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", page), encoding="utf-8")


def machine_line() -> str:
    """Date and machine of a run, as one sentence."""
    return (
        f"Run on {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}: {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.python_implementation()} "
        f"{platform.python_version()}; a shared machine, so read the ratios."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
