"""`show`: the window of buttons, or a menu in the terminal where no window can be."""

from __future__ import annotations

import os
import sys

from hotdish_menu.errors import MenuError, UsageError
from hotdish_menu.settings import Settings

NO_WINDOW = """\
{reason}
Until then the menu can be used in a terminal: hotdish-menu {file} --terminal"""


def main(arguments: list[str]) -> int:
    """Show the menu until it is closed."""
    if len(arguments) == 1 and not arguments[0].startswith("-"):
        # A file and nothing else: the window is there sooner if nothing has to be parsed.
        return _show_in_window(os.path.join(os.getcwd(), arguments[0]), Settings())
    from hotdish_menu.commands.window_options import read_options  # noqa: PLC0415 - as said above

    path, settings, place = read_options(arguments)
    if place == "tui":
        return _show_in_textual(path, settings)
    if place == "terminal":
        return _show_in_terminal(path, settings)
    return _show_in_window(path, settings)


def _show_in_window(path: str, settings: Settings) -> int:
    try:
        from hotdish_menu.ui.show import NoWindowError, show_window  # noqa: PLC0415 - needs Tk
    except ImportError:
        reason = (
            "This Python has no Tk, so there can be no window. Install it "
            "(Debian and Ubuntu: apt install python3-tk; macOS: brew install python-tk)."
        )
        return _show_instead(path, settings, reason)
    try:
        show_window(path, settings)
    except NoWindowError as error:
        return _show_instead(path, settings, f"There is no display to show a window on: {error}.")
    return 0


def _show_instead(path: str, settings: Settings, reason: str) -> int:
    """Fall back to the terminal where there is one; else say what to do."""
    if sys.stdin is not None and sys.stdin.isatty():
        print(f"{reason} Here is the menu in the terminal instead.\n", file=sys.stderr)
        return _show_in_terminal(path, settings)
    from shlex import quote  # noqa: PLC0415 - only this message needs it

    raise MenuError(NO_WINDOW.format(reason=reason, file=quote(path)))


def _show_in_terminal(path: str, settings: Settings) -> int:
    from hotdish_menu.terminal_menu import show_in_terminal  # noqa: PLC0415

    return show_in_terminal(path, settings)


def _show_in_textual(path: str, settings: Settings) -> int:
    try:
        from hotdish_menu.textual_menu import show_in_textual  # noqa: PLC0415
    except ImportError:
        msg = "--tui needs Textual. Install it: pip install 'hotdish-menu[tui]'; or use --terminal"
        raise UsageError(msg) from None
    return show_in_textual(path, settings)
