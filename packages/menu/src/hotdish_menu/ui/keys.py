"""The keys of the whole window; those of the list are in `list_keys.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotdish_menu.ui.window import Window


def bind_keys(window: Window) -> None:
    """Bind every key that works wherever the focus is, and those of the search box."""
    is_mac = window.root.tk.call("tk", "windowingsystem") == "aqua"
    modifier = "Command" if is_mac else "Control"
    for key, action in {
        "Escape": window.escape,
        "F5": window.reload,
        "F6": window.go_round,
        "F11": window.toggle_fullscreen,
        f"{modifier}-f": window.go_to_search,
        f"{modifier}-q": window.close,
        f"{modifier}-plus": lambda: window.zoom(1),
        f"{modifier}-equal": lambda: window.zoom(1),
        f"{modifier}-KP_Add": lambda: window.zoom(1),
        f"{modifier}-minus": lambda: window.zoom(-1),
        f"{modifier}-KP_Subtract": lambda: window.zoom(-1),
        f"{modifier}-Key-0": lambda: window.zoom(0),
        f"{modifier}-period": window.stop_shown,
        f"{modifier}-i": window.go_to_input,
    }.items():
        window.root.bind(f"<{key}>", lambda _event, act=action: act())  # type: ignore[misc]
    entry = window.search_box.entry
    for key, action in {
        "Down": window.listing.enter,
        "Tab": window.listing.enter,
        "Return": window.start_marked,
        "KP_Enter": window.start_marked,
    }.items():
        entry.bind(f"<{key}>", lambda _event, act=action: act() or "break")  # type: ignore[misc]
