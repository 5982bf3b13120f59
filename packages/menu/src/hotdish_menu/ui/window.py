"""The window of a menu: search box, list, output, and one line that says how things stand.

The first rows of the file are painted first; all else (the rest of the rows, the runner, the
system's look) comes after the window is there.
"""

from __future__ import annotations

import sys
import tkinter as tk
from typing import TYPE_CHECKING

from hotdish_menu.errors import MenuError, UsageError
from hotdish_menu.reader import read_menu
from hotdish_menu.search import Search
from hotdish_menu.system import this_platform
from hotdish_menu.ui import placing
from hotdish_menu.ui.cell import Note
from hotdish_menu.ui.field import HEIGHT as SEARCH_HEIGHT
from hotdish_menu.ui.field import Field
from hotdish_menu.ui.freshness import FileWatch
from hotdish_menu.ui.keys import bind_keys
from hotdish_menu.ui.listing import Choices, Listing
from hotdish_menu.ui.split import Split
from hotdish_menu.ui.status_line import StatusLine
from hotdish_menu.ui.style import Style
from hotdish_menu.ui.system_look import SystemLook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Item, Menu
    from hotdish_menu.run import Outcome, Run
    from hotdish_menu.settings import Settings, ThemeName
    from hotdish_menu.ui.pane import OutputPane
    from hotdish_menu.ui.starter import Starter

# Painted before the rest of the file is read; more than fits on any screen.
N_FIRST = 120
# So long the processor is left to whoever puts the painted window on the screen.
PAINTED_MS = 60
STEP_MS = 15
PUMP_MS = 50
RELOAD_MS = 1000


class NoWindowError(MenuError):
    """There is no display to show a window on."""


def show_window(path: str, settings: Settings) -> None:
    """Show a menu in a window until it is closed.

    Raises:
        UsageError: the file is no menu, or cannot be read.
        NoWindowError: there is no display.
    """
    menu = read_menu(path, this_platform(), n_first=N_FIRST)
    _sharpen_on_windows()
    try:
        root = tk.Tk(className="Hotdish-menu")
    except tk.TclError as error:
        raise NoWindowError(str(error)) from None
    Window(root, menu, settings).run()


class Window:
    """One menu on the screen."""

    def __init__(self, root: tk.Tk, menu: Menu, settings: Settings) -> None:
        self.root = root
        self.menu = menu
        self._settings = settings
        root.withdraw()
        root.title(settings.title)
        self._system_look = SystemLook()
        is_systems = settings.theme == "system"
        theme = self._system_look.remembered() if is_systems else settings.theme
        self.style = Style(root, settings, theme)
        self._search = Search(menu)
        self._watch = FileWatch(menu.path)
        self._starter: Starter | None = None
        self._pane: OutputPane | None = None
        self._noted: list[tuple[Outcome, int]] = []
        self.search_box = Field(root, self.style, hint="Search")
        self._split = Split(root, self.style)
        choices = Choices(self.start, self._note_of, self._leave_list, self.go_round)
        self.listing = Listing(self._split, self.style, choices)
        self._status = StatusLine(root, self.style)
        self._lay_out()
        bind_keys(self)
        self._show_menu(keep_place=False)

    def run(self) -> None:
        """Paint the window, then do what can wait, then serve it until it is closed."""
        placing.place(self.root, self.style, self._fixed_height(), self.listing.natural_height)
        self.root.deiconify()
        self.search_box.entry.focus_set()
        self.root.update()
        self._log(f"painted {len(self.menu.sections)} sections of {self.menu.path}")
        steps: list[Callable[[], object]] = [
            self._read_the_rest,
            self._listen,
            self._load_starter,
            self._set_icon,
            self._make_accessible,
            self._follow_system,
            self._poll_file,
            self._pump,
            lambda: self._log("ready"),
        ]
        self.root.after(PAINTED_MS, self._do_one_by_one, steps)
        self.root.mainloop()

    def _do_one_by_one(self, steps: list[Callable[[], object]]) -> None:
        """Do what could wait, with pauses in which the screen is drawn and keys are heard."""
        if steps:
            steps[0]()
            self.root.after(STEP_MS, self._do_one_by_one, steps[1:])

    # Laying out

    def _lay_out(self) -> None:
        self._status.pack(side="bottom", fill="x")
        self.search_box.pack(side="top", fill="x")
        self._split.pack(fill="both", expand=True)
        self._split.add(self.listing, stretch="always")
        self._restyle_frame()

    def _restyle_frame(self) -> None:
        px, margin = self.style.px, placing.MARGIN
        self.root.configure(bg=self.style.palette.paper)
        self._split.restyle()
        # The ring around buttons sticks out of the list, which so stands flush with the search box.
        self._split.pack_configure(padx=(px(margin - 4), px(2)), pady=0)
        above, below = px(placing.ABOVE_SEARCH), px(placing.BELOW_SEARCH)
        self.search_box.pack_configure(padx=px(margin), pady=(above, below))
        above, below = px(placing.ABOVE_STATUS), px(placing.BELOW_STATUS)
        self._status.pack_configure(padx=px(margin), pady=(above, below))
        self._tell()

    def _fixed_height(self) -> int:
        px = self.style.px
        search = px(placing.ABOVE_SEARCH + SEARCH_HEIGHT + placing.BELOW_SEARCH)
        status = self.style.font("small").metrics("linespace")
        return search + status + px(placing.ABOVE_STATUS + placing.BELOW_STATUS)

    # After the first paint

    def _read_the_rest(self) -> None:
        if not self.menu.is_whole:
            self.reload()

    def _listen(self) -> None:
        self.search_box.variable.trace_add("write", lambda *_: self._filter())
        if self.search_box.variable.get():
            self._filter()
        self.root.protocol("WM_DELETE_WINDOW", self.close)

    def _load_starter(self) -> Starter:
        if self._starter is None:
            from hotdish_menu.ui.starter import Starter  # noqa: PLC0415 - after the first paint

            self._starter = Starter(self.menu, self._settings, self._ask)
        return self._starter

    def _set_icon(self) -> None:
        from hotdish_menu.ui.icon import set_icon  # noqa: PLC0415 - after the first paint

        try:
            set_icon(self.root, self._settings.icon, self.style.palette.hot)
        except MenuError as error:
            self._say(str(error))

    def _make_accessible(self) -> None:
        """Name the widgets for screen readers on Windows, if tk-uia is installed."""
        if sys.platform != "win32":
            return
        try:  # pragma: no cover - runs on Windows only
            import tk_uia  # type: ignore[import-not-found,unused-ignore] # noqa: PLC0415
        except ImportError:  # pragma: no cover - runs on Windows only
            return
        tk_uia.enable(self.root)  # pragma: no cover - runs on Windows only
        tk_uia.set_acc_name(self.search_box.entry, "Search")  # pragma: no cover

    def _follow_system(self) -> None:
        """Look like the system, also when it changes at dusk while another window is used."""
        if self._settings.theme == "system":
            self._system_look.ask()
            self.root.bind("<FocusIn>", lambda _event: self._system_look.ask(), add=True)

    # The menu and its file

    def reload(self) -> None:
        """Read the file again; if it is no menu now, the old one stays."""
        try:
            menu = read_menu(self.menu.path, this_platform())
        except UsageError as error:
            self._say(f"The file was saved, but the old menu stays: {error}")
            return
        self.menu = menu
        self._search = Search(menu)
        self._say("")
        self._log(f"read {menu.path}: {sum(1 for _ in menu.items())} rows, {menu.encoding}")
        for problem in menu.problems:
            self._log(str(problem))
        self._show_menu(keep_place=True)

    def _poll_file(self) -> None:
        if self._watch.has_settled_change():
            self.reload()
        self.root.after(RELOAD_MS, self._poll_file)

    def _show_menu(self, *, keep_place: bool) -> None:
        query = self.search_box.variable.get()
        nothing = f"Nothing here is called “{query.strip()}”. Press Esc to see everything."
        if not query.strip():
            nothing = "This menu has no rows yet. Add one to the file and save it."
        self.listing.show(self._search.find(query), keep_place=keep_place, empty=nothing)
        self._tell()

    def _filter(self) -> None:
        self._show_menu(keep_place=False)
        self.listing.mark(self.search_box.variable.get().strip())

    # Starting and output

    def start(self, item: Item) -> None:
        """Start an item, or say why it cannot be."""
        if item.trouble:
            self._say(f"{item.label}: {item.trouble}")
            return
        starter = self._load_starter()
        last = starter.last_run(item)
        if last and item.is_single and not last.is_over and last.plan.mode == "pane":
            self._output().show(last)
            return
        try:
            run = starter.start(item)
        except MenuError as error:
            self._say(str(error))
            return
        if run is None:
            return
        self._say("")
        self._log(f"started {item.label}: {run.plan.shown()}")
        if run.plan.mode == "pane":
            self._output().add(run)
        self.listing.refresh()

    def _ask(
        self,
        item: Item,
        values: Mapping[str, str],
        planned: Callable[[Mapping[str, str]], LaunchPlan],
    ) -> Mapping[str, str] | None:
        from hotdish_menu.ui.dialog import Request, StartDialog  # noqa: PLC0415 - few items ask

        return StartDialog(self.root, self.style, Request(item, values, planned)).ask()

    def _note_of(self, item: Item) -> Note | None:
        run = self._starter.last_run(item) if self._starter and self._starter.runner.runs else None
        if run is None:
            return None
        from hotdish_menu.ui.results import result_of  # noqa: PLC0415 - nothing has run before

        result = result_of(run)
        return Note(result.text, result.tone)

    def _output(self) -> OutputPane:
        """Give the output pane; the first one slides up."""
        if self._pane is None:
            from hotdish_menu.ui.pane import Actions, OutputPane  # noqa: PLC0415 - after a start

            actions = Actions(self._start_again, self._open_file, self._hide_output)
            self._pane = OutputPane(self._split, self.style, actions)
        self._split.open(self._pane)
        return self._pane

    def _hide_output(self) -> None:
        if self._pane:
            self._split.close(self._pane)
        self.search_box.entry.focus_set()

    def _start_again(self, run: Run) -> None:
        self.start(run.item)

    def _open_file(self, path: Path) -> None:
        """Open a log in the program that the system has for text."""
        from hotdish_menu.model import Item  # noqa: PLC0415

        item = Item(line=0, name=f"Log {path.name}", method="file", command=str(path))
        self.start(item)

    def _pump(self) -> None:
        """Move output to the window, and refresh the notes once a second or when one ends."""
        for run in self._pane.pump() if self._pane else ():
            self._log(f"{run.item.label}: {run.outcome}")
            self.listing.refresh()
        if self._starter and self._starter.runner.runs:
            noted = [(run.outcome, int(run.seconds)) for run in self._starter.runner.runs]
            if noted != self._noted:
                self._noted = noted
                self.listing.refresh()
                self._tell()
        if look := self._system_look.news(self.style.theme):
            self.set_theme(look)
        self.root.after(PUMP_MS, self._pump)

    # Looks

    def set_theme(self, theme: ThemeName) -> None:
        """Change the colours of everything."""
        self.style.set_theme(theme)
        self._restyle()

    def zoom(self, direction: int) -> None:
        """Make everything larger (1), smaller (-1), or as it was (0)."""
        zoom = self.style.next_zoom(direction) if direction else self._settings.zoom
        self.style.set_zoom(zoom)
        self._restyle()

    def _restyle(self) -> None:
        self._restyle_frame()
        self.search_box.restyle()
        self.listing.restyle()
        if self._pane:
            self._pane.restyle()

    # What the keys do

    def start_marked(self) -> None:
        """Start what the search has found first; without a search go into the list."""
        if self.listing.marked:
            self.start(self.listing.marked)
        else:
            self.listing.enter()

    def escape(self) -> None:
        """Show everything again."""
        self.search_box.variable.set("")
        self.go_to_search()

    def go_to_search(self) -> None:
        """Go into the search box; what is typed replaces what is in it."""
        self.search_box.entry.focus_set()
        self.search_box.entry.select_range(0, "end")

    def stop_shown(self) -> None:
        """Stop the script whose output is seen."""
        if self._pane:
            self._pane.stop_shown()

    def go_to_input(self) -> None:
        """Go to the line in which a script is answered."""
        if self._pane:
            self._pane.focus_input()

    def go_round(self) -> None:
        """Go from search box or list to the output, and back."""
        if self._pane and self._pane.winfo_manager() and not self._pane.has_focus():
            self._pane.enter()
        else:
            self.go_to_search()

    def toggle_fullscreen(self) -> None:
        """Fill the screen, or no longer."""
        self.root.attributes("-fullscreen", not self.root.attributes("-fullscreen"))

    def _leave_list(self, typed: str) -> None:
        """Go on in the search box with what was typed in the list."""
        entry = self.search_box.entry
        entry.focus_set()
        entry.icursor("end")
        if typed:
            entry.insert("end", typed)

    # The end

    def close(self) -> None:
        """Close the window; scripts that write into it are stopped only if that is wanted."""
        running = self._starter.runner.running("pane") if self._starter else []
        if running and not self._may_stop(running):
            return
        self.root.withdraw()
        for run in running:
            run.stop()
        for run in running:
            run.wait(10)
        self.root.destroy()

    def _may_stop(self, running: list[Run]) -> bool:
        from hotdish_menu.ui.dialog import Question, QuestionDialog  # noqa: PLC0415

        names = ", ".join(run.item.label for run in running)
        title = f"{len(running)} script{'s' if len(running) > 1 else ''} still running"
        text = f"{names}\n\nClosing the menu stops them. What has its own window goes on."
        question = Question(title, text, "Stop and close", "Keep open")
        return QuestionDialog(self.root, self.style, question).ask()

    # Words at the foot

    def _say(self, text: str) -> None:
        self._status.complain(text)
        self._tell()
        if text:
            self._log(text)

    def _tell(self) -> None:
        n_running = len(self._starter.runner.running()) if self._starter else 0
        self._status.tell(self.menu, self.listing.n_items, n_running)

    def _log(self, text: str) -> None:
        if self._settings.is_verbose and sys.stderr is not None:
            print(text, file=sys.stderr, flush=True)


def _sharpen_on_windows() -> None:
    """Tell Windows that this program draws every pixel itself, or it is scaled up and blurred."""
    if sys.platform == "win32":  # pragma: no cover - runs on Windows only
        import ctypes  # noqa: PLC0415

        try:
            ctypes.windll.shcore.SetProcessDpiAwareness(2)
        except (AttributeError, OSError):
            ctypes.windll.user32.SetProcessDPIAware()
