"""The door to the window: reads the menu, finds the screen, and serves the window until its end."""

from __future__ import annotations

import sys
import tkinter as tk
from typing import TYPE_CHECKING

from hotdish_menu.errors import MenuError
from hotdish_menu.reader import read_menu
from hotdish_menu.system import this_platform
from hotdish_menu.ui.window import Window

if TYPE_CHECKING:
    from hotdish_menu.settings import Settings

# Painted before the rest of the file is read; more than fits on any screen.
N_FIRST = 120


class NoWindowError(MenuError):
    """There is no display to show a window on."""


def show_window(path: str, settings: Settings) -> None:
    """Show a menu in a window until it is closed.

    Raises:
        UsageError: the file is no menu, or cannot be read.
        NoWindowError: there is no display.
    """
    menu = read_menu(path, this_platform(), n_first=N_FIRST)
    _sharpen_on_windows()
    try:
        root = tk.Tk(className="Hotdish-menu")
    except tk.TclError as error:
        raise NoWindowError(str(error)) from None
    Window(root, menu, settings).run()


def _sharpen_on_windows() -> None:
    """Tell Windows that this program draws every pixel itself, or it is scaled up and blurred."""
    if sys.platform == "win32":  # pragma: no cover - runs on Windows only
        import ctypes  # noqa: PLC0415

        try:
            ctypes.windll.shcore.SetProcessDpiAwareness(2)
        except (AttributeError, OSError):
            ctypes.windll.user32.SetProcessDPIAware()
