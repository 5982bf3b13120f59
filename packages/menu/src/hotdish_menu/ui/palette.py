"""The colours of the window, light, dark and of high contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hotdish_menu.colors import blend, contrast, parse_color

if TYPE_CHECKING:
    from hotdish_menu.settings import Settings, ThemeName


class Palette(NamedTuple):
    """One set of colours; every text on its ground has a contrast of at least 4.5."""

    paper: str
    card: str
    ink: str
    quiet: str
    off: str
    """Words of what cannot be pressed."""
    line: str
    mark: str
    """Behind text that is selected."""
    hover: str
    """A quiet button under the mouse."""
    hot: str
    good: str
    bad: str
    button: str = ""
    button_ink: str = ""
    button_hover: str = ""


PALETTES = {
    "light": Palette(
        paper="#ffffff",
        card="#f6f4f0",
        ink="#1d1b18",
        quiet="#645f57",
        off="#736e66",
        line="#d9d3c8",
        mark="#ffe8b8",
        hover="#e7e1d6",
        hot="#c2410c",
        good="#15703a",
        bad="#b91c1c",
    ),
    "dark": Palette(
        paper="#161513",
        card="#211f1c",
        ink="#ece8e1",
        quiet="#a8a297",
        off="#948e84",
        line="#3a3631",
        mark="#4a3413",
        hover="#3a3631",
        hot="#fb923c",
        good="#6fcf8e",
        bad="#f98a80",
    ),
    "contrast": Palette(
        paper="#000000",
        card="#000000",
        ink="#ffffff",
        quiet="#ffffff",
        off="#a0a0a0",
        line="#ffffff",
        mark="#00308f",
        hover="#00308f",
        hot="#ffff00",
        good="#00ff00",
        bad="#ffb0a0",
        button="#000000",
        button_ink="#ffffff",
        button_hover="#00308f",
    ),
}


def choose_palette(name: ThemeName, settings: Settings) -> Palette:
    """Give the colours of a theme, with the buttons in the author's own.

    High contrast is chosen by people who need it, so there the author's colours give way.
    """
    chosen = PALETTES["light" if name == "system" else name]
    if chosen.button:
        return chosen
    face = parse_color(settings.background, chosen.paper)
    ink = parse_color(settings.foreground, face)
    toward = "#000000" if contrast(ink, "#000000") > contrast(ink, "#ffffff") else "#ffffff"
    # Away from the text's own colour, so that hovering makes it easier to read, never harder.
    hover = blend(toward, face, 0.16)
    return chosen._replace(button=face, button_ink=ink, button_hover=hover)
