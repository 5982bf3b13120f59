"""Misspelt words of a question are repaired, begun ones completed, and nothing else is touched."""

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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("convert a dictio", "convert a dictionary"),
        ("strin", "string"),  # the commoner one
        ("in a ke", "in a kettle"),
        ("convert a dictionary", None),  # nothing longer begins so
        ("convert a stringy", None),
        ("dictio of words", None),  # what is typed is the last word
        ("convert.dictio", None),
        ("a d", None),  # too short
        ("a rare kettel", None),  # nothing longer begins so
        ("", None),
    ],
)
def test_a_last_word_that_is_begun_is_completed(typed: str, meant: str | None) -> None:
    assert SPELLING.complete(typed, SPELLING.count) == meant


def test_a_word_with_a_meaning_of_its_own_is_not_completed() -> None:
    assert SPELLING.complete("to a strin", lambda _: None) is None


def test_a_word_is_not_taken_for_the_beginning_of_one_hardly_commoner() -> None:
    assert SPELLING.complete("to a strin", lambda _: 100) is None
