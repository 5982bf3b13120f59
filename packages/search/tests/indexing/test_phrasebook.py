"""data/phrasebook.tsv, how people ask for what the documentation has; data/topics.tsv, in brief."""

from pathlib import Path

from hotdish_search.indexing import phrasebook
from hotdish_search.indexing.content import Lore, make_content
from hotdish_search.indexing.phrasebook import key_of, owners
from hotdish_search.model import Entry, ParsedDocs, ParseReport
from hotdish_search.parsing import parse_docs

SHORTEST, LONGEST = 2, 12  # words of a phrase


def test_the_documentation_has_every_entry_of_the_phrasebook(python_docs: Path) -> None:
    keys = {key_of(entry) for entry in parse_docs(python_docs).entries}

    assert len(phrasebook.load()) > 2_000
    assert sorted(phrasebook.load().keys() - keys) == []


def test_a_phrase_is_a_few_plain_words_and_stands_once_for_an_entry() -> None:
    for key, phrases in phrasebook.load().items():
        assert len(set(phrases)) == len(phrases), key
        for phrase in phrases:
            assert SHORTEST <= len(phrase.split()) <= LONGEST, (key, phrase)
            assert phrase == phrase.lower().strip().rstrip(".?"), (key, phrase)


def test_an_entry_stands_once_in_the_order_of_the_alphabet() -> None:
    keys = list(phrasebook.load())

    assert keys == sorted(keys)


def test_of_several_entries_with_one_name_the_first_has_the_phrases() -> None:
    first, second = (
        Entry(f"library/x.html#{n}", "go", "function", "library", "library/x.html", "x")
        for n in (1, 2)
    )
    parsed = ParsedDocs("X", "1", (first, second), (), ParseReport(1, 2, 0, 2))
    lore = Lore(asked={"go": ("run a function",)})

    content = make_content(parsed, name="x", folder="", origin="", lore=lore)

    assert [entry.asked for entry in content.entries] == [("run a function",), ()]


def test_who_owns_a_name_has_its_phrases_though_others_answer_to_it_before() -> None:
    fixer, function, row = (
        Entry(f"library/x.html#{kind}", "print", kind, "library", "library/x.html", "x")
        for kind in ("other", "function", "row")
    )

    assert owners([fixer, function])["print"] == 1
    assert owners([fixer])["print"] == 0
    assert owners([row])["library/x.html#row|print"] == 0


def test_the_documentation_has_all_that_topics_stand_for(python_docs: Path) -> None:
    keys = {key_of(entry) for entry in parse_docs(python_docs).entries}

    topics = phrasebook.load_topics()

    assert len(topics) > 300
    assert sorted({key for meant in topics.values() for key in meant} - keys) == []


def test_a_topic_is_a_few_plain_words_and_stands_for_a_few_places() -> None:
    for topic, keys in phrasebook.load_topics().items():
        assert len(topic.split()) <= 4, topic
        assert topic == " ".join(topic.lower().split()), topic
        assert 1 <= len(set(keys)) == len(keys) <= 5, topic


def test_a_topic_stands_once() -> None:
    table = Path(phrasebook.__file__).parents[1] / "data" / "topics.tsv"
    lines = table.read_text(encoding="utf-8").splitlines()
    topics = [topic for line in lines if not line.startswith("#")
              for topic in line.split("\t")[0].split("; ")]  # fmt: skip

    assert sorted(topics) == sorted(set(topics)) == sorted(phrasebook.load_topics())
