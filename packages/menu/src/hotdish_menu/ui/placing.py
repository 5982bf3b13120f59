"""How large the window opens, and where: as its list wants, within the original's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotdish_menu.ui.scrollbar import WIDTH as SCROLLBAR_WIDTH

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from hotdish_menu.ui.style import Style

# The original's window, at 96 dpi.
WIDTH, SMALLEST, TALLEST = 600, 200, 800
MARGIN = 16
# Above and below search box and status line.
ABOVE_SEARCH, BELOW_SEARCH, ABOVE_STATUS, BELOW_STATUS = 14, 12, 6, 8

_MORE_FOR_A_COLUMN = 340
_NARROWEST = 320
_LEFT_OF_SCREEN = 60


def place(root: tk.Tk, style: Style, fixed: int, wanted: Callable[[int, int], int]) -> None:
    """Size and place the window.

    Args:
        root: The window.
        style: Its sizes.
        fixed: The height of what stands above and below the list.
        wanted: Says how high a list of this width wants to be, at most so high.
    """
    px, settings = style.px, style.settings
    screen_width, screen_height = root.winfo_screenwidth(), root.winfo_screenheight()
    width = min(px(WIDTH + (settings.n_columns - 1) * _MORE_FOR_A_COLUMN), screen_width)
    tallest = min(px(TALLEST), screen_height - px(_LEFT_OF_SCREEN))
    inner = width - px(MARGIN - 4) - px(2) - px(SCROLLBAR_WIDTH)
    natural = wanted(inner, tallest) + fixed + px(8)
    height = max(min(px(SMALLEST), tallest), min(natural, tallest))
    x, y = (screen_width - width) // 2, max(0, (screen_height - height) // 3)
    root.geometry(f"{width}x{height}+{x}+{y}")
    root.minsize(min(px(_NARROWEST), screen_width), min(px(SMALLEST), tallest))
    if settings.is_fullscreen:
        root.attributes("-fullscreen", True)  # noqa: FBT003 - Tk's own signature
