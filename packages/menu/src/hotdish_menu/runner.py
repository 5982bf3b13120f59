"""Starts plans, each in its own way, and keeps account of what runs."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hotdish_menu.answers import BATCH_FILES, refuse_unsafe_for_batch
from hotdish_menu.errors import PlanError
from hotdish_menu.history import Entry, History, public_values, user_name
from hotdish_menu.opening import as_program, open_with_system
from hotdish_menu.processes import start_apart, start_attached, start_piped
from hotdish_menu.programs import find_program
from hotdish_menu.run import Run, Traces
from hotdish_menu.terminals import find_terminal, write_terminal_script

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Item

N_LOGS_KEPT = 200
_STALE_SCRIPT_S = 86_400


class Runner:
    """Starts items of one menu and remembers them in the history."""

    def __init__(
        self,
        state: str | PathLike[str],
        menu: str | PathLike[str],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.history = History(state)
        self.runs: list[Run] = []
        self._state = Path(state)
        self._menu = os.fspath(menu)
        self._environ = os.environ if environ is None else environ

    def start(self, item: Item, plan: LaunchPlan, values: Mapping[str, str] | None = None) -> Run:
        """Start a plan and watch it.

        Raises:
            PlanError: it cannot be started here; the message says why.
        """
        if item.is_single and any(
            run.item.identity == item.identity for run in self.running("pane")
        ):
            msg = f"{item.label} is still running. Stop it first, or wait for its end"
            raise PlanError(msg)
        plan = self._with_script(plan)
        if plan.platform == "windows" and (plan.mode == "open" or plan.is_elevated):
            open_with_system(plan)
            return self._watch(Run(item, plan, None, self._traces(item, values)))
        if plan.mode == "open":
            plan = as_program(plan, self._environ)
        if plan.mode == "window" and plan.platform != "windows":
            return self._start_in_terminal(item, plan, values or {})
        program = self._program(item, plan, values or {})
        if plan.mode == "pane":
            process = start_piped(plan, program, self._environ)
            return self._watch(Run(item, plan, process, self._traces(item, values, log=True)))
        process = start_apart(plan, program, self._environ)
        return self._watch(Run(item, plan, process, self._traces(item, values)))

    def start_attached(self, item: Item, plan: LaunchPlan, values: Mapping[str, str]) -> Run:
        """Start a plan on this program's own input and output, as `run` does for schedulers."""
        plan = self._with_script(plan)
        if plan.mode == "open" and plan.platform != "windows":
            plan = as_program(plan, self._environ)
        if plan.platform == "windows" and (plan.mode == "open" or plan.is_elevated):
            return self.start(item, plan, values)
        program = self._program(item, plan, values)
        process = start_attached(plan, program, self._environ)
        return self._watch(Run(item, plan, process, self._traces(item, values)))

    def running(self, mode: str = "") -> list[Run]:
        """Give the runs that have not ended; of one mode only if it is named."""
        return [run for run in self.runs if not run.is_over and (not mode or run.plan.mode == mode)]

    def _program(self, item: Item, plan: LaunchPlan, values: Mapping[str, str]) -> str:
        """Find the program of a plan, which may turn out to be a Windows command script."""
        program = find_program(plan.argv[0], plan.cwd, self._environ)
        if plan.platform == "windows" and program.casefold().endswith(BATCH_FILES):
            refuse_unsafe_for_batch(item, values)
        return program

    def _start_in_terminal(self, item: Item, plan: LaunchPlan, values: Mapping[str, str]) -> Run:
        find_program(plan.argv[0], plan.cwd, self._environ)
        terminal = ("open",) if plan.platform == "macos" else find_terminal(self._environ)
        if not terminal:
            note = "No terminal was found, so the output is shown here"
            return self.start(item, replace(plan, mode="pane", notes=(*plan.notes, note)), values)
        name = f"{_stamp()}-{_slug(item)}"
        script, status = write_terminal_script(plan, self._state / "scripts", name)
        opened = replace(plan, argv=(*terminal, str(script)))
        process = start_apart(opened, opened.argv[0], self._environ)
        return self._watch(Run(item, plan, process, self._traces(item, values, status=status)))

    def _watch(self, run: Run) -> Run:
        self.runs.append(run)
        return run.watch()

    def _traces(
        self,
        item: Item,
        values: Mapping[str, str] | None,
        *,
        log: bool = False,
        status: Path | None = None,
    ) -> Traces:
        kept = public_values(item, values or {})
        return Traces(
            on_end=lambda run: self.history.append(self._entry(run, kept)),
            log=self._new_log(item) if log else None,
            status=status,
        )

    def _entry(self, run: Run, values: Mapping[str, str]) -> Entry:
        started = dt.datetime.fromtimestamp(run.started_at, tz=dt.UTC)
        return Entry(
            time=started.isoformat(timespec="seconds"),
            user=user_name(),
            menu=self._menu,
            item=run.item.label,
            outcome=run.outcome,
            exit_code=run.exit_code,
            seconds=round(run.seconds, 2),
            log=str(run.log or ""),
            values=values,
        )

    def _with_script(self, plan: LaunchPlan) -> LaunchPlan:
        """Write the temporary script that a plan asks for; old ones are cleared away."""
        if plan.script is None:
            return plan
        folder = self._state / "scripts"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in folder.iterdir():
            if time.time() - old.stat().st_mtime > _STALE_SCRIPT_S:
                old.unlink(missing_ok=True)
        path = folder / f"{_stamp()}-{os.getpid()}{plan.script.suffix}"
        path.touch(mode=0o600)
        path.write_text(plan.script.text, encoding=plan.script.encoding)
        return plan.with_script_at(str(path))

    def _new_log(self, item: Item) -> Path:
        folder = self._state / "logs"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in sorted(folder.glob("*.log"))[: 1 - N_LOGS_KEPT]:
            old.unlink(missing_ok=True)
        path = folder / f"{_stamp()}-{_slug(item)}.log"
        path.touch(mode=0o600)
        return path


def _stamp() -> str:
    return dt.datetime.now(tz=dt.UTC).strftime("%Y%m%d-%H%M%S-%f")


def _slug(item: Item) -> str:
    return re.sub(r"\W+", "-", item.label).strip("-")[:40] or "item"
