"""The keys and the mouse in the list, wherever in it the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from hotdish_menu.ui.listing import Listing

    Event = tk.Event[tk.Misc]

# Bits of an event's state.
_CONTROL, _ALT = 0x4, 0x8
_NOTCH = 120


def bind_list(listing: Listing, tag: str, n_columns: int) -> None:
    """Bind keys and mouse to everything that has the tag."""

    def bind(key: str, action: Callable[[Event], object]) -> None:
        def act(event: Event) -> str | None:
            return None if action(event) == "pass on" else "break"

        listing.bind_class(tag, f"<{key}>", act)

    steps = {"Down": n_columns, "Up": -n_columns, "Right": 1, "Left": -1, "Shift-Tab": -1}
    if listing.tk.call("tk", "windowingsystem") == "x11":
        steps["ISO_Left_Tab"] = -1
        bind("Button-4", lambda _event: listing.roll(-1))
        bind("Button-5", lambda _event: listing.roll(1))
    for key, step in steps.items():
        bind(key, lambda _event, step=step: listing.step(step))  # type: ignore[misc]
    bind("Tab", lambda _event: listing.tab())
    bind("Home", lambda _event: listing.go_to(0))
    bind("End", lambda _event: listing.go_to(-1))
    bind("Next", lambda _event: listing.turn_page(1))
    bind("Prior", lambda _event: listing.turn_page(-1))
    for key in ("Return", "KP_Enter", "space"):
        bind(key, lambda event: listing.press(listing.cell_of(event.widget)))
    bind("Key", lambda event: _type(listing, event))
    bind("MouseWheel", lambda event: listing.roll(_notches(event.delta)))
    bind("Enter", lambda event: _tell(listing, event, is_under_mouse=True))
    bind("Leave", lambda event: _tell(listing, event, is_under_mouse=False))
    bind("FocusIn", lambda event: _tell(listing, event, is_focused=True))
    bind("FocusOut", lambda event: _tell(listing, event, is_focused=False))


def _notches(delta: int) -> float:
    """Say how far down a wheel was turned: Windows tells -120 for each notch, macOS -1."""
    return -delta / _NOTCH if abs(delta) >= _NOTCH else -delta


def _type(listing: Listing, event: Event) -> str | None:
    """Let a letter go on in the search box."""
    has_modifier = int(event.state) & (_CONTROL | _ALT)
    if not event.char or not event.char.isprintable() or has_modifier:
        return "pass on"
    listing.leave(event.char)
    return None


def _tell(listing: Listing, event: Event, **states: bool) -> str:
    if cell := listing.cell_of(event.widget):
        cell.set_state(**states)
    return "pass on"
