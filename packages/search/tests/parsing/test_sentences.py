import pytest

from hotdish_search.parsing.sentences import first_sentence, sentence_around, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("See e.g. Tea. Then brew.", ["See e.g. Tea.", "Then brew."]),
        ("It is 3.5 degrees. Hot.", ["It is 3.5 degrees.", "Hot."]),
        ("By J. Smith. Done.", ["By J. Smith.", "Done."]),
        ("(Only a cup.) Then more.", ["(Only a cup.)", "Then more."]),
        ("Call a.b() first. x follows.", ["Call a.b() first. x follows."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@pytest.mark.parametrize(
    ("paragraphs", "summary"),
    [
        (["Return the length of an object. It may be long."], "Return the length of an object."),
        (["Pour. Without milk, as much as fits."], "Pour. Without milk, as much as fits."),
        (["Short.", "The next paragraph."], "Short. The next paragraph."),
        (["Source code: Lib/tea.py", "This module brews all kinds of tea."], None),
        (
            ["Part of the Stable ABI.", "Return value: New reference.", "Pour from a pot of tea."],
            None,
        ),
        ([], ""),
    ],
)
def test_a_summary_is_the_first_sentence_that_describes(
    paragraphs: list[str],
    summary: str | None,
) -> None:
    expected = paragraphs[-1] if summary is None else summary

    assert first_sentence(paragraphs) == expected


def test_a_summary_without_end_is_cut_between_words() -> None:
    summary = first_sentence(["word " * 200])

    assert len(summary) <= 401
    assert summary.endswith(" word…")


def test_the_sentence_around_a_link_is_the_one_that_holds_its_words() -> None:
    assert sentence_around("First. See the pot here. Last.", "pot") == "See the pot here."
    assert sentence_around("First.", "pot") == ""
