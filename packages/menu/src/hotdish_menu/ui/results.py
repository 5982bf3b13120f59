"""Says in a few words how a run stands or ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotdish_menu.run import Run
    from hotdish_menu.ui.cell import Tone

_LONG_S = 60
_VERY_LONG_S = 3600


@dataclass(frozen=True, slots=True)
class Result:
    """The end of a run, as it is shown beside its button."""

    sign: str
    text: str
    tone: Tone


def result_of(run: Run) -> Result:
    """Describe a run; the words say it all, the colour only helps."""
    time = duration(run.seconds)
    if run.outcome == "running":
        return Result("●", f"● Running, {duration(int(run.seconds))}", "hot")
    if run.outcome == "done":
        return Result("✓", f"✓ Done in {time}", "good")
    if run.outcome == "handed over":
        return Result("↗", "↗ Opened", "quiet")
    if run.outcome == "failed":
        return Result("✕", f"✕ Failed with exit code {run.exit_code} after {time}", "bad")
    return Result("✕", f"✕ {run.outcome.capitalize()} after {time}", "bad")


def duration(seconds: float) -> str:
    """Write a time as one would say it.

    >>> duration(0.01), duration(0.42), duration(7), duration(83), duration(4000)
    ('under 0.1 s', '0.4 s', '7 s', '1 min 23 s', '1 h 6 min')
    """
    if 0 < seconds < 0.1:  # noqa: PLR2004
        return "under 0.1 s"
    if seconds < 10 and seconds != int(seconds):  # noqa: PLR2004
        return f"{seconds:.1f} s"
    if seconds < _LONG_S:
        return f"{seconds:.0f} s"
    if seconds < _VERY_LONG_S:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"
