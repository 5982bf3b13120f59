"""The dialogs: values to ask for, a question with the final command, and plain notices."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from tkinter import filedialog
from typing import TYPE_CHECKING

from hotdish_menu.errors import MenuError
from hotdish_menu.ui.command_text import CommandText
from hotdish_menu.ui.field import Field
from hotdish_menu.ui.flat_button import FlatButton
from hotdish_menu.ui.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Item, Prompt
    from hotdish_menu.ui.style import Style

_WIDTH = 460


@dataclass(frozen=True, slots=True)
class Request:
    """What a start dialog shows: the item, the answers of last time, and how to plan it."""

    item: Item
    values: Mapping[str, str]
    plan: Callable[[Mapping[str, str]], LaunchPlan]


@dataclass(frozen=True, slots=True)
class Question:
    """What a question dialog says; `yes` is the main button."""

    title: str
    text: str
    yes: str
    no: str


class Dialog(tk.Toplevel):
    """A small window over the menu that must be answered first."""

    def __init__(self, parent: tk.Misc, style: Style, title: str) -> None:
        super().__init__(parent, bg=style.palette.paper)
        self.withdraw()
        self.style = style
        self.title(title)
        self.transient(parent.winfo_toplevel())
        self.resizable(width=False, height=False)
        self.body = tk.Frame(self, bg=style.palette.paper, bd=0)
        self.body.pack(fill="both", expand=True, padx=style.px(20), pady=style.px(16))
        # Holds the dialog at its width, whatever it says.
        tk.Frame(self.body, bg=style.palette.paper, width=style.px(_WIDTH), height=0).pack()
        self.configure(
            highlightthickness=max(1, style.px(1)),
            highlightbackground=style.palette.line,
            highlightcolor=style.palette.line,
        )
        self.bind("<Escape>", lambda _event: self.destroy())
        self.protocol("WM_DELETE_WINDOW", self.destroy)

    def add_text(self, text: str, font: str = "base", tone: str = "ink") -> tk.Label:
        """Add a paragraph."""
        palette, px = self.style.palette, self.style.px
        label = tk.Label(
            self.body,
            text=text,
            font=self.style.font(font),
            bg=palette.paper,
            fg=getattr(palette, tone),
            justify="left",
            anchor="w",
            wraplength=px(_WIDTH),
        )
        label.pack(fill="x", pady=(0, px(8)))
        return label

    def add_buttons(self, main: tuple[str, Callable[[], object]], other: str) -> FlatButton:
        """Add the buttons at the foot; gives the second, which only closes the dialog."""
        foot = tk.Frame(self.body, bg=self.style.palette.paper, bd=0)
        foot.pack(fill="x", side="bottom", pady=(self.style.px(8), 0))
        # Tab goes in the order of making: the main button first.
        first = FlatButton(foot, self.style, *main, is_main=True)
        last = FlatButton(foot, self.style, other, self.destroy)
        last.widget.pack(side="right")
        first.widget.pack(side="right")
        return last

    def open(self, focus: tk.Misc) -> None:
        """Show the dialog over the middle of the menu and wait for its end."""
        self.update_idletasks()
        over = self.master.winfo_toplevel()
        x = over.winfo_rootx() + (over.winfo_width() - self.winfo_reqwidth()) // 2
        y = over.winfo_rooty() + (over.winfo_height() - self.winfo_reqheight()) // 3
        self.geometry(f"+{max(0, x)}+{max(0, y)}")
        self.deiconify()
        self.wait_visibility()
        self.grab_set()
        focus.focus_force()
        self.wait_window()


class StartDialog(Dialog):
    """Asks for an item's values, and shows the final command where it has to be confirmed."""

    def __init__(self, parent: tk.Misc, style: Style, request: Request) -> None:
        super().__init__(parent, style, request.item.label)
        self.answers: dict[str, str] | None = None
        self._request = request
        self._fields: dict[str, tk.StringVar] = {}
        self._entries: dict[str, tk.Misc] = {}
        item = request.item
        self.add_text(item.label, "strong")
        if item.confirm:
            self.add_text(item.confirm)
        for prompt in item.prompts:
            self._add_prompt(prompt)
        self._wrong = self.add_text("", tone="bad")
        self._wrong.pack_forget()
        self._command = self._add_command() if item.confirm else None
        self._cancel = self.add_buttons(("Start", self._accept), "Cancel")
        for variable in self._fields.values():
            variable.trace_add("write", lambda *_: self._changed())
        self._changed()

    def ask(self) -> dict[str, str] | None:
        """Open the dialog; None if it was cancelled."""
        # Values are typed at once; a question shall not be answered by one Enter too many.
        self.open(next(iter(self._entries.values()), self._cancel.widget))
        return self.answers

    def _add_prompt(self, prompt: Prompt) -> None:
        style, palette = self.style, self.style.palette
        label = prompt.label or prompt.name.replace("_", " ").capitalize()
        optional = " (may be empty)" if prompt.is_optional else ""
        self.add_text(f"{label}{optional}", "small", "quiet").pack_configure(pady=(0, style.px(2)))
        value = self._request.values.get(prompt.name, prompt.default)
        row = tk.Frame(self.body, bg=palette.paper, bd=0)
        row.pack(fill="x", pady=(0, style.px(10)))
        if prompt.kind == "choice":
            self._add_choices(row, prompt, value)
            return
        field = Field(row, style, hidden_by="•" if prompt.is_secret else "")
        field.variable.set("" if prompt.is_secret else value)
        field.entry.bind("<Return>", lambda _event: self._accept())
        field.entry.icursor("end")
        field.pack(side="left", fill="x", expand=True)
        self._fields[prompt.name] = field.variable
        self._entries[prompt.name] = field.entry
        if prompt.kind in {"file", "folder"}:
            browse = FlatButton(row, style, "Browse…", lambda: self._browse(prompt))
            browse.widget.pack(side="left", padx=(style.px(6), 0))

    def _add_choices(self, row: tk.Frame, prompt: Prompt, value: str) -> None:
        style, palette = self.style, self.style.palette
        variable = tk.StringVar(self, value if value in prompt.choices else prompt.choices[0])
        self._fields[prompt.name] = variable
        size = style.px(18)
        ring = Shape(size, size, size // 2, palette.card, palette.quiet, max(1, style.px(1)))
        off = style.image(ring)
        on = style.image(ring._replace(border=palette.hot, border_width=style.px(6)))
        for choice in prompt.choices:
            button = tk.Radiobutton(
                row,
                text=f"  {choice}",
                value=choice,
                variable=variable,
                font=style.font("base"),
                bg=palette.paper,
                fg=palette.ink,
                activebackground=palette.card,
                activeforeground=palette.ink,
                selectcolor=palette.paper,
                image=off,
                selectimage=on,
                compound="left",
                indicatoron=False,
                relief="flat",
                offrelief="flat",
                overrelief="flat",
                padx=style.px(6),
                pady=style.px(3),
                highlightthickness=max(2, style.px(2)),
                highlightbackground=palette.paper,
                highlightcolor=palette.hot,
                anchor="w",
                bd=0,
            )
            button.bind("<Return>", lambda _event: self._accept())
            button.pack(fill="x")
            self._entries.setdefault(prompt.name, button)

    def _add_command(self) -> CommandText:
        self.add_text("This will be started:", "small", "quiet").pack_configure(pady=(0, 2))
        command = CommandText(self.body, self.style, self.style.px(_WIDTH))
        command.pack(fill="x", pady=(0, self.style.px(8)))
        return command

    def _values(self) -> dict[str, str]:
        return {name: variable.get() for name, variable in self._fields.items()}

    def _changed(self) -> None:
        """Show the command as it will be, or why it cannot be yet."""
        if self._command is None:
            return
        try:
            self._command.show(self._request.plan(self._values()).explained())
        except MenuError as error:
            self._command.show(str(error))

    def _accept(self) -> None:
        from hotdish_menu.prompts import check_answers  # noqa: PLC0415 - only prompts need it

        values = self._values()
        if wrong := check_answers(self._request.item.prompts, values):
            self._complain("\n".join(wrong.values()))
            self._entries[next(iter(wrong))].focus_set()
            return
        try:
            self._request.plan(values)
        except MenuError as error:
            self._complain(str(error))
            return
        self.answers = values
        self.destroy()

    def _complain(self, text: str) -> None:
        self._wrong.configure(text=text)
        self._wrong.pack(fill="x")

    def _browse(self, prompt: Prompt) -> None:
        ask = filedialog.askdirectory if prompt.kind == "folder" else filedialog.askopenfilename
        if chosen := ask(parent=self, title=prompt.label or prompt.name):
            self._fields[prompt.name].set(str(chosen))


class QuestionDialog(Dialog):
    """Asks one question that is answered by a button."""

    def __init__(self, parent: tk.Misc, style: Style, question: Question) -> None:
        super().__init__(parent, style, question.title)
        self.answer = False
        self.add_text(question.title, "strong")
        self.add_text(question.text)
        self._cancel = self.add_buttons((question.yes, self._accept), question.no)

    def ask(self) -> bool:
        """Open the dialog; False if it was closed without the main button."""
        self.open(self._cancel.widget)
        return self.answer

    def _accept(self) -> None:
        self.answer = True
        self.destroy()


def may_stop(parent: tk.Misc, style: Style, names: list[str]) -> bool:
    """Ask whether the scripts of these names may be stopped, for the menu is to be closed."""
    title = f"{len(names)} script{'s' if len(names) > 1 else ''} still running"
    text = f"{', '.join(names)}\n\nClosing the menu stops them. What has its own window goes on."
    question = Question(title, text, "Stop and close", "Keep open")
    return QuestionDialog(parent, style, question).ask()
