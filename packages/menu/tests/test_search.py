"""What typed letters find, and which of it Enter starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotdish_menu.search import Search, closest

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotdish_menu.model import Menu

MENU = """\
Section,Method,Command,Name,Description,Keywords
Every day,exe,robocopy,Mirror,Keeps a second backup,
Every day,exe,tar,Back up,Copies the folders,archive nightly
Every day,exe,x,Undo,Brings the last backup back,
Straße,exe,rm -r,Clean,Removes what is old,
,exe,y,Back,Goes back,
"""


def found(menu: Menu, query: str) -> list[str]:
    return [item.label for section in Search(menu).find(query) for item in section.items]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("back", ["Mirror", "Back up", "Undo", "Back"]),
        ("BACK  copies", ["Back up"]),
        ("night", ["Back up"]),
        ("strasse", ["Clean"]),
        ("robo", ["Mirror"]),
        # A command is looked into where nothing that is seen has the word.
        ("rm", ["Clean"]),
        ("r", ["Mirror", "Back up", "Undo", "Clean"]),
        ("nothing at all", []),
        ("  ", ["Mirror", "Back up", "Undo", "Clean", "Back"]),
    ],
)
def test_words_are_found_in_what_is_seen_and_else_in_commands(
    read: Callable[..., Menu], query: str, names: list[str]
) -> None:
    assert found(read(MENU), query) == names


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("back", "Back"),
        ("back u", "Back up"),
        ("up", "Back up"),
        ("bac", "Back up"),
        ("remov", "Clean"),
    ],
)
def test_enter_starts_the_one_whose_name_was_typed(
    read: Callable[..., Menu], query: str, name: str
) -> None:
    [*items] = [item for section in Search(read(MENU)).find(query) for item in section.items]

    index = closest(items, query)

    assert index is not None
    assert items[index].label == name


def test_nothing_is_closest_to_what_nothing_was_found_for() -> None:
    assert closest([], "x") is None
