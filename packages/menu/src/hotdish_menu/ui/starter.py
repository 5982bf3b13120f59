"""What happens between a click and a running script: ask, plan, start, remember."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotdish_menu.launch_plan import Options
from hotdish_menu.memory import Memory
from hotdish_menu.plan import plan
from hotdish_menu.runner import Runner
from hotdish_menu.system import python_program, state_folder, this_platform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Item, Menu
    from hotdish_menu.run import Run
    from hotdish_menu.settings import Settings


class Starter:
    """Starts the items of one menu; `ask` shows the dialog and gives the answers."""

    def __init__(
        self,
        menu: Menu,
        settings: Settings,
        ask: Callable[
            [Item, Mapping[str, str], Callable[[Mapping[str, str]], LaunchPlan]],
            Mapping[str, str] | None,
        ],
    ) -> None:
        self._platform = this_platform()
        state = state_folder(self._platform)
        self.runner = Runner(state, menu.path)
        self._memory = Memory(state, menu.path)
        self._folder = menu.folder
        self._settings = settings
        self._ask = ask

    def start(self, item: Item) -> Run | None:
        """Start an item, asking first where it wants to be asked; None if it was called off.

        Raises:
            MenuError: it cannot be started; the message says why.
        """
        values: Mapping[str, str] = {}
        if item.prompts or item.confirm:
            answers = self._ask(
                item, self._memory.recall(item), lambda given: self._plan(item, given)
            )
            if answers is None:
                return None
            values = answers
        run = self.runner.start(item, self._plan(item, values), values)
        if values:
            self._memory.keep(item, values)
        return run

    def last_run(self, item: Item) -> Run | None:
        """Give the newest run of an item."""
        for run in reversed(self.runner.runs):
            if run.item.identity == item.identity:
                return run
        return None

    def _plan(self, item: Item, values: Mapping[str, str]) -> LaunchPlan:
        options = Options(
            folder=self._folder,
            no_exit=self._settings.no_exit,
            python=python_program(),
            values=values,
        )
        return plan(item, self._platform, options)
