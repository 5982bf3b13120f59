"""What will be started, in full: the answer of `plan`, and what the runner is handed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from hotdish_menu.quoting import join_windows, split_windows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotdish_menu.model import Platform

Mode = Literal["window", "pane", "none", "open"]

# Stands where the path of a temporary script will be, until the runner has written it.
SCRIPT_PLACE = "{temporary script}"
MASK = "••••••"
# A script's output is wanted when it is written, and in an encoding that is known.
FOR_PANE = {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}

# Windows takes 32,767 characters for a whole command line; Linux 128 KiB for one argument.
LONGEST_COMMAND_LINE = 32_766
LONGEST_ARGUMENT = 131_071
TOO_LONG = "The commands are too long for a command line and go through a temporary script file"


@dataclass(frozen=True, slots=True)
class Options:
    """What the whole menu was asked to do, and the answers to an item's prompts."""

    folder: str
    """The folder of the CSV file: items start there."""
    no_exit: bool = False
    python: str = "python"
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """A script too long for a command line; it is written to a temporary file."""

    suffix: str
    text: str
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class LaunchPlan:
    """Everything that starting an item needs. Nothing here has been looked up or run."""

    platform: Platform
    mode: Mode
    argv: tuple[str, ...]
    cwd: str
    parameters: str | None = None
    """On Windows what follows the program, exactly as it is handed over; None: joined `argv`."""
    env: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    script: Script | None = None
    is_elevated: bool = False
    encoding: str = ""
    timeout_s: float | None = None
    plain: str = ""
    """What commands say that nobody could read: encoded ones, and those in a temporary script."""
    secret_variables: frozenset[str] = frozenset()

    @property
    def command_line(self) -> str | None:
        """Give the line handed to CreateProcess; None on systems that take arguments."""
        if self.platform != "windows":
            return None
        return f"{join_windows(self.argv[:1])} {self.tail}".rstrip(" ")

    @property
    def fits(self) -> bool:
        """Tell whether the system takes a command of this length."""
        if self.platform == "windows":
            return len(self.command_line or "") <= LONGEST_COMMAND_LINE
        return all(len(argument.encode()) <= LONGEST_ARGUMENT for argument in self.argv)

    @property
    def tail(self) -> str:
        """Give what follows the program on a Windows command line."""
        return join_windows(self.argv[1:]) if self.parameters is None else self.parameters

    def with_parameters(self, parameters: str) -> LaunchPlan:
        """Give the plan a raw tail, and `argv` as a Windows program will see it."""
        argv = (self.argv[0], *split_windows(parameters))
        return replace(self, argv=argv, parameters=parameters)

    def with_script_at(self, path: str) -> LaunchPlan:
        """Put the path of the written script where it belongs."""
        return replace(
            self,
            argv=tuple(argument.replace(SCRIPT_PLACE, path) for argument in self.argv),
            parameters=self.parameters and self.parameters.replace(SCRIPT_PLACE, path),
            script=None,
        )

    def shown(self) -> str:
        """Write the command as a person can read and check it."""
        if self.platform == "windows":
            return self.command_line or ""
        import shlex  # noqa: PLC0415 - only a confirmation or a log needs it

        return shlex.join(self.argv)

    def explained(self) -> str:
        """Write all that somebody should read who has to agree to it."""
        plain = f"{self.plain}\n\nhanded over as\n" if self.plain else ""
        settings = [
            f"\nwith {name}={value}"
            for name, value in self._masked().items()
            if name not in FOR_PANE
        ]
        return f"{plain}{self.shown()}\nin {self.cwd}{''.join(settings)}"

    def as_json(self) -> dict[str, Any]:
        """Give the plan as `plan --json` prints it; secrets are masked."""
        script = self.script and {"suffix": self.script.suffix, "text": self.script.text}
        return {
            "mode": self.mode,
            "argv": list(self.argv),
            "command_line": self.command_line,
            "cwd": self.cwd,
            "env": self._masked(),
            "notes": list(self.notes),
            "as_administrator": self.is_elevated,
            "timeout_s": self.timeout_s,
            "temporary_script": script,
        }

    def _masked(self) -> dict[str, str]:
        return {k: MASK if k in self.secret_variables else v for k, v in self.env.items()}
