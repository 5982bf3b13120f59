"""Remembers the last answers to each item's prompts; never a password."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from hotdish_menu.history import public_values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from hotdish_menu.model import Item


class Memory:
    """The file `answers.json` in the state folder."""

    def __init__(self, folder: str | PathLike[str], menu: str | PathLike[str]) -> None:
        self.path = Path(folder, "answers.json")
        self._menu = os.fspath(menu)

    def recall(self, item: Item) -> dict[str, str]:
        """Give the answers of the last time; choices that are gone are not among them."""
        kept = self._read().get(self._key(item), {})
        prompts = {prompt.name: prompt for prompt in item.prompts if not prompt.is_secret}
        return {
            name: str(value)
            for name, value in kept.items()
            if name in prompts and (not prompts[name].choices or value in prompts[name].choices)
        }

    def keep(self, item: Item, values: Mapping[str, str]) -> None:
        """Write the answers down for the next time."""
        public = public_values(item, values)
        if not public:
            return
        everything = {**self._read(), self._key(item): public}
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(everything, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(self.path)

    def _key(self, item: Item) -> str:
        return "\n".join((self._menu, *item.identity))

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
