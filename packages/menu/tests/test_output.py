"""What a script prints, and what of it can be shown."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotdish_menu.output import OutputText, console_encoding, decode_clixml

CLIXML = (
    "#< CLIXML\r\n"
    '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    '<Obj S="progress" RefId="0"><MS><I64 N="SourceId">1</I64></MS></Obj>'
    '<S S="Error">get-thing : The term &lt;get-thing&gt; was not found._x000D__x000A_</S>'
    '<S S="warning">Mind</S></Objs>'
)


def shown(*pieces: bytes, encoding: str = "") -> str:
    text = OutputText(encoding)
    return "".join([text.feed(piece) for piece in pieces] + [text.feed(b"", is_last=True)])


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Größe → 😀".encode(), "Größe → 😀"),
        ("Größe".encode("utf-8-sig"), "Größe"),
        (codecs.BOM_UTF16_LE + "Größe".encode("utf-16-le"), "Größe"),
        ("Windows for Linux".encode("utf-16-le"), "Windows for Linux"),
        ("Größe".encode("cp1252"), "Größe"),
        (b"a\r\nb\n", "a\nb\n"),
        (b"\x1b[1;31mred\x1b[0m and \x1b]0;title\x07plain\x1b(B", "red and plain"),
        (b"a\0b\x07c\tk", "abc\tk"),
        (b"abc\x08\x08x", "ax"),
        (b"10%\r20%\rdone\n", "\rdone\n"),
        (b"one\n10%\r20%\n", "one\n20%\n"),
        (CLIXML.encode(), "get-thing : The term <get-thing> was not found.\nWARNING: Mind"),
        (b"", ""),
    ],
)
def test_bytes_become_text(data: bytes, text: str) -> None:
    assert shown(data) == text


@pytest.mark.parametrize(
    "data",
    [
        "Größe → 😀 \x1b[1;31mred\x1b[0m \x1b]0;t\x07end\r\nnext\n".encode(),
        CLIXML.encode(),
        "Wort und Größe\n".encode("utf-16-le"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_it_does_not_matter_where_the_bytes_are_cut(data: bytes, size: int) -> None:
    # The first piece of UTF-16 must be long enough to be told from other text.
    first = 8
    pieces = [data[:first], *[data[i : i + size] for i in range(first, len(data), size)]]

    assert shown(*pieces) == shown(data)


def test_text_that_turns_out_not_to_be_utf_8_goes_on_in_the_code_page() -> None:
    assert shown(b"plain, then ", "Größe".encode(), b" and \xf6\xe4") == "plain, then Größe and öä"


def test_a_named_encoding_is_used() -> None:
    assert shown(b"\x84\x94", encoding="cp850") == "äö"


def test_bytes_after_a_gap_are_decoded_anew() -> None:
    text = OutputText()
    text.feed(b"Gr" + b"\xc3")

    text.skip()

    assert text.feed(b"\xc3\xb6", is_last=True) == "ö"


def test_an_unfinished_escape_at_the_end_is_dropped() -> None:
    assert shown(b"end\x1b[3") == "end[3"


def test_xml_that_never_ends_is_shown_in_the_end() -> None:
    assert shown(b'<Objs Version="1.1">and so on') == '<Objs Version="1.1">and so on'


def test_ordinary_output_streams_of_powershell_are_plain() -> None:
    assert decode_clixml('<Objs Version="1"><S S="Output">a</S></Objs>') == "a"


def test_the_console_encoding_is_one_that_python_knows() -> None:
    assert codecs.lookup(console_encoding())


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_bytes_make_it_fail(pieces: list[bytes]) -> None:
    text = shown(*pieces)

    assert "\x1b" not in text
    assert "\0" not in text
