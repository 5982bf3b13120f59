"""The window's icon: the author's own file, or a small dish."""

from __future__ import annotations

import struct
import tkinter as tk
from typing import TYPE_CHECKING

from hotdish_menu.errors import MenuError
from hotdish_menu.ui.shapes import Shape, draw

if TYPE_CHECKING:
    from pathlib import Path

_PNG = b"\x89PNG\r\n\x1a\n"


def set_icon(root: tk.Tk, path: Path | None, color: str) -> None:
    """Give the window its icon.

    Raises:
        MenuError: the file cannot be used; the window keeps the icon it had.
    """
    if path is None:
        shape = Shape(64, 64, 18, color, ring=color, ring_width=2, margin=6)
        _use(root, draw(shape))
        return
    try:
        data = path.read_bytes()
        if root.tk.call("tk", "windowingsystem") == "win32" and path.suffix.casefold() == ".ico":
            root.tk.call("wm", "iconbitmap", ".", "-default", str(path))
            return
        _use(root, largest_png(data))
    except (OSError, tk.TclError, struct.error, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"The icon {path} cannot be used: {reason}. Use a .png, or an .ico with a PNG in it"
        raise MenuError(msg) from None


def largest_png(data: bytes) -> bytes:
    """Take the largest PNG out of a Windows icon; any other data is given back as it is.

    Raises:
        ValueError: the icon holds only old bitmaps.
    """
    if data[:4] != b"\0\0\1\0":
        return data
    (n_images,) = struct.unpack_from("<H", data, 4)
    entries = [struct.unpack_from("<II", data, 6 + 16 * n + 8) for n in range(n_images)]
    images = [data[start : start + size] for size, start in entries]
    pngs = [image for image in images if image.startswith(_PNG)]
    if not pngs:
        msg = "it holds only old bitmaps"
        raise ValueError(msg)
    return max(pngs, key=len)


def _use(root: tk.Tk, data: bytes) -> None:
    image = tk.PhotoImage(master=root, data=data)
    # Tk copies an icon, so the image need not be kept.
    root.tk.call("wm", "iconphoto", ".", "-default", image)
