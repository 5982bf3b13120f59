"""Where everything stands in the window, and how large and where the window opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotdish_menu.ui.field import HEIGHT as SEARCH_HEIGHT
from hotdish_menu.ui.field import Field
from hotdish_menu.ui.listing import Listing
from hotdish_menu.ui.scrollbar import WIDTH as SCROLLBAR_WIDTH
from hotdish_menu.ui.split import Split
from hotdish_menu.ui.status_line import StatusLine

if TYPE_CHECKING:
    import tkinter as tk

    from hotdish_menu.ui.listing import Choices
    from hotdish_menu.ui.style import Style

# The original's window, at 96 dpi.
_WIDTH, _SMALLEST, _TALLEST = 600, 200, 800
_MORE_FOR_A_COLUMN = 340
_NARROWEST = 320
# Left free above and below the window, for the desktop's own bars.
_REST_OF_SCREEN = 60

_MARGIN = 16
_ABOVE_SEARCH, _BELOW_SEARCH = 14, 12
_ABOVE_STATUS, _BELOW_STATUS = 6, 8
_BELOW_LIST = 8
# The room for the ring around buttons sticks out of the list to the left, the scrollbar to the
# right, so that the buttons stand flush with the search box.
_LEFT_OF_LIST, _RIGHT_OF_LIST = _MARGIN - 4, 2


class Layout:
    """Search box above, list and output between, the line that says how things stand below."""

    def __init__(self, root: tk.Tk, style: Style, choices: Choices) -> None:
        self._root = root
        self._style = style
        self.search_box = Field(root, style, hint="Search")
        self.split = Split(root, style)
        self.listing = Listing(self.split, style, choices)
        self.status = StatusLine(root, style)
        self.status.pack(side="bottom", fill="x")
        self.search_box.pack(side="top", fill="x")
        self.split.pack(fill="both", expand=True)
        self.split.add(self.listing, stretch="always")
        self._arrange()

    def restyle(self) -> None:
        """Follow a change of theme or zoom."""
        self._arrange()
        self.search_box.restyle()
        self.listing.restyle()

    def place(self) -> None:
        """Size the window as its list wants, within the original's limits, and place it."""
        root, px, settings = self._root, self._style.px, self._style.settings
        screen_width, screen_height = root.winfo_screenwidth(), root.winfo_screenheight()
        width = min(px(_WIDTH + (settings.n_columns - 1) * _MORE_FOR_A_COLUMN), screen_width)
        tallest = min(px(_TALLEST), screen_height - px(_REST_OF_SCREEN))
        smallest = min(px(_SMALLEST), tallest)
        inner = width - px(_LEFT_OF_LIST) - px(_RIGHT_OF_LIST) - px(SCROLLBAR_WIDTH)
        natural = self.listing.natural_height(inner, tallest) + self._height_around()
        height = max(smallest, min(natural, tallest))
        x, y = (screen_width - width) // 2, max(0, (screen_height - height) // 3)
        root.geometry(f"{width}x{height}+{x}+{y}")
        root.minsize(min(px(_NARROWEST), screen_width), smallest)
        if settings.is_fullscreen:
            root.attributes("-fullscreen", True)  # noqa: FBT003 - Tk's own signature

    def _arrange(self) -> None:
        px = self._style.px
        self._root.configure(bg=self._style.palette.paper)
        self.split.restyle()
        self.split.pack_configure(padx=(px(_LEFT_OF_LIST), px(_RIGHT_OF_LIST)), pady=0)
        above, below = px(_ABOVE_SEARCH), px(_BELOW_SEARCH)
        self.search_box.pack_configure(padx=px(_MARGIN), pady=(above, below))
        above, below = px(_ABOVE_STATUS), px(_BELOW_STATUS)
        self.status.pack_configure(padx=px(_MARGIN), pady=(above, below))

    def _height_around(self) -> int:
        """Give the height of what stands above and below the list."""
        px = self._style.px
        search = px(_ABOVE_SEARCH + SEARCH_HEIGHT + _BELOW_SEARCH)
        status = px(_ABOVE_STATUS + _BELOW_STATUS) + self._style.font("small").metrics("linespace")
        return search + px(_BELOW_LIST) + status
