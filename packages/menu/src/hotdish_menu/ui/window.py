"""The window of a menu: search box, list, output, and one line that says how things stand.

The first rows of the file are painted first; all else (the rest of the rows, the runner, the
system's look) comes after the window is there.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hotdish_menu.errors import MenuError, UsageError
from hotdish_menu.reader import read_menu
from hotdish_menu.search import Search
from hotdish_menu.system import this_platform
from hotdish_menu.ui.accessibility import name_for_screen_readers
from hotdish_menu.ui.cell import Note
from hotdish_menu.ui.followed_theme import FollowedTheme
from hotdish_menu.ui.freshness import FileWatch
from hotdish_menu.ui.keys import bind_keys
from hotdish_menu.ui.layout import Layout
from hotdish_menu.ui.listing import Choices
from hotdish_menu.ui.style import Style

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Item, Menu
    from hotdish_menu.run import Outcome, Run
    from hotdish_menu.settings import Settings, ThemeName
    from hotdish_menu.ui.pane import OutputPane
    from hotdish_menu.ui.starter import Starter

# So long the processor is left to whoever puts the painted window on the screen.
PAINTED_MS = 60
STEP_MS = 15
PUMP_MS = 50
RELOAD_MS = 1000


class Window:
    """One menu on the screen."""

    def __init__(self, root: tk.Tk, menu: Menu, settings: Settings) -> None:
        self.root = root
        self.menu = menu
        self._settings = settings
        root.withdraw()
        root.title(settings.title)
        self._followed_theme = FollowedTheme()
        is_systems = settings.theme == "system"
        theme = self._followed_theme.remembered() if is_systems else settings.theme
        self.style = Style(root, settings, theme)
        self._search = Search(menu)
        self._watch = FileWatch(menu.path)
        self._starter: Starter | None = None
        self._noted: list[tuple[Outcome, int]] = []
        choices = Choices(self.start, self._note_of, self._leave_list, self.go_round)
        self._layout = Layout(root, self.style, choices)
        self.search_box, self.listing = self._layout.search_box, self._layout.listing
        self._split, self._status = self._layout.split, self._layout.status
        bind_keys(self)
        self._show_menu(keep_place=False)

    def run(self) -> None:
        """Paint the window, then do what can wait, then serve it until it is closed."""
        self._layout.place()
        self.root.deiconify()
        self.search_box.entry.focus_set()
        self.root.update()
        self._log(f"painted {len(self.menu.sections)} sections of {self.menu.path}")
        steps: list[Callable[[], object]] = [
            self._smooth,
            self._read_the_rest,
            self._listen,
            self._load_starter,
            self._set_icon,
            lambda: name_for_screen_readers(self.root, self.search_box.entry),
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

    # After the first paint

    def _smooth(self) -> None:
        self.style.smooth()
        self._layout.restyle()

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

    def _follow_system(self) -> None:
        """Look like the system, also when it changes at dusk while another window is used."""
        if self._settings.theme == "system":
            self._followed_theme.ask()
            self.root.bind("<FocusIn>", lambda _event: self._followed_theme.ask(), add=True)

    # The menu and its file

    def reload(self) -> None:
        """Read the file again; if it is no menu now, the old one stays."""
        try:
            menu = read_menu(self.menu.path, this_platform())
        except UsageError as error:
            self._say(f"The file was saved, but the old menu stays: {error}")
            return
        is_searching = self.listing.marked is not None
        self.menu = menu
        self._search = Search(menu)
        self._say("")
        self._log(f"read {menu.path}: {sum(1 for _ in menu.items())} rows, {menu.encoding}")
        for problem in menu.problems:
            self._log(str(problem))
        if is_searching:
            self._filter()
        else:
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
        return self._split.open(self._start_again, self._open_file, self._hide_output)

    def _hide_output(self) -> None:
        self._split.close()
        self.go_to_search()

    def _start_again(self, run: Run) -> None:
        self.start(run.item)

    def _open_file(self, path: Path) -> None:
        """Open a log in the program that the system has for text."""
        from hotdish_menu.model import Item  # noqa: PLC0415

        item = Item(line=0, name=f"Log {path.name}", method="file", command=str(path))
        self.start(item)

    def _pump(self) -> None:
        """Move output to the window, and refresh the notes once a second or when one ends."""
        for run in self._split.pump():
            self._log(f"{run.item.label}: {run.outcome}")
            self.listing.refresh()
        if self._starter and self._starter.runner.runs:
            noted = [(run.outcome, int(run.seconds)) for run in self._starter.runner.runs]
            if noted != self._noted:
                self._noted = noted
                self.listing.refresh()
                self._tell()
        if look := self._followed_theme.news(self.style.theme):
            self.set_theme(look)
        self.root.after(PUMP_MS, self._pump)

    # Looks

    def set_theme(self, theme: ThemeName) -> None:
        """Change the colours of everything."""
        self.style.set_theme(theme)
        self._layout.restyle()
        self._tell()

    def zoom(self, direction: int) -> None:
        """Make everything larger (1), smaller (-1), or as it was (0)."""
        zoom = self.style.next_zoom(direction) if direction else self._settings.zoom
        self.style.set_zoom(zoom)
        self._layout.restyle()
        self._tell()

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
        if self._split.pane:
            self._split.pane.stop_shown()

    def go_to_input(self) -> None:
        """Go to the line in which a script is answered."""
        if self._split.pane:
            self._split.pane.focus_input()

    def go_round(self) -> None:
        """Go from search box or list to the output, and back."""
        pane = self._split.pane
        if pane and pane.winfo_manager() and not pane.has_focus():
            pane.enter()
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
        if running:
            from hotdish_menu.ui.dialog import may_stop  # noqa: PLC0415 - after a start

            if not may_stop(self.root, self.style, [run.item.label for run in running]):
                return
        self.root.withdraw()
        for run in running:
            run.stop()
        for run in running:
            run.wait(10)
        self.root.destroy()

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
