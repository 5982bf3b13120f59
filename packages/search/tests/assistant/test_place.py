"""A place is cut out of its page: all of it, and nothing of its neighbours."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotdish_search.assistant.answers import reading
from hotdish_search.assistant.place import Place, read_place
from hotdish_search.errors import HotdishSearchError

PAGE = "library/teapot.html"


def test_a_function_comes_with_signature_example_and_versions(teapot: Path) -> None:
    text = read_place(teapot, f"{PAGE}#teapot.brew").text

    assert text.startswith("**`teapot.brew(leaves, /, water, *more_leaves, minutes: float = 3.0, ")
    assert '```python\n>>> brew("earl grey", 200, minutes=4)' in text
    assert "Added in version 1.0." in text
    assert "pour" not in text


def test_all_signatures_of_an_overload_come_along(teapot: Path) -> None:
    text = read_place(teapot, f"{PAGE}#teapot.pour").text

    assert "`teapot.pour(cup)`" in text
    assert "`teapot.pour(cup, millilitres)`" in text
    assert "keep_warm" not in text


@pytest.mark.parametrize("name", ["GREEN", "BLACK", "OOLONG"])
def test_names_that_share_a_description_have_it_each(teapot: Path, name: str) -> None:
    text = read_place(teapot, f"{PAGE}#teapot.{name}").text

    assert f"`teapot.{name}`" in text
    assert text.endswith("Kinds of leaves.")


def test_a_class_comes_with_its_methods_and_a_method_alone(teapot: Path) -> None:
    whole = read_place(teapot, f"{PAGE}#teapot.Cup").text
    method = read_place(teapot, f"{PAGE}#teapot.Cup.from_mug").text

    assert "`classmethod from_mug(mug)`" in whole
    assert method == "**`classmethod from_mug(mug)`**\nPour a mug into a cup."


def test_a_section_has_its_heading_without_number(teapot: Path) -> None:
    text = read_place(teapot, f"{PAGE}#mutable-sequence-types").text

    assert text.startswith("## Mutable Sequence Types\n")
    assert "| `s.append(x)` | puts cup *x* on top of the stack |" in text


def test_an_anchor_at_a_heading_means_its_section(teapot: Path) -> None:
    assert (
        read_place(teapot, f"{PAGE}#typesseq-mutable").text
        == read_place(teapot, f"{PAGE}#mutable-sequence-types").text
    )


def test_an_anchor_before_a_definition_means_that(tmp_path: Path) -> None:
    html = (
        '<section id="types"><h1>Types</h1><span id="func-str"></span>'
        '<dl><dt class="sig">str(x)</dt><dd>Text.</dd></dl>'
        "<pre><strong id='grammar-atom'>atom</strong> ::= name</pre>"
        "<dl class='glossary'><dt id='term-a'>a</dt><dd>First.</dd>"
        "<dt id='term-b'>b</dt><dd>Second.</dd></dl></section>"
    )
    (tmp_path / "x.html").write_text(html, encoding="utf-8")

    texts = [read_place(tmp_path, f"x.html#{anchor}").text
             for anchor in ("func-str", "grammar-atom", "term-b")]  # fmt: skip

    assert texts == ["**`str(x)`**\nText.", "```\natom ::= name\n```", "**b**\nSecond."]


def test_a_page_lists_its_sections(teapot: Path) -> None:
    place = read_place(teapot, PAGE)

    assert place.text.startswith("# `teapot` — Brewing tea")
    assert (f"{PAGE}#brewing", "Brewing") in place.sections
    assert len(place.sections) == 6


@pytest.mark.parametrize(
    "place",
    ["none.html", "../conftest.py", "/etc/passwd", "", "#x", "objects.inv", f"{PAGE}#none",
     "..\\x.html", "a\0b.html", "x" * 5000 + ".html"],
)  # fmt: skip
def test_what_is_not_there_is_told(teapot: Path, place: str) -> None:
    with pytest.raises(HotdishSearchError, match="There is no"):
        read_place(teapot, place)


def test_a_rebuilt_page_is_read_anew(tmp_path: Path) -> None:
    page = tmp_path / "x.html"
    page.write_text('<section id="a"><h1>Old</h1></section>', encoding="utf-8")
    before = read_place(tmp_path, "x.html").text
    page.unlink()
    page.write_text('<section id="a"><h1>Newer</h1></section>', encoding="utf-8")

    assert (before, read_place(tmp_path, "x.html").text) == ("# Old", "# Newer")


PARAGRAPHS = st.lists(
    st.sampled_from(["## Heat", "Boil it.", "x" * 300, "```python\npot()\n\nlid()\n```"]),
    min_size=1,
    max_size=30,
)


@given(paragraphs=PARAGRAPHS, length=st.integers(200, 900))
def test_stretches_put_together_are_the_whole_text(paragraphs: list[str], length: int) -> None:
    text = "\n\n".join(paragraphs)
    read: list[str] = []
    start: int | None = 0
    while start is not None:
        stretch = reading(Place(text, ()), "pot", start, length)
        body, _, rest = stretch.removeprefix("[pot]\n\n").partition("\n\n[Characters ")
        read.append(body)
        more = re.search(r"start=(\d+)", rest)
        start = int(more[1]) if more else None

    assert "".join(read).replace("\n", "") == text.replace("\n", "")
    assert all(len(body) <= length for body in read)


def test_a_stretch_ends_neither_at_a_heading_nor_inside_code() -> None:
    text = "\n\n".join(["a" * 150, "## Heat", "```\n" + "b" * 30 + "\n\n" + "c" * 30 + "\n```"])

    assert reading(Place(text, ()), "pot", 0, 200).splitlines()[2:4] == ["a" * 150, ""]
