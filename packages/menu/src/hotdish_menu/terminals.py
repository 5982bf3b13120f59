"""Opens a plan in a terminal window on Linux and macOS.

The arguments go into a small script file and never through a terminal's own quoting.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotdish_menu.launch_plan import LaunchPlan

# Terminal -> what stands between it and the program to run, in the order of preference.
TERMINALS = {
    "xdg-terminal-exec": (),
    "x-terminal-emulator": ("-e",),
    "gnome-terminal": ("--",),
    "konsole": ("-e",),
    "xfce4-terminal": ("-x",),
    "kitty": (),
    "alacritty": ("-e",),
    "xterm": ("-e",),
}


def find_terminal(
    environ: Mapping[str, str] = os.environ,
    which: Callable[[str], str | None] = shutil.which,
) -> tuple[str, ...]:
    """Give the start of a command that opens a terminal, or an empty one if there is none.

    >>> find_terminal({"TERMINAL": "xterm"}, lambda name: f"/usr/bin/{name}")
    ('/usr/bin/xterm', '-e')
    """
    own = environ.get("TERMINAL", "")
    for name in filter(None, (own, *TERMINALS)):
        if path := which(name):
            return (path, *TERMINALS.get(Path(name).name, ("-e",)))
    return ()


def write_terminal_script(plan: LaunchPlan, folder: Path, name: str) -> tuple[Path, Path]:
    """Write the script a terminal runs; it leaves the exit code in a second file.

    The script removes itself first, for it may hold a password among the variables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    script, status = folder / f"{name}.command", folder / f"{name}.status"
    script.touch(mode=0o700)
    settings = "".join(f"export {k}={shlex.quote(v)}\n" for k, v in plan.env.items())
    text = (
        "#!/bin/sh\n"
        'rm -f -- "$0"\n'
        f"cd {shlex.quote(plan.cwd)} || exit 1\n"
        f"{settings}"
        f"{shlex.join(plan.argv)}\n"
        "code=$?\n"
        f'printf %s "$code" > {shlex.quote(str(status))}\n'
        'printf "\\n[ended with exit code %s] Press Enter to close this window. " "$code"\n'
        "read -r _\n"
        'exit "$code"\n'
    )
    script.write_text(text, encoding="utf-8")
    return script, status
