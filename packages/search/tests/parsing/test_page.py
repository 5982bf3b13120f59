"""What the small documentations do not show: extensions of Python's own, and damaged pages."""

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hotdish_search.model import VersionNote
from hotdish_search.parsing.page import Skipped, read_page
from hotdish_search.parsing.place import Page

Read = Callable[..., Page]

WHOLE_PAGES = sorted((Path(__file__).parent / "built" / "9.1.0").rglob("*.html"))
DAMAGE = (
    "",
    "</section>",
    "</dl></dd>",
    '<dl class="py"><dd>x</dd><dt></dt>',
    "<table><tr><td><dl>",
)


def note_box(classes: str, label: str, told: str = "") -> str:
    return f'<div class="{classes}"><p><span class="versionmodified">{label}</span>{told}</p></div>'


def test_a_deprecation_with_a_removal_is_two_notes(read: Read) -> None:
    label = "Deprecated since version 3.8, will be removed in version 3.10: "

    page = read(note_box("deprecated-removed", label, "Use a mug."))

    assert page.places[0].notes == [
        VersionNote("deprecated", "3.8", "Use a mug."),
        VersionNote("removed", "3.10", "Use a mug."),
    ]


def test_a_soft_deprecation_is_no_change(read: Read) -> None:
    label = 'Soft <a href="#x">deprecated</a> since version 3.15.0a2 (unreleased).'

    page = read(note_box("versionchanged soft-deprecated", label))

    assert page.places[0].notes == [VersionNote("deprecated", "3.15.0a2", "")]


def test_a_removal_is_a_note(read: Read) -> None:
    page = read(note_box("versionremoved", "Removed in version 3.12."))

    assert page.places[0].notes == [VersionNote("removed", "3.12", "")]


def test_a_version_note_in_other_words_is_understood(read: Read) -> None:
    title = '<span class="title">Changed in Tea 4.1:</span>'

    page = read(f'<div class="versionchanged">{title} <p>Hot.</p></div>')

    assert page.places[0].notes == [VersionNote("changed", "4.1", "Hot.")]
    assert page.lost == []


def test_a_version_note_without_a_version_is_named(read: Read) -> None:
    page = read(note_box("versionadded", "New some day."))

    assert page.places[0].notes == []
    assert page.lost == ["library/tea.html: a version note without a version"]


def test_notes_in_a_table_belong_to_their_row(read: Read) -> None:
    note = note_box("versionadded", "New in version 3.9.")

    page = read(f"<table><tr><td><code>%T</code></td><td><p>Tea.</p>{note}</td></tr></table>")

    row = page.places[1]
    assert (row.form, row.title, row.notes) == ("row", "%T", [VersionNote("added", "3.9", "")])
    assert page.places[0].notes == []


def test_notes_in_a_list_are_about_what_the_list_explains(read: Read) -> None:
    note = note_box("versionadded", "New in version 3.9.")

    page = read(f"<ul><li><p><em>milk</em>: with or without.</p>{note}</li></ul>")

    assert page.places[0].notes == []
    assert page.lost == []


def test_rows_of_links_only_point_elsewhere(read: Read) -> None:
    page = read(
        '<table><tr><td><a href="#x"><code>brew()</code></a></td><td>brews</td></tr></table>',
    )

    assert [place.form for place in page.places] == ["section"]
    assert page.places[0].blocks == ["brew() brews"]


def test_grammar_with_single_colons_is_read(read: Read) -> None:
    page = read(
        '<p><pre class="highlight"><strong id="grammar-token-tea-cup">cup</strong>: "cup" milk\n'
        '     | "mug"\n<strong id="grammar-token-tea-milk">milk</strong>: "milk"\n</pre></p>',
    )

    rules = [place.signatures for place in page.places[1:]]
    assert rules == [['cup: "cup" milk | "mug"'], ['milk: "milk"']]


def test_descriptions_in_several_parts_stay_together(read: Read) -> None:
    page = read(
        '<dl class="py function"><dt id="brew" class="sig">brew()</dt>'
        "<dd><p>Brews.</p></dd><dd><p>Slowly.</p></dd></dl>",
    )

    assert page.places[1].blocks == ["Brews.", "Slowly."]


CUP = '<dl class="py class"><dt id="tea.{0}"><span class="descname">{0}</span></dt>{1}</dl>'


def test_text_below_an_empty_definition_is_its_own_if_the_section_is_named_after_it(
    read: Read,
) -> None:
    told = "<p>Holds tea.</p>"

    page = read(
        f'<section id="cup"><h2>cup()</h2>{CUP.format("cup", "<dd></dd>")}{told}</section>'
        f'<section id="mugs"><h2>Mugs</h2>{CUP.format("mug", "<dd></dd>")}{told}</section>'
        f'<section id="jug"><h2>jug</h2>{CUP.format("jug", "<dd><p>Big.</p></dd>")}{told}</section>'
    )

    assert {place.id.partition("#")[2]: place.blocks for place in page.places[1:]} == {
        "cup": [],
        "tea.cup": ["Holds tea."],
        "mugs": ["Holds tea."],
        "tea.mug": [],
        "jug": ["Holds tea."],
        "tea.jug": ["Big."],
    }


def test_a_list_without_signatures_is_text(read: Read) -> None:
    page = read('<dl class="simple"><dt>Green</dt><dd><p>Mild.</p></dd></dl><dl></dl>')

    assert [place.blocks for place in page.places] == [["Green", "Mild."]]


def test_a_section_without_a_heading_stays_with_the_one_around_it(read: Read) -> None:
    page = read('<section id="inner"><p>Inner text.</p></section>')

    assert page.n_sections == 2
    assert page.places[0].blocks == ["Inner text."]
    assert page.anchors["inner"] is page.places[0]


def test_a_top_section_without_a_heading_is_named_as_lost() -> None:
    html = b'<section id="a"><section id="b"><h2>B</h2></section></section>'

    page = read_page("x.html", html)

    assert isinstance(page, Page)
    assert [place.title for place in page.places] == ["B"]
    assert page.lost == ["x.html#a: a section without a heading"]


def test_pages_without_anything_to_search_tell_why() -> None:
    assert read_page("a.html", b"<p>Only text.</p>") == Skipped("a.html", "no section")
    assert read_page("b.html", b'<section id="b"></section>') == Skipped("b.html", "no heading")
    assert read_page("c.html", b"") == Skipped("c.html", "no section")


def test_a_redirect_tells_where_to() -> None:
    html = b'<noscript><meta http-equiv="refresh" content="0; url=../new/d.html"></noscript>'

    assert read_page("old/d.html", html) == Skipped("old/d.html", "redirect", "../new/d.html")


def test_scripts_forms_and_comments_are_no_text(read: Read) -> None:
    page = read("<script>1</script><form><p>Search</p></form><!-- x --><p>Tea<br>pot</p>")

    assert page.places[0].blocks == ["Tea pot"]


def test_a_target_before_text_does_not_name_the_definition_after_it(read: Read) -> None:
    page = read(
        '<span id="early"></span><p>Text.</p><span id="late"></span>'
        '<dl class="py class"><dt class="sig"><span class="descname">Cup</span></dt></dl>',
    )

    cup = page.places[1]
    assert cup.id == "library/tea.html#late"
    assert page.anchors["early"] is page.places[0]


def test_numbered_anchors_name_nothing(read: Read) -> None:
    page = read(
        '<span id="index-3"></span>'
        '<dl class="py class"><dt class="sig"><span class="descname">Cup</span></dt></dl>',
    )

    cup = page.places[1]
    assert cup.id == "library/tea.html"
    assert page.anchors["index-3"] is cup


@given(
    path=st.sampled_from(WHOLE_PAGES),
    where=st.floats(0, 1),
    damage=st.sampled_from(DAMAGE),
    is_cut=st.booleans(),
)
def test_a_damaged_page_is_read_as_far_as_it_goes(
    path: Path,
    where: float,
    damage: str,
    *,
    is_cut: bool,
) -> None:
    html = path.read_text(encoding="utf-8")
    position = int(where * len(html))
    rest = "" if is_cut else html[position:]

    page = read_page("x.html", (html[:position] + damage + rest).encode())

    assert isinstance(page, Skipped) or page.places[0].id == "x.html"
