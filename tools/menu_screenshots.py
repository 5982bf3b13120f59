"""Takes the pictures of docs/menu.md: `python tools/menu_screenshots.py`, on Linux with Xvfb."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.virtual_screen import VirtualScreen, wait_until  # noqa: E402 - after the path is set

IMAGES = ROOT / "docs" / "images"
SETTLE_S = 1.5

MENU = """\
Section,Method,Command,Arguments,Name,Description,Prompt,Confirm,WorkingDirectory
Every day,bash_inline,"for n in 1 2 3 4 5 6; do echo Copying folder $n of 6 ...; sleep 0.2; \
done; echo Done: 1,204 files, 3.1 GB",,Back up,Copies the project folders to the archive,,
Every day,bash_inline,sleep 60,,Sync calendar,Takes about a minute; Stop ends it,,
Every day,url,https://www.python.org,,Help desk,Opens in the browser,,
Accounts,bash_inline,echo done,,New user,Asks for the name and the office,\
"user [User name]: text; site [Office]: choice(Oslo|Bergen|Tromsø); pw [First password]: password",
Accounts,bash_inline,echo done,,Lock account,Asks before it does anything,,\
Lock the account of Kim?,/srv/accounts
Reports,pwsh_file,.\\report.ps1,,Disk space,A PowerShell script; its output is shown below,,
Reports,bash_inline,exit 2,,Licences,Who uses what,,
"""


def take(name: str, theme: str, keys: list[str], size: int = 1) -> None:
    """Show the menu, press keys (`text:...` types), and keep a picture of the window."""
    width, height = 600 * size, 700 * size
    with (
        tempfile.TemporaryDirectory() as folder,
        VirtualScreen(width, height, 96 * size) as screen,
    ):
        path = Path(folder, "tools.csv")
        path.write_text(MENU, encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "hotdish_menu", str(path), "--theme", theme, "--fullscreen"],
            env={**screen.environment, "HOTDISH_MENU_STATE": str(Path(folder, "state"))},
        )
        window = screen.wait_for_window("PowerShell Script Menu")
        screen.xdotool(
            "windowmove", window, "0", "0", "windowsize", window, str(width), str(height)
        )
        screen.xdotool("mousemove", str(width - 1), str(height - 1))
        wait_until(lambda: screen.pixel(2, 2) != (0, 0, 0), "the window")
        time.sleep(SETTLE_S)
        for key in keys:
            if key.startswith("text:"):
                screen.type(key.removeprefix("text:"))
            else:
                screen.press(key)
            time.sleep(SETTLE_S)
        screen.picture().save(IMAGES / f"{name}.png")
        process.terminate()
        process.wait()


def main() -> None:
    """Take them all."""
    take("menu-light", "light", [])
    take("menu-dark", "dark", ["text:back", "Return", "Escape"])
    take("menu-prompt", "light", ["text:new user", "Return", "text:kim"])
    take("menu-confirm", "dark", ["text:lock", "Return"])


if __name__ == "__main__":
    main()
