"""Makes what a double click on the desktop needs, for each system: pure texts, nothing written.

On Windows a .lnk file is made by PowerShell, which every Windows has; on macOS an application
folder; on Linux a .desktop file.
"""

from __future__ import annotations

import base64
import html
import re
from typing import NamedTuple

from hotdish_menu.quoting import join_windows


class Shortcut(NamedTuple):
    """What a shortcut starts and how it is called."""

    name: str
    command: tuple[str, ...]
    folder: str
    icon: str = ""


def desktop_entry(shortcut: Shortcut) -> str:
    """Write a .desktop file (freedesktop.org, Desktop Entry Specification 1.5)."""
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.5",
        f"Name={_escaped(shortcut.name)}",
        f"Exec={_escaped(' '.join(map(_quoted, shortcut.command)))}",
        f"Path={_escaped(shortcut.folder)}",
        "Terminal=false",
        "Categories=Utility;",
    ]
    if shortcut.icon:
        lines.append(f"Icon={_escaped(shortcut.icon)}")
    return "\n".join(lines) + "\n"


def windows_script(shortcut: Shortcut, link: str) -> str:
    """Write the PowerShell that makes a .lnk file."""
    target, *arguments = shortcut.command
    settings = {
        "TargetPath": target,
        "Arguments": join_windows(arguments),
        "WorkingDirectory": shortcut.folder,
        "IconLocation": shortcut.icon,
    }
    lines = [f"$link = (New-Object -ComObject WScript.Shell).CreateShortcut({_literal(link)})"]
    lines += [f"$link.{name} = {_literal(value)}" for name, value in settings.items() if value]
    return "\n".join([*lines, "$link.Save()"])


def windows_command(shortcut: Shortcut, link: str) -> list[str]:
    """Give the command that makes a .lnk file."""
    encoded = base64.b64encode(windows_script(shortcut, link).encode("utf-16-le")).decode("ascii")
    return [
        "powershell.exe",
        "-NoLogo",
        "-NoProfile",
        "-NonInteractive",
        "-EncodedCommand",
        encoded,
    ]


def macos_application(shortcut: Shortcut) -> dict[str, str]:
    """Write the files of an application, by their path inside it."""
    identifier = re.sub(r"[^A-Za-z0-9]+", "-", shortcut.name).strip("-") or "menu"
    command = " ".join(_shell_quoted(word) for word in shortcut.command)
    script = f"#!/bin/sh\ncd {_shell_quoted(shortcut.folder)} && exec {command}\n"
    values = {
        "CFBundleName": shortcut.name,
        "CFBundleIdentifier": f"hotdish.menu.{identifier}",
        "CFBundleExecutable": "start",
        "CFBundlePackageType": "APPL",
    }
    pairs = "".join(
        f"\t<key>{key}</key>\n\t<string>{html.escape(value)}</string>\n"
        for key, value in values.items()
    )
    plist = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
        '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
        f'<plist version="1.0">\n<dict>\n{pairs}</dict>\n</plist>\n'
    )
    return {"Contents/Info.plist": plist, "Contents/MacOS/start": script}


def _quoted(word: str) -> str:
    """Quote one word of Exec; a percent sign is doubled, for it would stand for a file."""
    word = word.replace("%", "%%")
    if re.fullmatch(r"[\w@+:,./=-]+", word):
        return word
    return '"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"'


def _escaped(value: str) -> str:
    """Escape a value of a .desktop file."""
    return value.replace("\\", "\\\\").replace("\n", "\\n")


def _shell_quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _literal(text: str) -> str:
    """Write a PowerShell text in which nothing is expanded."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"
