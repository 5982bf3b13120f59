"""Finding names: whole ones come first, then last parts, prefixes, words inside."""

import pytest

from hotdish_search.query.understand import understand
from hotdish_search.ranking.names import Name, Names, weight
from hotdish_search.ranking.reading import find_named

WEIGHTS = {
    "json": 5.0,
    "json.dump": 4.0,
    "json.dumps": 6.0,
    "pickle.dumps": 5.0,
    "os": 8.0,
    "os.path": 7.0,
    "os.path.join": 8.0,
    "shlex.join": 2.0,
    "JSON": 0.1,
    "inspect.apply_source_workaround": 0.5,
    "itertools": 6.0,
    "collections.defaultdict": 6.0,
}
NAMES = Names.of(Name(text, entry, WEIGHTS[text]) for entry, text in enumerate(WEIGHTS))


def titles(text: str) -> list[str]:
    texts = list(WEIGHTS)
    return [texts[entry] for entry in NAMES.find(text).entries]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("json", "json"),
        ("JSON", "JSON"),
        ("json.dumps", "json.dumps"),
        ("dumps", "json.dumps"),
        ("path.join", "os.path.join"),
        ("join", "os.path.join"),
        ("json.du", "json.dumps"),
        ("defaultd", "collections.defaultdict"),
        ("workaround", "inspect.apply_source_workaround"),
    ],
)
def test_the_wanted_name_is_first(typed: str, first: str) -> None:
    assert titles(typed)[0] == first


def test_a_capital_means_the_class_and_none_means_either() -> None:
    names = Names.of([Name("iterator", 0, 3.0), Name("collections.abc.Iterator", 1, 5.0)])

    assert names.find("Iterator").entries.tolist() == [1, 0]
    assert names.find("iterator").entries.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Tempalte", "string.Template"),
        ("tempalte", "string.Template.template"),
        ("string.Tempalte", "string.Template"),
        ("Heapp", "heapq.heap"),
        ("heapp", "heapq.heap"),
    ],
)
def test_a_mistyped_name_keeps_the_case_of_its_first_letter(typed: str, meant: str) -> None:
    names = Names.of(
        [
            Name("string.Template", 0, 4.0),
            Name("string.Template.template", 1, 6.0),
            Name("heapq.heap", 2, 0.0),
        ]
    )

    assert names.correct(typed).name == meant


def test_what_only_answers_to_a_name_comes_after_what_owns_it() -> None:
    names = Names.of(
        [
            Name("sub", 0, weight("command", "library", 0, 3)),
            Name("sub", 1, weight("method", "howto", 900, 3)),
            Name("re.sub", 2, weight("function", "library", 900, 3)),
            Name("%d", 3, weight("row", "library", 0, 0)),
            Name("SUB", 4, weight("opcode", "library", 0, 3)),
        ]
    )

    assert names.find("sub").entries[0] == 2
    assert names.find("%d").entries[0] == 3


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("itertoools", "itertools"),
        ("defalutdict", "collections.defaultdict"),
        ("jsno.dumps", "json.dumps"),
        ("jsno.dmups", "json.dumps"),
        ("os.paht.join", "os.path.join"),
    ],
)
def test_a_slip_is_repaired(typed: str, meant: str) -> None:
    assert titles(typed) == []
    assert NAMES.correct(typed).name == meant


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [("sevrer", "http.server"), ("aerver", "http.server"), ("observer", None)],
)
def test_what_begins_otherwise_and_has_another_slip_is_another_word(
    typed: str, corrected: str | None
) -> None:
    names = Names.of([Name("http.server", 0, 5.0)])

    assert find_named(understand(typed), names)[1] == corrected


@pytest.mark.parametrize("typed", ["", " ", "zz", "qqqqqqqqqq"])
def test_nonsense_is_not_repaired(typed: str) -> None:
    assert len(NAMES.find(typed)) == 0
    assert len(NAMES.correct(typed)) == 0


def test_each_entry_comes_once() -> None:
    entries = NAMES.find("j").entries.tolist()

    assert len(entries) == len(set(entries)) > 1


def test_the_name_of_the_first_and_its_slips_are_told() -> None:
    assert NAMES.find("DUMPS").name == "json.dumps"
    assert NAMES.find("dumps").slips == 0
    assert NAMES.correct("dmups").slips == 1
    assert NAMES.find("zz").name == ""


def test_only_a_whole_name_is_exact_and_case_is_no_matter() -> None:
    assert NAMES.find("Json").is_exact.tolist() == [True, True, False, False]
    assert not NAMES.find("dumps").is_exact.any()
    assert not NAMES.correct("jsno").is_exact.any()


def test_those_above_a_score_are_the_first() -> None:
    found = NAMES.find("j")

    better = found.above(float(found.scores[2]))

    assert better.entries.tolist() == found.entries[:2].tolist()
    assert found.above(found.best_score).name == ""
