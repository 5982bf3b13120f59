"""Names the widgets for screen readers on Windows, for Tk tells them nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tkinter as tk


def name_for_screen_readers(root: tk.Tk, search: tk.Entry) -> None:
    """Do so if tk-uia, the extra `a11y`, is installed; elsewhere than on Windows do nothing."""
    if sys.platform == "win32":  # pragma: no cover - runs on Windows only
        try:
            import tk_uia  # noqa: PLC0415
        except ImportError:
            return
        tk_uia.enable(root)
        tk_uia.set_acc_name(search, "Search")
