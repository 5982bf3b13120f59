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
    table = Table.load(Table.of(first, second, [("b", 9)]).dump())

    def starting(text: str) -> tuple[list[tuple[int, int]], int]:
        rows, ways, n_own = table.starting(text)
        return [*zip(rows.tolist(), ways.tolist(), strict=True)], n_own

    assert table.exactly("b", 0).tolist() == [0, 2]
    assert table.exactly("b", 0, 2).tolist() == [0, 2, 9]
    assert table.exactly("b", 1).tolist() == table.exactly("d", 0).tolist() == []
    assert starting("b") == ([(0, 0), (2, 0), (9, 2), (1, 0), (3, 1)], 3)
    assert starting("") == ([(5, 0), (0, 0), (2, 0), (9, 2), (1, 0), (3, 1), (7, 1)], 0)
    assert table.near("c", 0, ways=[1]) == ["c"]
    assert table.near("c", 0, ways=[0]) == []


def test_a_table_may_be_empty() -> None:
    table = Table.load(Table.of([], []).dump())

    rows, ways, n_own = table.starting("a")
    assert (len(rows), len(ways), n_own) == (0, 0, 0)
    assert len(table.exactly("a", 0)) == 0
    assert table.near("a", 1, ways=[0]) == []


@pytest.mark.parametrize("texts", [[], ["", "a"]])
def test_nothing_is_a_text_too(texts: list[str]) -> None:
    packed = Texts.load(Texts.of(texts).dump())

    assert [packed[number] for number in range(len(packed))] == texts
    assert packed.near("a", 1) == list(range(len(texts)))
