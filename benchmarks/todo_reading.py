"""How long does a large profile take from a browser's files to a backup, and how much memory?"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SUPPORT = Path(__file__).parents[1] / "packages" / "todo" / "tests" / "support"
N_TASKS, N_STEPS = 20_000, 14_000
_READ = """
import re, sys, time
from pathlib import Path
from hotdish_todo.cli import main
begin = time.process_time()
code = main(["read", sys.argv[1], "-o", sys.argv[2], "--quiet"])
seconds = time.process_time() - begin
# Not ru_maxrss: it begins with the memory of the process that started this one.
peak = int(re.search(r"VmHWM:[^0-9]+([0-9]+)", Path("/proc/self/status").read_text())[1]) // 1024
print(code, seconds, peak)
"""


def run() -> str:
    sys.path.insert(0, str(SUPPORT))
    lines = [
        f"{N_TASKS:,} tasks and {N_STEPS:,} steps, written by the browser itself, profile closed.",
        "Processor time, as the machine is shared.",
        "The floor is reading the same records from the finished backup with Python's `json`.",
        "",
        "| store | processor time | records a second | peak memory | times the floor | goal |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("Chromium, LevelDB", "Chromium, SQLite", "Firefox"):
            folder = Path(temporary) / name.split()[-1]
            _seed(name, folder / "profile")
            lines.append(_measure(name, folder))
    return "\n".join(lines)


def _seed(name: str, profile: Path) -> None:
    from todo_testing.browsers import SQLITE_STORE, open_chromium, open_firefox  # noqa: PLC0415
    from todo_testing.pages import serve_pages  # noqa: PLC0415

    with serve_pages() as base:
        url = f"{base}/todo.html"
        flags = [SQLITE_STORE] if name == "Chromium, SQLite" else []
        opened = (
            open_firefox(profile, url) if name == "Firefox" else open_chromium(profile, url, *flags)
        )
        with opened as browser:
            browser.run(f"seed({{tasks: {N_TASKS}, steps: {N_STEPS}}})")


def _measure(name: str, folder: Path) -> str:
    backup = folder / "backup.json"
    best = None
    for _ in range(2):
        output = subprocess.run(
            [sys.executable, "-c", _READ, folder / "profile", backup],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        assert output[0] == "0"
        seconds, memory = float(output[1]), int(output[2])
        best = min(best or (seconds, memory), (seconds, memory))
    assert best is not None
    begin = time.process_time()
    stores = json.loads(backup.read_bytes())["databases"][0]["stores"]
    floor = time.process_time() - begin
    n_records = sum(store["count"] for store in stores.values())
    assert n_records > N_TASKS + N_STEPS - 100
    return (
        f"| {name} | {best[0]:.1f} s | {n_records / best[0]:,.0f} | {best[1]} MB | "
        f"{best[0] / floor:.1f} | 10 s, 300 MB |"
    )
