"""The output: one tab for each item that was started, its text, and what can be done with it."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from hotdish_menu.ui.field import Field
from hotdish_menu.ui.flat_button import FlatButton
from hotdish_menu.ui.results import result_of
from hotdish_menu.ui.scrollbar import Scrollbar
from hotdish_menu.ui.tab import Tab

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotdish_menu.run import Run
    from hotdish_menu.ui.style import Style

_MOST_TABS = 8
_TAB_FEWEST, _TAB_MOST = 3, 22
# Beside the words of a tab's header: its own edges and the ring's room.
_TAB_EDGES = 36


@dataclass(frozen=True, slots=True)
class Actions:
    """What the buttons above the output do."""

    start_again: Callable[[Run], object]
    open_log: Callable[[Path], object]
    close: Callable[[], object]


class OutputPane(tk.Frame):
    """Tabs with the output of the items started from this window."""

    def __init__(self, parent: tk.Misc, style: Style, actions: Actions) -> None:
        super().__init__(parent, bd=0, highlightthickness=0)
        self._style = style
        self._actions = actions
        self._tabs: list[Tab] = []
        self._shown: Tab | None = None
        self._line = tk.Frame(self, height=1, bd=0)
        self._line.pack(fill="x")
        self._strip = tk.Frame(self, bd=0)
        self._strip.pack(fill="x")
        self._strip.bind("<Configure>", lambda _event: self._draw_headers())
        self._headers: list[FlatButton] = []
        self._bar = tk.Frame(self, bd=0)
        self._bar.pack(fill="x")
        self._state = tk.Label(self._bar, anchor="w", bd=0, padx=0, font=style.font("small"))
        self._state.pack(side="left", fill="x", expand=True)
        self._buttons = {
            name: FlatButton(self._bar, style, name, action)
            # Tab goes through them in this order, from left to right.
            for name, action in {
                "Stop": self.stop_shown,
                "Again": self._start_again,
                "Copy": self.copy,
                "Log": self._open_log,
                "Close": self.close_shown,
            }.items()
        }
        for button in reversed(self._buttons.values()):
            button.widget.pack(side="right")
        self._body = tk.Frame(self, bd=0)
        self._input = Field(self, style, hint="Type an answer for the script, then Enter")
        self._input.entry.bind("<Return>", self._send)
        self._scrollbar = Scrollbar(self._body, style, self._move_to)
        self._scrollbar.pack(side="right", fill="y")
        self._body.pack(fill="both", expand=True)
        self.restyle()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no tab."""
        return not self._tabs

    @property
    def shown_run(self) -> Run | None:
        """Give the run whose output is seen."""
        return self._shown.run if self._shown else None

    def add(self, run: Run) -> None:
        """Open a tab for a run; one of the same item that has ended gives its place."""
        for tab in [
            t for t in self._tabs if t.has_ended and t.run.item.identity == run.item.identity
        ]:
            self._remove(tab)
        n_too_many = max(0, len(self._tabs) + 1 - _MOST_TABS)
        for tab in [t for t in self._tabs if t.has_ended][:n_too_many]:
            self._remove(tab)
        tab = Tab(self._body, self._style, run)
        for note in run.plan.notes:
            tab.add(f"[{note}]\n")
        self._tabs.append(tab)
        tab.restyle()
        self.show(run)

    def show(self, run: Run) -> None:
        """Bring the tab of a run to the front."""
        for tab in self._tabs:
            if tab.run is run:
                if self._shown:
                    self._shown.text.pack_forget()
                self._shown = tab
                tab.text.configure(yscrollcommand=self._scrollbar.set)
                tab.text.pack(side="left", fill="both", expand=True)
        self._draw_headers()
        self.tell()

    def pump(self) -> list[Run]:
        """Move new output into the tabs; gives the runs that have ended since the last time."""
        ended = []
        for tab in self._tabs:
            if tab.has_ended:
                continue
            is_over = tab.run.is_over
            tab.add(tab.run.drain())
            if is_over:
                tab.has_ended = True
                ended.append(tab.run)
                self._draw_headers()
        self.tell()
        return ended

    def tell(self) -> None:
        """Write how the shown run stands, and offer what fits."""
        if self._shown is None:
            return
        run = self._shown.run
        result = result_of(run)
        self._state.configure(text=result.text, fg=getattr(self._style.palette, result.tone))
        self._buttons["Stop"].enable(is_on=not run.is_over)
        self._buttons["Again"].enable(is_on=run.is_over)
        self._buttons["Log"].enable(is_on=run.log is not None)
        if run.is_over:
            self._input.pack_forget()
        elif not self._input.winfo_manager():
            self._input.pack(
                side="bottom",
                fill="x",
                padx=(self._style.px(4), self._style.px(14)),
                pady=(self._style.px(6), 0),
                before=self._body,
            )

    def stop_shown(self) -> None:
        """Stop the run whose output is seen."""
        if self._shown:
            self._shown.run.stop()

    def enter(self) -> None:
        """Take the focus, to the header of the tab that is seen."""
        for tab, header in zip(self._tabs, self._headers, strict=True):
            if tab is self._shown:
                header.widget.focus_set()

    def has_focus(self) -> bool:
        """Tell whether the focus is anywhere in here."""
        return str(self.focus_get()).startswith(f"{self}.")

    def focus_input(self) -> None:
        """Go to where a script's question is answered."""
        self.tell()
        self.update_idletasks()
        if self._input.winfo_manager():
            self._input.entry.focus_set()

    def copy(self) -> None:
        """Put the selected text, or all of it, on the clipboard."""
        if self._shown is None:
            return
        selected = self._shown.text.tag_ranges("sel")
        text = self._shown.text.get(*selected) if selected else self._shown.everything()
        self.clipboard_clear()
        self.clipboard_append(text)

    def close_shown(self) -> None:
        """Close the tab that is seen, unless its script still runs."""
        if self._shown and self._shown.run.is_over:
            self._remove(self._shown)
            if self._tabs:
                self.show(self._tabs[-1].run)
        if not self._tabs or (self._shown and not self._shown.run.is_over):
            self._actions.close()

    def shown_text(self) -> str:
        """Give the text of the tab that is seen."""
        return self._shown.everything() if self._shown else ""

    def restyle(self) -> None:
        """Follow a change of theme or zoom."""
        palette, px = self._style.palette, self._style.px
        for part in (self, self._strip, self._bar, self._body):
            part.configure(bg=palette.paper)
        self._line.configure(bg=palette.line)
        # Flush with the search box; the ring's room around buttons sticks out.
        self._strip.pack_configure(padx=(px(1), px(11)), pady=(px(6), 0))
        self._bar.pack_configure(padx=(px(4), px(11)), pady=(px(2), px(4)))
        self._body.pack_configure(padx=(px(4), 0))
        self._state.configure(bg=palette.paper)
        self._input.restyle()
        self._scrollbar.restyle()
        for button in (*self._buttons.values(), *self._headers):
            button.restyle()
        for tab in self._tabs:
            tab.restyle()
        self._draw_headers()
        self.tell()

    def _draw_headers(self) -> None:
        """Bring the tabs' headers up to date; those that stay keep the focus."""
        for header in self._headers[len(self._tabs) :]:
            header.widget.destroy()
        del self._headers[len(self._tabs) :]
        n_characters = self._characters()
        for n, tab in enumerate(self._tabs):
            label = tab.run.item.label
            short = label if len(label) <= n_characters else label[: n_characters - 1] + "…"
            words = f"{result_of(tab.run).sign} {short}"
            if n == len(self._headers):
                header = FlatButton(self._strip, self._style, words, partial(self._show_nth, n))
                header.widget.pack(side="left")
                self._headers.append(header)
            self._headers[n].say(words, is_main=tab is self._shown)

    def _characters(self) -> int:
        """Say how many characters each header may have, so that all of them are seen."""
        room = self._strip.winfo_width() // max(1, len(self._tabs)) - self._style.px(_TAB_EDGES)
        fitting = room // self._style.font("base").measure("n") - len("✓ ")
        return min(max(fitting, _TAB_FEWEST), _TAB_MOST)

    def _show_nth(self, n: int) -> None:
        self.show(self._tabs[n].run)

    def _remove(self, tab: Tab) -> None:
        self._tabs.remove(tab)
        tab.text.destroy()
        if self._shown is tab:
            self._shown = None
        self._draw_headers()

    def _send(self, _event: object) -> None:
        if self._shown and self._shown.run.send(self._input.variable.get()):
            self._shown.add(self._input.variable.get() + "\n")
            self._input.variable.set("")

    def _start_again(self) -> None:
        if self._shown:
            self._actions.start_again(self._shown.run)

    def _open_log(self) -> None:
        if self._shown and self._shown.run.log:
            self._actions.open_log(self._shown.run.log)

    def _move_to(self, share: float) -> None:
        if self._shown:
            self._shown.move_to(share)
