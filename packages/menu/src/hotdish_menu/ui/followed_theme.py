"""Follows whether the system is set to light, dark or high contrast, and remembers it.

Asking takes longer than painting, so the window opens as the system looked last time.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from hotdish_menu.settings import ThemeName
from hotdish_menu.system import state_folder, this_platform

if TYPE_CHECKING:
    from hotdish_menu.settings import ThemeName

# Somebody who goes to and fro between windows makes the system be asked no more often than this.
_ASK_AGAIN_S = 3.0


class FollowedTheme:
    """What the system looked like last time, and what it says now."""

    def __init__(self) -> None:
        self._file = os.path.join(state_folder(this_platform()), "look")
        self._answer: ThemeName | None = None
        self._asked_at = 0.0

    def remembered(self) -> ThemeName:
        """Give the look of last time; light the first time."""
        try:
            with open(self._file, encoding="ascii") as file:
                look = file.read().strip()
        except (OSError, UnicodeDecodeError):
            return "light"
        return "dark" if look == "dark" else "contrast" if look == "contrast" else "light"

    def ask(self) -> None:
        """Ask the system in the background, unless it was asked just now."""
        import threading  # noqa: PLC0415 - after the first paint

        if time.monotonic() - self._asked_at > _ASK_AGAIN_S:
            self._asked_at = time.monotonic()
            threading.Thread(target=self._ask, daemon=True).start()

    def news(self, shown: ThemeName) -> ThemeName | None:
        """Give the system's answer once, if it is another look than the one that is shown."""
        answer, self._answer = self._answer, None
        if answer is None or answer == shown:
            return None
        self._remember(answer)
        return answer

    def _ask(self) -> None:
        from hotdish_menu.ui.system_theme import system_theme  # noqa: PLC0415 - after the first paint

        self._answer = system_theme(this_platform())

    def _remember(self, look: ThemeName) -> None:
        try:
            os.makedirs(os.path.dirname(self._file), mode=0o700, exist_ok=True)
            with open(self._file, "w", encoding="ascii") as file:
                file.write(look)
        except OSError:
            # It will be asked for again next time.
            return
