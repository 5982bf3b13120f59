"""What is shown of a found entry: the best line of it, and what in it was asked for."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotdish_search.model import Entry, VersionNote
from hotdish_search.present import card, make_hits, make_snippet, matches
from hotdish_search.query.understand import understand

make = partial(
    Entry, id="library/x.html#x.stir", title="x.stir", kind="function", part="library",
    page="library/x.html", page_title="x",
)  # fmt: skip
WORDS = ("dictionaries", "x.stir", "stir", "stirs", "json.dumps", "dump", "read_file", "ReadFile")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("how to stir", "Stir a pot."),
        ("merge dictionary keys", "All dictionaries have keys to merge."),
        ("keys", "Stir a pot."),  # one word more is no reason to leave the summary
        ("x.stir", "Stir a pot."),
    ],
)
def test_the_summary_is_shown_unless_a_sentence_holds_more_of_the_words(
    asked: str, shown: str
) -> None:
    entry = make(
        summary="Stir a pot.",
        text="Stir a pot. It is slow. All dictionaries have keys to merge. So be it.",
    )

    assert make_snippet(entry, understand(asked)) == shown


def test_an_entry_without_a_summary_shows_its_text() -> None:
    assert make_snippet(make(text="Just so.\nAnd so on."), understand("x")) == "Just so. And so on."


@pytest.mark.parametrize(
    ("text", "wanted", "marked"),
    [
        ("Use json.dumps now", {"json.dumps", "json", "dump"}, ["json.dumps"]),
        ("Use json.dumps now", {"json", "dump"}, ["json", "dumps"]),
        ("Read, reads, reading", {"read"}, ["Read", "reads", "reading"]),
        ("read_file reads a file", {"read", "file"}, ["read", "file", "reads", "file"]),
        ("nothing here", {"read"}, []),
    ],
)
def test_identifiers_are_marked_as_a_whole_or_in_pieces(
    text: str, wanted: set[str], marked: list[str]
) -> None:
    ranges = matches(text, frozenset(wanted))

    assert [text[begin:end] for begin, end in ranges] == marked


@given(
    text=st.lists(st.sampled_from(WORDS)).map(" ".join),
    asked=st.lists(st.sampled_from(WORDS), min_size=1).map(" ".join),
)
def test_marks_are_in_order_and_never_overlap(text: str, asked: str) -> None:
    ranges = matches(text, frozenset(understand(asked).terms))

    reached = 0
    for begin, end in ranges:
        assert reached <= begin < end <= len(text)
        reached = end


def test_a_hit_marks_the_letters_that_were_typed() -> None:
    (hit,) = make_hits([make(summary="Stir it.")], [1.23456], understand("X.st"), "small")

    assert hit.title_highlights == ((0, 4),)
    assert hit.url == "/docs/small/library/x.html#x.stir"
    assert hit.score == 1.2346


def test_a_symbol_typed_by_its_name_has_a_card_and_a_word_of_it_has_none() -> None:
    entries = [make(summary="Stir it.", notes=(VersionNote("added", "3.9"),))]

    hits = make_hits(entries, [1.0], understand("stir"), "small")

    assert card(hits, understand("stir")) is hits[0]
    assert hits[0].entry.badges == ("added 3.9",)
    assert card(hits, understand("how to stir soup")) is None
