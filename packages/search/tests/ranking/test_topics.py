"""Topics: everyday words and short phrases, and the entries that they stand for."""

import pytest

from hotdish_search.ranking.topics import Topics

TOPICS = Topics.load(Topics({"events": [7, 3], "cast iron pots": [5], "ladles": [3]}).dump())


@pytest.mark.parametrize(
    ("texts", "entries"),
    [
        (["events"], [7, 3]),
        (["EVENTS"], [7, 3]),
        (["Cast Iron Pots"], [5]),
        (["unknown", "ladles"], [3]),
        (["event"], []),
        (["pots"], []),
        ([], []),
    ],
)
def test_a_phrase_stands_for_its_entries_in_their_order(
    texts: list[str], entries: list[int]
) -> None:
    assert TOPICS.find(texts) == entries


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("event", [7, 3]),
        ("evented", [7, 3]),
        ("events", [7, 3]),
        ("cast iron pot", [5]),
        ("iron", []),
    ],
)
def test_any_form_of_its_words_stands_for_the_same(text: str, entries: list[int]) -> None:
    assert TOPICS.find([text], in_any_form=True) == entries


def test_an_entry_comes_once_though_two_forms_lead_to_it() -> None:
    topics = Topics({"pot": [1], "pots": [1, 2]})

    assert topics.find(["pot"], in_any_form=True) == [1, 2]


def test_without_topics_nothing_is_found() -> None:
    assert Topics.load(Topics({}).dump()).find(["pots"]) == []
