"""The menu as a full screen in the terminal; needs the extra `tui` (Textual)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Header, Input, Label, OptionList, RichLog
from textual.widgets.option_list import Option

from hotdish_menu.errors import MenuError
from hotdish_menu.launch_plan import Options
from hotdish_menu.memory import Memory
from hotdish_menu.plan import plan
from hotdish_menu.prompts import check_answers
from hotdish_menu.reader import read_menu
from hotdish_menu.runner import Runner
from hotdish_menu.search import Search, closest
from hotdish_menu.system import python_program, state_folder, this_platform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Item
    from hotdish_menu.run import Run
    from hotdish_menu.settings import Settings

_PUMP_S = 0.1


class AskScreen(ModalScreen[dict[str, str] | None]):
    """Asks for the values of one item, and for a yes where the row wants one."""

    BINDINGS: ClassVar = [("escape", "cancel", "Cancel")]

    def __init__(
        self,
        item: Item,
        values: Mapping[str, str],
        explain: Callable[[Mapping[str, str]], str],
    ) -> None:
        super().__init__()
        self._item = item
        self._values = values
        self._explain = explain

    def compose(self) -> ComposeResult:
        """Lay out one field for each value."""
        with Vertical():
            yield Label(self._item.label)
            if self._item.confirm:
                yield Label(self._item.confirm, markup=False)
            for prompt in self._item.prompts:
                choices = f" ({'/'.join(prompt.choices)})" if prompt.choices else ""
                yield Label(f"{prompt.label or prompt.name}{choices}", markup=False)
                value = self._values.get(prompt.name, prompt.default)
                yield Input(value, password=prompt.is_secret, id=f"value-{prompt.name}")
            if self._item.confirm:
                yield Label("", id="command", markup=False)
            yield Label("", id="wrong", markup=False)
            yield Button("Cancel", id="cancel")
            yield Button("Start", id="start", variant="primary")

    def on_mount(self) -> None:
        """Show what will be started."""
        self._show_command()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what is typed here from the search below, and show what it makes of the command."""
        event.stop()
        self._show_command()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Accept with Enter."""
        event.stop()
        self._accept()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Accept or cancel."""
        if event.button.id == "start":
            self._accept()
        else:
            self.dismiss(None)

    def action_cancel(self) -> None:
        """Close without starting."""
        self.dismiss(None)

    def _show_command(self) -> None:
        if self._item.confirm:
            self.query_one("#command", Label).update(self._explain(self._typed()))

    def _typed(self) -> dict[str, str]:
        return {p.name: self.query_one(f"#value-{p.name}", Input).value for p in self._item.prompts}

    def _accept(self) -> None:
        values = self._typed()
        wrong = check_answers(self._item.prompts, values)
        if wrong:
            self.query_one("#wrong", Label).update("\n".join(wrong.values()))
        else:
            self.dismiss(values)


class TextualMenu(App[None]):
    """Search box, list of items, output; the same plans and runner as the window."""

    CSS = """
    OptionList { height: 2fr; }
    RichLog { height: 1fr; border-top: solid $primary; }
    AskScreen { align: center middle; }
    AskScreen Vertical { width: 64; height: auto; padding: 1 2; background: $surface; }
    """
    BINDINGS: ClassVar = [
        ("ctrl+q", "quit", "Close"),
        ("escape", "clear", "Everything"),
        ("ctrl+s", "stop", "Stop"),
    ]

    def __init__(self, path: str, settings: Settings) -> None:
        super().__init__()
        platform = this_platform()
        state = state_folder(platform)
        self.title = settings.title
        self._platform = platform
        self._settings = settings
        self._menu = read_menu(path, platform)
        self._search = Search(self._menu)
        self.runner = Runner(state, path)
        self._memory = Memory(state, path)
        self._shown: list[Item | None] = []
        self._followed: list[Run] = []
        # Kept, for it cannot be asked for while a dialog is on top.
        self._output = RichLog(wrap=True)

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Header()
        yield Input(placeholder="Search")
        yield OptionList(markup=False)
        yield self._output
        yield Footer()

    def on_mount(self) -> None:
        """Show everything and begin to follow output."""
        self._show("")
        self.set_interval(_PUMP_S, self._pump)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while typing."""
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Start the item that the words most likely mean."""
        items = [item for item in self._shown if item]
        found = closest(items, event.value)
        if found is not None:
            self._ask(items[found])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Start the chosen item."""
        if item := self._shown[event.option_index]:
            self._ask(item)

    def action_clear(self) -> None:
        """Show everything again."""
        self.query_one(Input).value = ""

    def action_stop(self) -> None:
        """Stop what was started last and still runs."""
        for run in self.runner.running()[-1:]:
            run.stop()

    def _show(self, query: str) -> None:
        options = []
        self._shown = []
        for section in self._search.find(query):
            if section.heading:
                options.append(Option(section.heading, disabled=True))
                self._shown.append(None)
            for item in section.items:
                text = item.trouble or " ".join(item.description.split())
                options.append(Option(f"  {item.label}  {text}", disabled=bool(item.trouble)))
                self._shown.append(None if item.trouble else item)
        listing = self.query_one(OptionList)
        listing.clear_options()
        listing.add_options(options)

    def _ask(self, item: Item) -> None:
        if not item.prompts and not item.confirm:
            self._start(item, {})
            return

        def answered(values: dict[str, str] | None) -> None:
            if values is not None:
                self._start(item, values)

        self.push_screen(
            AskScreen(item, self._memory.recall(item), partial(self._explain, item)), answered
        )

    def _start(self, item: Item, values: Mapping[str, str]) -> None:
        try:
            run = self.runner.start(item, self._plan(item, values), values)
        except MenuError as error:
            self.notify(str(error), severity="error")
            return
        self._memory.keep(item, values)
        self._followed.append(run)
        self._output.write(f"> {item.label}")

    def _explain(self, item: Item, values: Mapping[str, str]) -> str:
        try:
            return self._plan(item, values).explained()
        except MenuError as error:
            return str(error)

    def _plan(self, item: Item, values: Mapping[str, str]) -> LaunchPlan:
        folder = self._menu.folder
        options = Options(folder, self._settings.no_exit, python_program(), values)
        return plan(item, self._platform, options)

    def _pump(self) -> None:
        if not self._output.is_attached:
            return
        for run in self._followed.copy():
            is_over = run.is_over
            if text := run.drain():
                self._output.write(text.removeprefix("\r").removesuffix("\n"))
            if is_over:
                self._followed.remove(run)
                code = "" if run.exit_code is None else f", exit code {run.exit_code}"
                self._output.write(f"[{run.item.label}: {run.outcome}{code}, {run.seconds:.1f} s]")


def show_in_textual(path: str, settings: Settings) -> int:
    """Show a menu as a full screen in the terminal until it is closed."""
    app = TextualMenu(path, settings)
    app.run()
    for run in app.runner.running("pane"):
        run.stop()
        run.wait(10)
    return 0
