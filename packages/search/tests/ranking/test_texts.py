"""Packed texts answer as a sorted list of strings would."""

from bisect import bisect_left, bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from hotdish_search.ranking.texts import Table, Texts

WORDS = st.text(st.sampled_from("abcé._📦\u2028"), min_size=1, max_size=6)


@given(words=st.sets(WORDS), asked=WORDS)
def test_they_are_found_as_in_a_sorted_list(words: set[str], asked: str) -> None:
    texts = sorted(words)
    packed = Texts.load(Texts.of(texts).dump())

    assert [packed[number] for number in range(len(packed))] == texts
    assert packed.find(asked) == (texts.index(asked) if asked in words else None)
    begin, longer, end = packed.starting(asked)
    assert texts[begin:end] == [text for text in texts if text.startswith(asked)]
    assert (begin, longer) == (bisect_left(texts, asked), bisect_right(texts, asked))


@given(words=st.sets(WORDS, min_size=1), asked=WORDS, slips=st.integers(0, 2))
def test_no_text_that_is_near_is_overlooked(words: set[str], asked: str, slips: int) -> None:
    texts = sorted(words)

    near = {texts[number] for number in Texts.of(texts).near(asked, slips)}

    assert near >= {text for text in texts if OSA.distance(text, asked) <= slips}


def test_what_is_far_off_is_sieved_out() -> None:
    texts = Texts.of(["dict", "dictionary", "json", "list"])

    assert [texts[number] for number in texts.near("dcit", 1)] == ["dict"]


def test_a_table_leads_to_rows_in_order() -> None:
    first, second = [("b", 2), ("a", 5), ("bc", 1), ("b", 0), ("b", 2)], [("c", 7), ("bc", 3)]
    table = Table.load(Table.of(first, second).dump())

    def matching(text: str) -> list[tuple[list[int], list[int]]]:
        return [(same.tolist(), longer.tolist()) for same, longer in table.matching(text)]

    assert table.exactly("b", 0).tolist() == [0, 2]
    assert table.exactly("b", 1).tolist() == table.exactly("d", 0).tolist() == []
    assert matching("b") == [([0, 2], [0, 2, 1]), ([], [3])]
    assert matching("") == [([], [5, 0, 2, 1]), ([], [3, 7])]
    assert table.near("c", 0, ways=[1]) == ["c"]
    assert table.near("c", 0, ways=[0]) == []


def test_a_table_may_be_empty() -> None:
    table = Table.load(Table.of([], []).dump())

    assert [same.tolist() for same, _ in table.matching("a")] == [[], []]


@given(words=st.sets(WORDS), letter=st.sampled_from("a.é📦"))
def test_which_hold_a_letter_is_known(words: set[str], letter: str) -> None:
    texts = sorted(words)

    held = Texts.of(texts).holding(letter).tolist()

    assert held == [letter in text for text in texts]


@pytest.mark.parametrize("texts", [[], ["", "a"]])
def test_nothing_is_a_text_too(texts: list[str]) -> None:
    packed = Texts.load(Texts.of(texts).dump())

    assert [packed[number] for number in range(len(packed))] == texts
    assert packed.near("a", 1) == list(range(len(texts)))
