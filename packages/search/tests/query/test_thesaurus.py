from pathlib import Path

import pytest

from hotdish_search.parsing import parse_docs
from hotdish_search.query import thesaurus
from hotdish_search.query.thesaurus import Phrase, expand
from hotdish_search.query.words import terms


def phrases() -> list[Phrase]:
    return [phrase for group in thesaurus.load().values() for phrase in group]


@pytest.mark.parametrize(
    ("said", "documented"),
    [
        ("guid", "uuid"),
        ("folder", "directory"),
        ("folders", "directory"),
        ("lower case", "str.lower"),
        ("current directory", "os.getcwd"),
        ("merge dictionaries", "collections.ChainMap"),
        ("epoch", "datetime.datetime.fromtimestamp"),
    ],
)
def test_what_people_say_leads_to_what_the_documentation_says(said: str, documented: str) -> None:
    assert documented in expand(said.split())


def test_words_that_nobody_has_to_explain_lead_nowhere() -> None:
    assert expand(["asyncio", "taskgroup"]) == ()
    assert expand([]) == ()


def test_a_longer_phrase_comes_first_and_takes_its_words() -> None:
    assert "match" in expand(["case", "statement"])

    assert expand(["lower", "case"]) == ("str.lower",)


def test_words_of_a_phrase_may_stand_a_little_apart() -> None:
    assert "os.path.exists" in expand(["file", "really", "exists"])
    assert "os.path.exists" not in expand(["file", "a", "b", "c", "happens"])


def test_a_word_comes_once_however_many_phrases_give_it() -> None:
    found = expand(["remove", "file", "delete", "file"])

    assert len(found) == len(set(found))


def test_a_phrase_has_one_to_three_words_and_stands_once() -> None:
    stems = [phrase.stems for phrase in phrases()]

    assert len(stems) > 1_000
    assert [phrase for phrase in stems if not 1 <= len(phrase) <= 3] == []
    assert sorted({phrase for phrase in stems if stems.count(phrase) > 1}) == []


def test_the_documentation_knows_every_name_and_word_that_a_phrase_leads_to(
    python_docs: Path,
) -> None:
    entries = parse_docs(python_docs).entries
    names = {name for entry in entries for name in (entry.title, *entry.names)}
    vocabulary = {
        term
        for entry in entries
        for text in (entry.title, *entry.names, entry.text)
        for term in terms(text)
    }

    words = {word for phrase in phrases() for word in phrase.words}

    assert sorted(word for word in words if "." in word[:-1] and word not in names) == []
    assert sorted(word for word in words if not vocabulary.issuperset(terms(word))) == []
    operators = {word for word in words if not word[0].isalnum() and not word.startswith("_")}
    assert sorted(operators - names) == []
