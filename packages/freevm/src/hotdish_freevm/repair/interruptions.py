"""Ctrl-C and `kill` while a repair is under way: the VM is started again first."""

import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class InterruptedRepairError(Exception):
    """The user, or the system, asked to stop."""


class Interruptions:
    """Within it a signal raises `InterruptedRepairError`, once, unless it is shielded."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Keep how to answer a signal that has to wait."""
        self._say = say
        self._is_shielded = False
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # what signal() gave before

    def shield(self) -> None:
        """From now on a signal is only answered, not obeyed."""
        self._is_shielded = True

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self._is_shielded:
            self._say("Wait: the VM is being started again first")
            return
        self._is_shielded = True
        raise InterruptedRepairError(signal.Signals(number).name)
