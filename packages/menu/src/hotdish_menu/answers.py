"""Puts the answers to an item's prompts into its arguments, each into one and no more.

An answer never becomes a second argument, an option, or a part of a command.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotdish_menu.errors import PlanError
from hotdish_menu.quoting import join_windows, split_windows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotdish_menu.model import Item

    Answers = Mapping[str, str]

# Windows runs these by cmd.exe, whoever starts them.
BATCH_FILES = (".cmd", ".bat")
# cmd.exe reads these even inside quotes (CVE-2024-24576), so no answer may hold them there.
_UNSAFE_FOR_BATCH = re.compile(r'["%!^&|<>\r\n]')


def fill(text: str, item: Item, answers: Answers) -> str:
    """Put the answers in place of `{name}`; passwords and unanswered names stay as they are."""
    names = _names(item)
    return re.sub(r"\{(\w+)\}", lambda m: answers.get(m[1], m[0]) if m[1] in names else m[0], text)


def filled_arguments(arguments: str, item: Item, answers: Answers) -> list[str]:
    """Split arguments first and fill in answers after, so that no answer becomes two of them.

    Raises:
        PlanError: an answer would be read as an option.
    """
    filled = []
    for argument in split_windows(arguments):
        text = fill(argument, item, answers)
        if argument.startswith("{") and text.startswith("-") and argument != text:
            _refuse_option(item, argument, text)
        filled.append(text)
    return filled


def raw_arguments(arguments: str, item: Item, answers: Answers) -> str:
    """Give arguments as the raw text they are, unless answers have to be put in."""
    if any(f"{{{name}}}" in arguments for name in _names(item)):
        return join_windows(filled_arguments(arguments, item, answers))
    return arguments


def refuse_unsafe_for_batch(item: Item, answers: Answers) -> None:
    """Refuse answers that a Windows command script would run.

    Raises:
        PlanError: one of them holds such a sign.
    """
    for name in _names(item):
        used = f"{{{name}}}" in item.arguments + item.script_arguments
        if used and (found := _UNSAFE_FOR_BATCH.search(answers.get(name, ""))):
            msg = (
                f"The answer for {name!r} holds {found[0]!r}, which a Windows command script "
                "would run as a command. Answer without it"
            )
            raise PlanError(msg)


def _names(item: Item) -> list[str]:
    return [prompt.name for prompt in item.prompts if not prompt.is_secret]


def _refuse_option(item: Item, argument: str, text: str) -> None:
    kinds = {f"{{{prompt.name}}}": prompt.kind for prompt in item.prompts}
    if kinds.get(argument) != "number":
        msg = (
            f"{text!r} for {argument} starts with a dash and would be read as an option. "
            f"Answer without the dash, or let the file say --option={argument}"
        )
        raise PlanError(msg)
