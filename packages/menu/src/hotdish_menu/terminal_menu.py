"""The menu in a terminal: numbers instead of buttons, the same plans and the same runner."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING, TextIO

from hotdish_menu.errors import MenuError
from hotdish_menu.launch_plan import Options
from hotdish_menu.memory import Memory
from hotdish_menu.plan import plan
from hotdish_menu.prompts import check_answer
from hotdish_menu.reader import read_menu
from hotdish_menu.runner import Runner
from hotdish_menu.search import Search
from hotdish_menu.system import python_program, state_folder, this_platform

if TYPE_CHECKING:
    from hotdish_menu.model import Item, Menu, Prompt, Section
    from hotdish_menu.settings import Settings

_HELP = "A number starts an item, words search, Enter shows everything, q ends."


class TerminalMenu:
    """Reads choices from one stream and writes the menu to another."""

    def __init__(self, path: str, settings: Settings, out: TextIO) -> None:
        platform = this_platform()
        state = state_folder(platform)
        self._platform = platform
        self._settings = settings
        self._out = out
        self._is_bold = out.isatty() and "NO_COLOR" not in os.environ
        self._menu: Menu = read_menu(path, platform)
        self._runner = Runner(state, path)
        self._memory = Memory(state, path)
        self._shown: list[Item] = []

    def serve(self) -> int:
        """Show the menu and start what is chosen, until it is left."""
        self._show(self._menu.sections)
        while True:
            try:
                answer = input(f"\n{_HELP}\n> ").strip()
            except EOFError:
                return 0
            if answer.casefold() in {"q", "quit", "exit"}:
                return 0
            try:
                self._answer(answer)
            except MenuError as error:
                self._say(str(error))

    def _answer(self, answer: str) -> None:
        if answer.isdigit():
            if not 1 <= int(answer) <= len(self._shown):
                self._say(f"There is no number {answer}. The last one is {len(self._shown)}.")
                return
            self._start(self._shown[int(answer) - 1])
            return
        found = Search(self._menu).find(answer)
        if found:
            self._show(found)
        else:
            self._say(f"Nothing here is called {answer!r}.")

    def _show(self, sections: tuple[Section, ...]) -> None:
        self._shown = []
        self._say(self._bold(self._settings.title))
        for section in sections:
            self._say(f"\n{self._bold(section.heading)}" if section.heading else "")
            for item in section.items:
                self._shown.append(item)
                text = item.trouble or " ".join(item.description.split())
                mark = "-" if item.trouble else " "
                self._say(f"{len(self._shown):4}{mark} {self._bold(item.label)}  {text}".rstrip())
        for problem in self._menu.errors:
            self._say(f"\n{self._menu.file_name}, {problem}")

    def _start(self, item: Item) -> None:
        recalled = self._memory.recall(item)
        values = {prompt.name: self._ask(prompt, recalled) for prompt in item.prompts}
        options = Options(self._menu.folder, self._settings.no_exit, python_program(), values)
        planned = plan(item, self._platform, options)
        if item.confirm:
            self._say(f"{item.confirm}\n{planned.explained()}")
            if input("Start? [y/N] ").strip().casefold() not in {"y", "yes"}:
                self._say("Not started.")
                return
        for note in planned.notes:
            self._say(f"[{note}]")
        run = self._runner.start_attached(item, planned, values)
        self._memory.keep(item, values)
        try:
            run.wait()
        except KeyboardInterrupt:
            run.stop()
            run.wait()
        code = "" if run.exit_code is None else f", exit code {run.exit_code}"
        self._say(f"[{item.label}: {run.outcome}{code}, {run.seconds:.1f} s]")

    def _ask(self, prompt: Prompt, recalled: dict[str, str]) -> str:
        name = prompt.label or prompt.name
        default = recalled.get(prompt.name, prompt.default)
        choices = f" ({'/'.join(prompt.choices)})" if prompt.choices else ""
        hint = f" [{default}]" if default and not prompt.is_secret else ""
        while True:
            ask = getpass.getpass if prompt.is_secret else input
            answer = ask(f"{name}{choices}{hint}: ") or default
            wrong = check_answer(prompt, answer)
            if not wrong:
                return answer
            self._say(wrong)

    def _bold(self, text: str) -> str:
        return f"\033[1m{text}\033[0m" if self._is_bold and text else text

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def show_in_terminal(path: str, settings: Settings) -> int:
    """Show a menu in the terminal until it is left."""
    return TerminalMenu(path, settings, sys.stdout).serve()
