"""What a query means."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotdish_search.query.understand import understand


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("json.dumps", "json.dumps"),
        ("json.dumps()", "json.dumps"),
        ("json.dumps(obj, indent=2)", "json.dumps"),
        ("`len`", "len"),
        ("'str'", "str"),
        ("json dumps", "json.dumps"),
        ("read text", "read_text"),
        ("python -m", "-m"),
        ("python 3 len", "len"),
        ("TypeError: 'int' object is not iterable", "TypeError"),
        ("json.decoder.JSONDecodeError: Expecting value: line 1", "JSONDecodeError"),
        (":=", ":="),
        ("**", "**"),
    ],
)
def test_a_query_is_tried_as_a_name(text: str, name: str) -> None:
    assert name in understand(text).names


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("how to read a file in python", ("read", "file")),
        ("with", ("with",)),
        ("is", ("is",)),
        ("what is a decorator", ("decor",)),
        ("sort a dictionary by value", ("sort", "dictionari", "valu")),
        ("split 'a,b' at comma", ("split", "comma")),
        ("what is new in 3.11", ("new", "3.11", "3", "11")),
        ("round 2 digits", ("round", "digit")),
        ("read_t", ("read_t", "read")),
        ("re.s", ("re.s", "re")),
        ("os.path.join two paths", ("os.path.join", "os", "path", "join", "two")),
    ],
)
def test_filler_goes_and_words_stay(text: str, terms: tuple[str, ...]) -> None:
    assert understand(text).terms == terms


@pytest.mark.parametrize(("text", "is_name"), [("len", True), ("json dumps", False), ("-m", True)])
def test_one_token_is_a_name(text: str, *, is_name: bool) -> None:
    assert understand(text).is_name is is_name


@example("___")
@example("python _._")
@given(st.one_of(st.text(max_size=300), st.text("_.aZ1:( ", max_size=8)))
def test_any_text_has_a_meaning(text: str) -> None:
    query = understand(text)

    assert all(term and " " not in term for term in (*query.terms, *query.synonyms))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("what does os.path.join do", ("os.path.join",)),
        ("difference between == and is", ("==",)),
        ("what does ** mean in a call", ("**",)),
        ("walrus operator :=", (":=",)),
        ("read - and write & more + 1 / 2", ()),
        ("a==b", ()),
    ],
)
def test_names_and_operators_among_words_are_seen(typed: str, names: tuple[str, ...]) -> None:
    assert understand(typed).identifiers == names


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Cryptographic Services", True),
        ("Data Compression and Archiving", True),
        ("ZIP Archives", True),
        ("data compression", False),
        ("How to sort a List", False),
        ("Compression", False),
        ("TypeError", False),
        ("", False),
    ],
)
def test_what_is_written_like_a_heading_is_one(typed: str, *, expected: bool) -> None:
    assert understand(typed).is_heading is expected


@pytest.mark.parametrize(
    ("typed", "tools"),
    [
        ("chomp", {"str.rstrip": 1.0}),
        ("how to chomp", {"str.rstrip": 1.0}),  # filler is nothing to go by
        ("chomp a line", {}),  # one word among others may mean anything
        ("folder exists", {"os.path.isdir": 1.0, "os.path.exists": 0.5}),
    ],
)
def test_the_thesaurus_guesses_for_phrases_and_for_all_that_was_typed(
    typed: str, tools: dict[str, float]
) -> None:
    assert understand(typed).tools == tools
