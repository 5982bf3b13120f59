"""Finding names: whole ones come first, then last parts, prefixes, words inside."""

import pytest

from hotdish_search.ranking.names import Name, Names, weight

NAMES = Names.of(
    Name(text, entry, weight)
    for entry, (text, weight) in enumerate(
        {
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
        }.items()
    )
)


def titles(text: str) -> list[str]:
    return [hit.name for hit in NAMES.find(text)]


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

    assert [hit.entry for hit in names.find("Iterator")] == [1, 0]
    assert [hit.entry for hit in names.find("iterator")] == [0, 1]


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

    assert names.correct(typed)[0].name == meant


def test_what_only_answers_to_a_name_comes_after_what_owns_it() -> None:
    names = Names.of(
        [
            Name("sub", 0, weight("command", "library", 0, 3)),
            Name("sub", 1, weight("method", "howto", 900, 3)),
            Name("re.sub", 2, weight("function", "library", 900, 3)),
            Name("%d", 3, weight("row", "library", 0, 0)),
        ]
    )

    assert names.find("sub")[0].entry == 2
    assert names.find("%d")[0].entry == 3


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
    assert NAMES.correct(typed)[0].name == meant


@pytest.mark.parametrize("typed", ["", " ", "zz", "qqqqqqqqqq"])
def test_nonsense_is_not_repaired(typed: str) -> None:
    assert NAMES.find(typed) == []
    assert NAMES.correct(typed) == []


def test_each_entry_comes_once() -> None:
    entries = [hit.entry for hit in NAMES.find("j")]

    assert len(entries) == len(set(entries)) > 1
