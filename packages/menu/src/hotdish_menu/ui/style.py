"""Sizes, fonts and images of one window: everything that a zoom or another theme changes."""

from __future__ import annotations

import tkinter as tk
from tkinter import font as tkfont
from typing import TYPE_CHECKING

from hotdish_menu.ui.palette import choose_palette
from hotdish_menu.ui.rough import draw_rough
from hotdish_menu.ui.shapes import Shape, draw

if TYPE_CHECKING:
    from hotdish_menu.settings import Settings, ThemeName
    from hotdish_menu.ui.palette import Palette

DESIGN_DPI = 96
ZOOMS = (0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
_MOST_IMAGES = 400

# Name -> points, weight, and which of Tk's fonts it is made from.
_FONTS = {
    "base": (10, "normal", "TkDefaultFont"),
    "heading": (18, "normal", "TkDefaultFont"),
    "small": (9, "normal", "TkDefaultFont"),
    "strong": (10, "bold", "TkDefaultFont"),
    "mono": (10, "normal", "TkFixedFont"),
}


class Style:
    """How the window looks now. Sizes are given in pixels of a 96 dpi screen."""

    def __init__(self, root: tk.Tk, settings: Settings, theme: ThemeName) -> None:
        self.settings = settings
        self.theme: ThemeName = theme
        self.palette: Palette = choose_palette(theme, settings)
        self.zoom = settings.zoom
        self._root = root
        dpi = root.winfo_fpixels("1i")
        self._scale = max(1.0, dpi / DESIGN_DPI)
        root.tk.call("tk", "scaling", self._scale * DESIGN_DPI / 72)
        self._fonts: dict[str, tkfont.Font] = {}
        self._images: dict[Shape, tk.Image] = {}
        self._is_smooth = root.tk.call("tk", "windowingsystem") != "x11"

    def px(self, size: float) -> int:
        """Give a size in this screen's pixels."""
        return round(size * self._scale * self.zoom)

    def font(self, name: str) -> tkfont.Font:
        """Give one of the window's fonts; it follows the zoom by itself."""
        if name not in self._fonts:
            points, weight, origin = _FONTS[name]
            # Asking for the actual family would open the font, which takes milliseconds.
            family = self._root.tk.call("font", "configure", origin, "-family")
            size = self._points(points)
            self._fonts[name] = tkfont.Font(self._root, family=family, size=size, weight=weight)  # type: ignore[arg-type]
        return self._fonts[name]

    def image(self, shape: Shape) -> tk.Image:
        """Give the image of a shape, drawn once."""
        shape = shape._replace(paper=self.palette.paper)
        if shape not in self._images:
            if len(self._images) > _MOST_IMAGES:
                # Those in use are kept by the widgets that show them.
                self._images.clear()
            self._images[shape] = self._draw(shape)
        return self._images[shape]

    def smooth(self) -> None:
        """Draw smooth edges from now on; whoever shows an image has to ask for it again."""
        self._is_smooth = True
        self._images.clear()

    def set_theme(self, theme: ThemeName) -> None:
        """Change the colours; whoever shows them has to ask again."""
        self.theme = theme
        self.palette = choose_palette(theme, self.settings)
        self._images.clear()

    def set_zoom(self, zoom: float) -> None:
        """Change the size of everything."""
        self.zoom = zoom
        self._images.clear()
        for name, font in self._fonts.items():
            font.configure(size=self._points(_FONTS[name][0]))

    def next_zoom(self, direction: int) -> float:
        """Give the next larger (1) or smaller (-1) step of the zoom."""
        steps = [z for z in ZOOMS if (z > self.zoom if direction > 0 else z < self.zoom)]
        if not steps:
            return self.zoom
        return steps[0] if direction > 0 else steps[-1]

    def _draw(self, shape: Shape) -> tk.Image:
        rough = None if self._is_smooth else draw_rough(shape)
        if rough is None:
            return tk.PhotoImage(master=self._root, data=draw(shape), format="ppm")
        return tk.BitmapImage(master=self._root, **rough._asdict())

    def _points(self, points: int) -> int:
        return max(4, round(points * self.zoom))
