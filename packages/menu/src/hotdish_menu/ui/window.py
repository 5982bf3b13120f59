"""The window of a menu: search box, list, output, and one line that says how things stand.

The first rows of the file are painted first; all else (the rest of the rows, the runner, the
system's look) comes after the window is there.
"""

from __future__ import annotations

import sys
import threading
import tkinter as tk
from typing import TYPE_CHECKING

from hotdish_menu.errors import MenuError, UsageError
from hotdish_menu.reader import read_menu
from hotdish_menu.search import Search
from hotdish_menu.system import this_platform
from hotdish_menu.ui.cell import Note
from hotdish_menu.ui.field import Field
from hotdish_menu.ui.freshness import FileWatch
from hotdish_menu.ui.listing import Choices, Listing
from hotdish_menu.ui.scrollbar import WIDTH as SCROLLBAR_WIDTH
from hotdish_menu.ui.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Item, Menu
    from hotdish_menu.run import Run
    from hotdish_menu.settings import Settings, ThemeName
    from hotdish_menu.ui.pane import OutputPane
    from hotdish_menu.ui.starter import Starter

# Painted before the rest of the file is read; more than fits on any screen.
N_FIRST = 120
# The original's window, at 96 dpi.
WIDTH, SMALLEST, TALLEST = 600, 200, 800
MARGIN = 16
PANE_SHARE = 0.42

STEP_MS = 15
PUMP_MS = 50
RELOAD_MS = 1000
_SLIDE_STEPS = 6
_SLIDE_MS = 16


class NoWindowError(MenuError):
    """There is no display to show a window on."""


def show_window(path: Path, settings: Settings) -> None:
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
        theme = _remembered_look() if settings.theme == "system" else settings.theme
        self.style = Style(root, settings, theme)
        self._search = Search(menu)
        self._watch = FileWatch(menu.path)
        self._starter: Starter | None = None
        self._pane: OutputPane | None = None
        self._trouble = ""
        self.search_box = Field(root, self.style, hint="Search")
        self._split = tk.PanedWindow(root, orient="vertical", bd=0, opaqueresize=True)
        choices = Choices(self.start, self._note_of, self._leave_list)
        self.listing = Listing(self._split, self.style, choices)
        self._status = tk.Label(root, anchor="w", bd=0, padx=0, font=self.style.font("small"))
        self._lay_out()
        self._bind_keys()
        self._show_menu(keep_place=False)

    def run(self) -> None:
        """Paint the window, then do what can wait, then serve it until it is closed."""
        self._place()
        self.root.deiconify()
        self.search_box.entry.focus_set()
        self.root.update()
        self._log(f"painted {len(self.menu.sections)} sections of {self.menu.path}")
        steps: list[Callable[[], object]] = [
            self._read_the_rest,
            self._load_starter,
            self._listen,
            self._set_icon,
            self._make_accessible,
            self._follow_system,
            self._poll_file,
            self._pump,
            lambda: self._log("ready"),
        ]
        self.root.after(STEP_MS, self._do_one_by_one, steps)
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
        palette, px = self.style.palette, self.style.px
        self.root.configure(bg=palette.paper)
        self._split.configure(bg=palette.paper, sashwidth=px(7), sashrelief="flat")
        self._split.pack_configure(padx=(px(MARGIN - 4), px(2)), pady=0)
        self.search_box.pack_configure(padx=px(MARGIN), pady=(px(14), px(12)))
        self._status.configure(bg=palette.paper)
        self._status.pack_configure(padx=px(MARGIN), pady=(px(6), px(8)))
        self._tell()

    def _place(self) -> None:
        px = self.style.px
        n_columns = self._settings.n_columns
        width = px(WIDTH + (n_columns - 1) * 340)
        screen_width, screen_height = self.root.winfo_screenwidth(), self.root.winfo_screenheight()
        width = min(width, screen_width)
        tallest = min(px(TALLEST), screen_height - px(60))
        around = px(14 + 38 + 12) + px(6 + 8) + self.style.font("small").metrics("linespace")
        inner = width - px(MARGIN - 4) - px(2) - px(SCROLLBAR_WIDTH)
        natural = self.listing.natural_height(inner, tallest) + around + px(8)
        height = max(px(SMALLEST), min(natural, tallest))
        x, y = (screen_width - width) // 2, max(0, (screen_height - height) // 3)
        self.root.geometry(f"{width}x{height}+{x}+{y}")
        self.root.minsize(min(px(320), screen_width), px(SMALLEST))
        if self._settings.is_fullscreen:
            self.root.attributes("-fullscreen", True)  # noqa: FBT003 - Tk's own signature

    # After the first paint

    def _read_the_rest(self) -> None:
        if not self.menu.is_whole:
            self.reload()

    def _listen(self) -> None:
        self.search_box.variable.trace_add("write", lambda *_: self._filter())
        if self.search_box.variable.get():
            self._filter()
        self.root.protocol("WM_DELETE_WINDOW", self.close)

    def _follow_system(self) -> None:
        if self._settings.theme == "system":
            threading.Thread(target=self._ask_for_look, daemon=True).start()

    def _load_starter(self) -> Starter:
        if self._starter is None:
            from hotdish_menu.ui.starter import Starter  # noqa: PLC0415 - after the first paint

            self._starter = Starter(self.menu.path, self._settings, self._ask)
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

    def _ask_for_look(self) -> None:
        from hotdish_menu.ui.look import system_look  # noqa: PLC0415 - after the first paint

        self._found_look: ThemeName = system_look(this_platform())

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
        self.listing.mark_first(is_marked=bool(self.search_box.variable.get().strip()))

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
        if not self._pane.winfo_manager():
            self._split.add(self._pane, stretch="never", minsize=self.style.px(120), height=1)
            self._slide(1)
        return self._pane

    def _slide(self, step: int) -> None:
        if self._pane is None:
            return
        goal = int(self._split.winfo_height() * PANE_SHARE)
        height = max(1, goal * step // _SLIDE_STEPS)
        self._split.tk.call(self._split, "paneconfigure", self._pane, "-height", height)
        if step < _SLIDE_STEPS:
            self.root.after(_SLIDE_MS, self._slide, step + 1)

    def _hide_output(self) -> None:
        if self._pane:
            self._split.forget(self._pane)
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
        starter = self._starter
        if self._pane and self._pane.pump():
            self.listing.refresh()
        if starter and starter.runner.runs:
            state = [(run.outcome, int(run.seconds)) for run in starter.runner.runs]
            if state != getattr(self, "_noted", None):
                self._noted = state
                self.listing.refresh()
                self._tell()
        look: ThemeName | None = getattr(self, "_found_look", None)
        if look and look != self.style.theme and self._settings.theme == "system":
            self.set_theme(look)
            _remember_look(look)
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

    # Keys

    def _bind_keys(self) -> None:
        bind, modifier = self.root.bind, self._modifier()
        entry = self.search_box.entry
        bind("<Escape>", lambda _event: self._escape())
        bind("<F5>", lambda _event: self.reload())
        bind(f"<{modifier}-f>", lambda _event: self._go_to_search())
        bind(f"<{modifier}-q>", lambda _event: self.close())
        for key in ("plus", "equal", "KP_Add"):
            bind(f"<{modifier}-{key}>", lambda _event: self.zoom(1))
        for key in ("minus", "KP_Subtract"):
            bind(f"<{modifier}-{key}>", lambda _event: self.zoom(-1))
        bind(f"<{modifier}-Key-0>", lambda _event: self.zoom(0))
        bind("<F11>", lambda _event: self._toggle_fullscreen())
        bind(f"<{modifier}-period>", lambda _event: self._stop_shown())
        bind(f"<{modifier}-i>", lambda _event: self._go_to_input())
        entry.bind("<Down>", self._enter_list)
        entry.bind("<Tab>", self._enter_list)
        entry.bind("<Return>", self._start_marked)
        entry.bind("<KP_Enter>", self._start_marked)

    def _modifier(self) -> str:
        return "Command" if this_platform() == "macos" else "Control"

    def _enter_list(self, _event: object) -> str:
        self.listing.enter()
        return "break"

    def _start_marked(self, _event: object) -> str:
        item = self.listing.marked
        if item:
            self.start(item)
        else:
            self.listing.enter()
        return "break"

    def _escape(self) -> None:
        self.search_box.variable.set("")
        self._go_to_search()

    def _go_to_search(self) -> None:
        self.search_box.entry.focus_set()
        self.search_box.entry.select_range(0, "end")

    def _stop_shown(self) -> None:
        if self._pane:
            self._pane.stop_shown()

    def _go_to_input(self) -> None:
        if self._pane:
            self._pane.focus_input()

    def _leave_list(self, typed: str) -> None:
        """Go on in the search box with what was typed in the list."""
        entry = self.search_box.entry
        entry.focus_set()
        entry.icursor("end")
        if typed:
            entry.insert("end", typed)

    def _toggle_fullscreen(self) -> None:
        self.root.attributes("-fullscreen", not self.root.attributes("-fullscreen"))

    # The end

    def close(self) -> None:
        """Close the window; scripts that write into it are stopped only if that is wanted."""
        running = self._starter.runner.running("pane") if self._starter else []
        if running:
            from hotdish_menu.ui.dialog import Question, QuestionDialog  # noqa: PLC0415

            names = ", ".join(run.item.label for run in running)
            title = f"{len(running)} script{'s' if len(running) > 1 else ''} still running"
            text = f"{names}\n\nClosing the menu stops them. What has its own window goes on."
            question = Question(title, text, "Stop and close", "Keep open")
            if not QuestionDialog(self.root, self.style, question).ask():
                return
            for run in running:
                run.stop()
            for run in running:
                run.wait(10)
        self.root.destroy()

    # Words at the foot

    def _say(self, text: str) -> None:
        self._trouble = text
        self._tell()
        if text:
            self._log(text)

    def _tell(self) -> None:
        palette = self.style.palette
        if self._trouble:
            self._status.configure(text=self._trouble, fg=palette.bad)
            return
        errors = self.menu.errors
        if errors:
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            self._status.configure(text=f"{self.menu.path.name}, {errors[0]}{more}", fg=palette.bad)
            return
        n_items = sum(len(section.items) for section in self.menu.sections)
        n_running = len(self._starter.runner.running()) if self._starter else 0
        running = f" · {n_running} running" if n_running else ""
        more = "" if self.menu.is_whole else "+"
        text = f"{n_items}{more} item{'' if n_items == 1 else 's'} · {self.menu.path.name}{running}"
        self._status.configure(text=text, fg=palette.quiet)

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


def _remembered_look() -> ThemeName:
    """Give the look the system had last time, for asking takes longer than painting."""
    from hotdish_menu.system import state_folder  # noqa: PLC0415

    try:
        look = (state_folder(this_platform()) / "look").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return "light"
    return "dark" if look == "dark" else "contrast" if look == "contrast" else "light"


def _remember_look(look: ThemeName) -> None:
    from hotdish_menu.system import state_folder  # noqa: PLC0415

    folder = state_folder(this_platform())
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "look").write_text(look, encoding="ascii")
    except OSError:
        # It will be asked for again next time.
        return
