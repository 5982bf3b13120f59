"""`shortcut`: puts a shortcut to a menu on the desktop."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from hotdish_menu.commands import options
from hotdish_menu.commands.window_options import read_options
from hotdish_menu.errors import MenuError
from hotdish_menu.reader import read_menu
from hotdish_menu.settings import DEFAULT_TITLE
from hotdish_menu.shortcut import Shortcut, desktop_entry, macos_application, windows_command
from hotdish_menu.system import this_platform


def main(arguments: list[str]) -> int:
    """Make the shortcut of this system; options after the file are those of `show`."""
    parser = options.parser(
        "shortcut",
        "Put a shortcut to a menu on the desktop.",
        'shortcut tools.csv --name "My tools" --theme dark',
    )
    options.add_file(parser)
    parser.add_argument("--name", help="what it is called (default: the title or the file's name)")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="put it here")
    wanted, rest = parser.parse_known_args(arguments)
    path = options.absolute(wanted.file).resolve()
    read_menu(path, this_platform(), n_first=1)
    settings = read_options([str(path), *rest]).settings
    title = "" if settings.title == DEFAULT_TITLE else settings.title
    shortcut = Shortcut(
        name=wanted.name or title or path.stem,
        command=(*_program(), str(path), *rest),
        folder=str(path.parent),
        icon=str(settings.icon or ""),
    )
    folder = wanted.to or _desktop()
    if not folder.is_dir():
        msg = f"There is no folder {folder}. Name one with --to"
        raise MenuError(msg)
    print(WRITERS[this_platform()](shortcut, folder))
    return 0


def _write_windows(shortcut: Shortcut, folder: Path) -> Path:
    link = folder / f"{_file_name(shortcut)}.lnk"
    command = windows_command(shortcut, str(link))
    program = shutil.which(command[0])
    if program is None:
        msg = f"{command[0]} was not found, and it makes shortcuts on Windows"
        raise MenuError(msg)
    done = subprocess.run(  # noqa: S603
        [program, *command[1:]], check=False, capture_output=True, text=True
    )
    if done.returncode:
        msg = f"Windows made no shortcut at {link}: {done.stderr.strip()}"
        raise MenuError(msg)
    return link


def _write_macos(shortcut: Shortcut, folder: Path) -> Path:
    application = folder / f"{_file_name(shortcut)}.app"
    for name, text in macos_application(shortcut).items():
        file = application / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (application / "Contents" / "MacOS" / "start").chmod(0o755)
    return application


def _write_linux(shortcut: Shortcut, folder: Path) -> Path:
    file = folder / f"{_file_name(shortcut)}.desktop"
    file.write_text(desktop_entry(shortcut), encoding="utf-8")
    file.chmod(0o755)
    if gio := shutil.which("gio"):
        # GNOME asks to allow a launcher unless it is marked so; where it cannot be, it asks.
        command = [gio, "set", str(file), "metadata::trusted", "true"]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    return file


WRITERS = {"windows": _write_windows, "macos": _write_macos, "linux": _write_linux}


def _program() -> tuple[str, ...]:
    """Give the program beside this Python, or Python itself where there is none."""
    folder = Path(sys.executable).parent
    for name in ("hotdish-menu-window.exe", "hotdish-menu-window"):
        if (folder / name).is_file():
            return (str(folder / name),)
    return (sys.executable, "-m", "hotdish_menu")


def _desktop() -> Path:
    """Find the desktop's folder, which has another name in other languages on Linux."""
    if this_platform() == "linux" and (program := shutil.which("xdg-user-dir")):
        done = subprocess.run(  # noqa: S603
            [program, "DESKTOP"], check=False, capture_output=True, text=True
        )
        if done.returncode == 0 and done.stdout.strip():
            return Path(done.stdout.strip())
    return Path.home() / "Desktop"


def _file_name(shortcut: Shortcut) -> str:
    return "".join("-" if char in '\\/:*?"<>|\n' else char for char in shortcut.name).strip(" .")
