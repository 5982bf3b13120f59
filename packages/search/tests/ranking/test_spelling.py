"""Misspelt words of a question are repaired, and nothing else is touched."""

import pytest

from hotdish_search.ranking.spelling import Spelling

TEXTS = (
    *["convert the dictionary to a string, or the environment to a file"] * 100,
    *["a kettle may be stringy"] * 20,
    *["a rare kettel"] * 3,
)
SPELLING = Spelling.load(Spelling.of(TEXTS).dump())


def repaired(text: str) -> str | None:
    return SPELLING.repair(text, is_known=lambda word: word == "strink")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sort dictinary", "sort dictionary"),
        ("print the envirment, please", "print the environment, please"),
        ("covnert it", "convert it"),
        ("my kettlle is hot", "my kettle is hot"),
        ("a kettel", "a kettle"),
    ],
)
def test_a_slip_or_two_in_a_long_word_are_repaired(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "convert a dictionary",  # right
        "fil it",  # too short to tell
        "my ettle",  # another first letter
        "a keettlle",  # two slips in a short word
        "read `dictinary` and 'dictinary' and \"dictinary\"",  # somebody's name for something
        "Dictinary is a class",
        "dictinary_of and os.dictinary and dictinary2 and dictinary()",
        "a strink",  # known
        "",
    ],
)
def test_what_is_right_short_far_off_or_a_name_is_left_alone(typed: str) -> None:
    assert repaired(typed) is None


def test_the_commoner_of_two_words_as_near_is_meant() -> None:
    assert repaired("a stringg") == "a string"


def test_a_documentation_without_words_repairs_nothing() -> None:
    assert Spelling.of(()).repair("dictinary", is_known=lambda _: False) is None
