"""Windows command lines, split and joined by the rules of the C run-time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotdish_menu.quoting import join_windows, quote_always, split_windows

# By the rules of the C run-time: every case of backslashes, quotes and blanks once.
TRIED = {
    "-NoExit -WindowStyle Maximized": ["-NoExit", "-WindowStyle", "Maximized"],
    " -NoExit": ["-NoExit"],
    r'"C:\Program Files\x\a.txt" /p': [r"C:\Program Files\x\a.txt", "/p"],
    r"C:\temp\ /q": ["C:\\temp\\", "/q"],
    "-Name \"O''Brien & Sons\"": ["-Name", "O''Brien & Sons"],
    'a "b ""c"" d" e': ["a", 'b "c" d', "e"],
    r'"\\srv\share\\" z': ["\\\\srv\\share\\", "z"],
    "it's one": ["it's", "one"],
    r"a\"b c": ['a"b', "c"],
    r'a\\"b c" d': ["a\\b c", "d"],
    '""': [""],
    '"a" "" b': ["a", "", "b"],
    'ab"c d"ef': ["abc def"],
    "": [],
    "\t a \t": ["a"],
    'open "quote to the end': ["open", "quote to the end"],
}

arguments = st.lists(
    st.text(st.sampled_from("ab \t\"\\/-'&é😀"), max_size=12),
    max_size=6,
)


@pytest.mark.parametrize("raw", TRIED)
def test_a_raw_line_is_split_as_windows_programs_see_it(raw: str) -> None:
    assert split_windows(raw) == TRIED[raw]


@given(arguments)
def test_joined_arguments_come_back_whole(given_arguments: list[str]) -> None:
    assert split_windows(join_windows(given_arguments)) == given_arguments


@given(st.text(st.sampled_from('ab \\"'), max_size=12), arguments)
def test_a_quoted_program_is_one_argument_whatever_follows(program: str, rest: list[str]) -> None:
    line = f"{quote_always(program)} {join_windows(rest)}"

    assert split_windows(line) == [program, *rest]


@given(st.text(st.sampled_from('ab "\\'), max_size=20))
def test_splitting_never_fails_and_never_adds_letters(raw: str) -> None:
    split = "".join(split_windows(raw))

    assert split.count("a") == raw.count("a")
    assert split.count("b") == raw.count("b")
