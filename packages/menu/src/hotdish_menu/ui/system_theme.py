"""Finds out whether the system is set to light, dark or high contrast."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotdish_menu.model import Platform
    from hotdish_menu.settings import ThemeName

_PATIENCE_S = 2.0


def system_theme(platform: Platform) -> ThemeName:
    """Ask the system; light if it does not say. Takes up to some hundredths of a second."""
    return {"windows": _windows_look, "macos": _macos_look, "linux": _linux_look}[platform]()


def _windows_look() -> ThemeName:
    if sys.platform == "win32":  # pragma: no cover - runs on Windows only
        import winreg  # noqa: PLC0415

        if (
            _value(winreg.HKEY_CURRENT_USER, r"Control Panel\Accessibility\HighContrast", "Flags")
            & 1
        ):
            return "contrast"
        themes = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        light = _value(winreg.HKEY_CURRENT_USER, themes, "AppsUseLightTheme", 1)
        return "light" if light else "dark"
    return "light"


if sys.platform == "win32":  # pragma: no cover - runs on Windows only

    def _value(root: int, key: str, name: str, default: int = 0) -> int:
        import winreg  # noqa: PLC0415

        try:
            with winreg.OpenKey(root, key) as opened:
                return int(winreg.QueryValueEx(opened, name)[0])
        except (OSError, ValueError):
            return default


def _macos_look() -> ThemeName:
    contrast = _answer("defaults", "read", "com.apple.universalaccess", "increaseContrast")
    if contrast == "1":
        return "contrast"
    return "dark" if _answer("defaults", "read", "-g", "AppleInterfaceStyle") == "Dark" else "light"


def _linux_look() -> ThemeName:
    """Ask GTK's theme variable, then the desktop's own settings, then GTK's file."""
    names = [os.environ.get("GTK_THEME", "")]
    if not names[0]:
        schema = "org.gnome.desktop.interface"
        names += [_answer("gsettings", "get", schema, key) for key in ("gtk-theme", "color-scheme")]
        if (
            _answer("gsettings", "get", "org.gnome.desktop.a11y.interface", "high-contrast")
            == "true"
        ):
            return "contrast"
        names.append(_gtk_file())
    told = " ".join(names).casefold()
    if "highcontrast" in told:
        return "contrast"
    return "dark" if "dark" in told else "light"


def _gtk_file() -> str:
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(Path(home, "gtk-3.0", "settings.ini"), encoding="utf-8")
        is_dark = parser.get("Settings", "gtk-application-prefer-dark-theme", fallback="0")
        theme = parser.get("Settings", "gtk-theme-name", fallback="")
    except (configparser.Error, UnicodeDecodeError):
        return ""
    return "dark" if is_dark.casefold() in {"1", "true"} else theme


def _answer(*command: str) -> str:
    program = shutil.which(command[0])
    if not program:
        return ""
    try:
        done = subprocess.run(  # noqa: S603
            [program, *command[1:]],
            check=False,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip().strip("'")
