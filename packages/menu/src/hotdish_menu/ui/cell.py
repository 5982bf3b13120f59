"""One button of the list with the texts beside it, used again for other items as one scrolls."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Literal, NamedTuple

from hotdish_menu.ui.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotdish_menu.model import Item
    from hotdish_menu.ui.style import Style

BUTTON_WIDTH = 150
BUTTON_HEIGHT = 50
RADIUS = 7
# Room around a button for the ring that shows the focus, and the ring itself.
MARGIN = 4
RING = 2
PADDING = 8
TEXT_GAP = 14

Tone = Literal["quiet", "good", "bad", "hot"]


class Place(NamedTuple):
    """Where a cell stands in the list, in pixels."""

    x: int
    y: int
    button_width: int
    height: int
    text_width: int
    """0: the texts stand below the button, not beside it."""
    text_height: int


class Note(NamedTuple):
    """A few words on the last start of an item."""

    text: str
    tone: Tone


class Cell:
    """A real button, so that it can have the focus, with two texts on the list's canvas."""

    def __init__(
        self, canvas: tk.Canvas, style: Style, tag: str, press: Callable[[Cell], object]
    ) -> None:
        self._canvas = canvas
        self._style = style
        self.item: Item | None = None
        self._is_marked = self._is_focused = self._is_under_mouse = False
        self._place = Place(0, 0, BUTTON_WIDTH, BUTTON_HEIGHT, 0, 0)
        self.button = make_button(canvas, lambda: press(self))
        self.button.bindtags((tag, *self.button.bindtags()))
        self._window = canvas.create_window(0, 0, window=self.button, anchor="nw")
        self._description = canvas.create_text(0, 0, anchor="nw", font=style.font("base"))
        self._note = canvas.create_text(0, 0, anchor="nw", font=style.font("small"))

    def show(self, item: Item, place: Place, note: Note | None, *, is_marked: bool) -> None:
        """Show an item at a place."""
        self.item = item
        self._place = place
        self._is_marked = is_marked
        style, palette = self._style, self._style.palette
        margin = style.px(MARGIN)
        self.button.configure(
            text=item.name,
            font=style.font("base"),
            wraplength=place.button_width - 2 * style.px(PADDING),
        )
        self._canvas.coords(self._window, place.x - margin, place.y - margin)
        # Tk would make a button two pixels larger than its image, over its neighbour's ring.
        self._canvas.itemconfigure(
            self._window,
            state="normal",
            width=place.button_width + 2 * margin,
            height=place.height + 2 * margin,
        )
        self._paint()
        text_x = (
            place.x if not place.text_width else place.x + place.button_width + style.px(TEXT_GAP)
        )
        text_y = place.y + (place.height - place.text_height) // 2
        if not place.text_width:
            text_y = place.y + place.height + style.px(PADDING / 2)
        self._canvas.coords(self._description, text_x, text_y)
        self._canvas.itemconfigure(
            self._description,
            text=description_of(item),
            width=place.text_width or place.button_width,
            fill=palette.quiet if item.trouble else palette.ink,
            state="normal",
        )
        self._canvas.coords(self._note, text_x, text_y + place.text_height)
        self._canvas.itemconfigure(
            self._note,
            text=note.text if note else "",
            fill=getattr(palette, note.tone) if note else palette.quiet,
            anchor="sw",
            state="normal",
        )

    def hide(self) -> None:
        """Take the cell off the list until it is needed again."""
        self.item = None
        for part in (self._window, self._description, self._note):
            self._canvas.itemconfigure(part, state="hidden")

    def set_state(
        self, *, is_focused: bool | None = None, is_under_mouse: bool | None = None
    ) -> None:
        """Show that the button has got or lost the focus or the mouse."""
        self._is_focused = self._is_focused if is_focused is None else is_focused
        self._is_under_mouse = self._is_under_mouse if is_under_mouse is None else is_under_mouse
        if self.item:
            self._paint()

    def _paint(self) -> None:
        style, palette, item = self._style, self._style.palette, self.item
        is_off = bool(item and item.trouble)
        face = palette.button_hover if self._is_under_mouse else palette.button
        has_ring = self._is_focused or self._is_marked
        margin = style.px(MARGIN)
        shape = Shape(
            width=self._place.button_width + 2 * margin,
            height=self._place.height + 2 * margin,
            radius=style.px(RADIUS),
            fill=palette.card if is_off else face,
            border=palette.line if is_off or palette.button == palette.paper else "",
            border_width=max(1, style.px(1)),
            ring=palette.hot if has_ring else "",
            ring_width=max(2, style.px(RING)),
            margin=margin,
        )
        ink = palette.off if is_off else palette.button_ink
        image = style.image(shape)
        self.button.configure(
            image=image,
            fg=ink,
            activeforeground=ink,
            bg=palette.paper,
            activebackground=palette.paper,
        )
        # Tk does not keep an image alive; whoever shows it has to.
        self._shown_image = image


def make_button(parent: tk.Misc, press: Callable[[], object]) -> tk.Button | tk.Label:
    """Make a flat button that shows an image behind its text; mouse and screen readers press it.

    On macOS Tk's button is the system's own and takes no colours, so there it is a label.
    """
    looks = {
        "compound": "center",
        "bd": 0,
        "highlightthickness": 0,
        "padx": 0,
        "pady": 0,
        "takefocus": 1,
        "cursor": "hand2",
    }
    if parent.tk.call("tk", "windowingsystem") == "aqua":
        label = tk.Label(parent, **looks)  # type: ignore[arg-type]
        label.bind("<ButtonRelease-1>", lambda event: press() if _is_inside(event) else None)
        return label
    return tk.Button(parent, relief="flat", overrelief="flat", command=press, **looks)  # type: ignore[arg-type]


def _is_inside(event: tk.Event[tk.Misc]) -> bool:
    """Tell whether the mouse was let go on the widget it was pressed on."""
    widget = event.widget
    return 0 <= event.x < widget.winfo_width() and 0 <= event.y < widget.winfo_height()


def description_of(item: Item) -> str:
    """Give the text beside a button, with the reason if it is grey."""
    return "\n".join(filter(None, (item.description, item.trouble)))
