"""What has to be remembered while a repair is under way: very little, and in two places.

The target is read off Azure each time. Only what cannot be read off it is kept: whether the VM
ran before, and what was chosen. It stands in a file and in a tag of the VM; a lost file (or a lost
laptop) is made good by the tag, a tag that was never written by the file.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hotdish_freevm.errors import InputError
from hotdish_freevm.folders import state_folder

TAG = "hotdish-freevm-repair"


@dataclass(frozen=True, slots=True)
class Memo:
    """What is remembered of a repair."""

    was_running: bool
    gib: int
    mode: str
    snapshot: str | None

    def as_tag(self) -> str:
        """Give the memo as a tag's value, which may have 256 characters."""
        return json.dumps(asdict(self), separators=(",", ":"))


def memo_of_tags(tags: Mapping[str, str]) -> Memo | None:
    """Read a memo from a VM's tags; a tag of another shape is somebody else's."""
    try:
        return _memo(json.loads(tags.get(TAG, "")))
    except (ValueError, KeyError, TypeError):
        return None


class Journal:
    """The file of one VM's repair."""

    def __init__(self, vm_id: str) -> None:
        """Find the file's place; nothing is read or written yet."""
        self.vm_id = vm_id
        name = vm_id.strip("/").replace("/", "_").lower()
        self.path = journal_folder() / f"{name[-200:]}.json"

    def read(self) -> Memo | None:
        """Give the memo, or nothing where no repair is under way."""
        entry = _entry(self.path)
        return None if entry is None else entry[1]

    def write(self, memo: Memo) -> None:
        """Write the memo so that it is either there as a whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"vm": self.vm_id, **asdict(memo)}))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)

    def remove(self) -> None:
        """Forget the repair: it is done."""
        self.path.unlink(missing_ok=True)


def journal_folder() -> Path:
    """Where journals are."""
    return state_folder() / "repairs"


def unfinished() -> list[str]:
    """Give the ids of the VMs whose repair is under way, as far as this computer knows."""
    entries = (_entry(path) for path in sorted(journal_folder().glob("*.json")))
    return [entry[0] for entry in entries if entry is not None]


def _entry(path: Path) -> tuple[str, Memo] | None:
    try:
        data = json.loads(path.read_text("utf-8"))
        return str(data["vm"]), _memo(data)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = (
            f"The journal {path} cannot be read ({error}). Look whether the VM runs (az vm show "
            "-d), then delete the file"
        )
        raise InputError(msg) from error


def _memo(data: Mapping[str, Any]) -> Memo:
    snapshot = data["snapshot"]
    return Memo(
        was_running=bool(data["was_running"]),
        gib=int(data["gib"]),
        mode=str(data["mode"]),
        snapshot=None if snapshot is None else str(snapshot),
    )
