"""How long until the menu's window is painted, and how much memory does it take?

Beside it a bare Tk window with one label (the floor of the toolkit) and the same nine buttons in
PySide6. All run in the same interpreter with the same flags and environment; the menu is started
as its users start it, by its own command. The clock runs from the start of the process until the
pixels of all nine buttons (of the floor: of its label) are on the screen.

The rounds are interleaved and each starts with another candidate, so that a busy machine slows all
of them alike; the ratios are taken within a round. Where it is allowed (as root), clock, screen and
window run before all else on the machine. The menu's very first picture has plain corners; the
smooth ones, which cost the screen more, follow 60 ms later.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tools.virtual_screen import VirtualScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORK = Path(__file__).parent / ".work" / "menu"
ROUNDS = 21
PATIENCE_S = 30
N_BUTTONS = 9
BLUE = "#366ee8"
FACE = bytes.fromhex(BLUE[1:])

ENVIRONMENT = {
    # An installed package is compiled; one that is worked on shall be measured as that.
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(WORK / "compiled"),
    # Nobody's own settings: the window is light, as on a computer that does not say.
    "HOTDISH_MENU_STATE": str(WORK / "state"),
    "GTK_THEME": "Adwaita",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One start of one window."""

    painted_ms: float
    busy_ms: float
    """Processor time of the process until then."""
    rss_mb: float
    uss_mb: float


BARE_TK = f"""
import tkinter
root = tkinter.Tk()
root.geometry("600x600+150+60")
tkinter.Label(root, text="hello", bg="{BLUE}", fg="white").pack(fill="x")
root.mainloop()
"""

QT = f"""
import csv, sys
from PySide6.QtWidgets import *
app = QApplication([])
inner = QWidget()
grid = QGridLayout(inner)
row = 0
heading = None
for item in csv.DictReader(open(sys.argv[1], encoding="utf-8")):
    if item["Section"] != heading:
        heading = item["Section"]
        label = QLabel(heading)
        label.setStyleSheet("font-size: 18pt")
        grid.addWidget(label, row, 0, 1, 2)
        row += 1
    button = QPushButton(item["Name"])
    button.setMinimumSize(150, 44)
    button.setStyleSheet("background: {BLUE}; color: white; border: 0")
    grid.addWidget(button, row, 0)
    text = QLabel(item["Description"])
    text.setWordWrap(True)
    grid.addWidget(text, row, 1)
    row += 1
window = QMainWindow()
area = QScrollArea()
area.setWidgetResizable(True)
area.setWidget(inner)
window.setCentralWidget(area)
window.setGeometry(150, 10, 600, 800)
window.show()
app.exec()
"""


def run() -> str:
    """Measure all of them in the same rounds."""
    WORK.mkdir(parents=True, exist_ok=True)
    few, many = WORK / "nine.csv", WORK / "many.csv"
    write_menu(few, N_BUTTONS)
    write_menu(many, 10_000)
    menu = str(Path(sysconfig.get_path("scripts"), "hotdish-menu"))
    candidates: dict[str, tuple[list[str], Callable[[bytes], bool]]] = {
        "bare Tk window, one label": ([sys.executable, "-c", BARE_TK], lambda seen: FACE in seen),
        "hotdish-menu, 9 rows": ([menu, str(few)], shows_all),
        "hotdish-menu, 10,000 rows": ([menu, str(many)], shows_all),
    }
    if qt := python_with_qt():
        candidates["PySide6, the same 9 rows"] = ([qt, "-c", QT, str(few)], shows_all)
    measured: dict[str, list[Measured]] = {name: [] for name in candidates}
    names = list(candidates)
    with before_all_else():
        for n in range(ROUNDS + 1):
            start = n % len(names)
            for name in names[start:] + names[:start]:
                one = measure(*candidates[name])
                # The first round only warms the disk's cache.
                if n:
                    measured[name].append(one)
    return table(measured)


@contextmanager
def before_all_else() -> Iterator[None]:
    """Run this process and those it starts before others, where that is allowed."""
    policy, priority = os.sched_getscheduler(0), os.sched_getparam(0)
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, priority)


def table(measured: dict[str, list[Measured]]) -> str:
    """Write medians, and each time as a multiple of the bare window's in the same round."""
    floor = measured["bare Tk window, one label"]
    fastest_floor = min(one.painted_ms for one in floor)
    heads = ["window", "painted", "of bare Tk", "fastest", "of bare Tk", "CPU time", "of bare Tk"]
    lines = [
        f"{ROUNDS} interleaved rounds on a screen in memory (Xvfb). *Of bare Tk* is the median of",
        "the ratios within each round; beside it the ratio of the fastest rounds, and that of the",
        "processor's time, both of which others on the machine disturb least.",
        "RSS counts shared pages, USS only the process's own.",
        f"The load average meanwhile was {os.getloadavg()[1]:.0f} on {os.cpu_count()} cores.",
        "",
        f"| {' | '.join([*heads, 'RSS', 'USS'])} |",
        "|---" + "|---:" * (len(heads) + 1) + "|",
    ]
    for name, rounds in measured.items():
        pairs = list(zip(rounds, floor, strict=True))
        fastest = min(one.painted_ms for one in rounds)
        cells = [
            f"{median(one.painted_ms for one in rounds):.0f} ms",
            f"{median(one.painted_ms / bare.painted_ms for one, bare in pairs):.2f}",
            f"{fastest:.0f} ms",
            f"{fastest / fastest_floor:.2f}",
            f"{median(one.busy_ms for one in rounds):.0f} ms",
            f"{median(one.busy_ms / bare.busy_ms for one, bare in pairs):.2f}",
            f"{median(one.rss_mb for one in rounds):.0f} MB",
            f"{median(one.uss_mb for one in rounds):.0f} MB",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def measure(command: list[str], is_painted: Callable[[bytes], bool]) -> Measured:
    """Start a window on a fresh screen and watch it."""
    with VirtualScreen(900, 820) as screen:
        begin = time.perf_counter()
        process = subprocess.Popen(command, env={**screen.environment, **ENVIRONMENT})
        try:
            # 22 pixels into a window of 600 in the middle: in a button, left of its text.
            while not is_painted(screen.column(172)):
                if time.perf_counter() - begin > PATIENCE_S or process.poll() is not None:
                    msg = f"no window was painted by {command[:3]}"
                    raise RuntimeError(msg)
                time.sleep(0.001)
            took = (time.perf_counter() - begin) * 1000
            busy = busy_ms(process.pid)
            time.sleep(1)
            return Measured(took, busy, *memory_of(process.pid))
        finally:
            process.terminate()
            process.wait()


def busy_ms(pid: int) -> float:
    """Give how long a process has had a core for itself, which others cannot disturb."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e6


def shows_all(column: bytes) -> bool:
    """Tell whether nine buttons are seen in a column of pixels."""
    n_runs, was_face = 0, False
    for at in range(0, len(column), 3):
        is_face = column[at : at + 3] == FACE
        n_runs += is_face and not was_face
        was_face = is_face
    return n_runs >= N_BUTTONS


def memory_of(pid: int) -> tuple[float, float]:
    """Give the megabytes a process holds, and those that are its own alone."""
    sums = {"Rss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]:
        name, amount, *_ = line.split()
        if name.rstrip(":") in sums:
            sums[name.rstrip(":")] += int(amount)
    return sums["Rss"] / 1024, (sums["Private_Clean"] + sums["Private_Dirty"]) / 1024


def write_menu(path: Path, n_rows: int) -> None:
    """Write a menu of three rows a section."""
    rows = [
        f"Section {n // 3 + 1},exe,true,Example {n + 1},What the button number {n + 1} does"
        for n in range(n_rows)
    ]
    path.write_text("Section,Method,Command,Name,Description\n" + "\n".join(rows), "utf-8")


def python_with_qt() -> str | None:
    """Give a Python that has PySide6, in an environment of its own; None if it cannot be had."""
    folder = WORK / "qt"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "PySide6-Essentials"], check=False)
    with VirtualScreen() as screen:
        check = "from PySide6.QtWidgets import QApplication; QApplication([])"
        done = subprocess.run(
            [python, "-c", check], check=False, capture_output=True, env=screen.environment
        )
    if done.returncode:
        print(
            "PySide6 cannot show a window here, and the table goes without it. On Debian: apt-get "
            "install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libegl1",
            file=sys.stderr,
        )
        return None
    return str(python)
