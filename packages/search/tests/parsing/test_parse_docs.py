from pathlib import Path

import pytest
import sphobjinv

from hotdish_search.errors import HotdishSearchError
from hotdish_search.parsing import parse_docs

PAGE = '<main><section id="tea"><h1>Tea</h1><p>Hot.</p>{}</section></main>'


def write_inventory(folder: Path, *objects: tuple[str, str, str]) -> None:
    """Write an objects.inv of (role, name, uri), and a label, for an empty one is refused."""
    inventory = sphobjinv.Inventory()
    inventory.project, inventory.version = "Tea", "1.0"
    for role, name, uri in (("std:label", "tea", "tea.html#tea"), *objects):
        inventory.objects.append(
            sphobjinv.DataObjStr(
                name=name,
                domain=role.partition(":")[0],
                role=role.partition(":")[2],
                priority="1",
                uri=uri,
                dispname="-",
            ),
        )
    packed = sphobjinv.compress(inventory.data_file())
    sphobjinv.writebytes(folder / "objects.inv", packed)


def write_page(folder: Path, name: str, blocks: str = "") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAGE.format(blocks), encoding="utf-8")


def test_a_folder_without_an_inventory_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HotdishSearchError, match=r"No objects\.inv in .* Name the top folder"):
        parse_docs(tmp_path)


def test_an_inventory_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "objects.inv").write_bytes(b"not an inventory")

    with pytest.raises(HotdishSearchError, match=r"objects\.inv cannot be read"):
        parse_docs(tmp_path)


def test_a_folder_without_pages_is_refused_with_what_to_do(tmp_path: Path) -> None:
    write_inventory(tmp_path)

    with pytest.raises(HotdishSearchError, match=r"No page with a section in .* again"):
        parse_docs(tmp_path)


def test_names_whose_place_is_not_there_are_lost_by_name(tmp_path: Path) -> None:
    write_inventory(
        tmp_path,
        ("py:function", "brew", "tea.html#brew"),
        ("py:function", "pour", "gone.html#pour"),
        ("c:functionParam", "Pour.cup", "gone.html#c.Pour"),
        ("std:doc", "gone", "gone.html"),
    )
    write_page(tmp_path, "tea.html")

    report = parse_docs(tmp_path).report

    assert report.inventory_objects == 2
    assert sorted(report.lost) == [
        "gone.html#pour: py:function pour: its page is not there",
        "tea.html#brew: py:function brew: its anchor is not on the page",
    ]
    assert report.skipped_pages == {"gone.html": "not in the folder"}


def test_pages_with_special_characters_in_their_names_are_found(tmp_path: Path) -> None:
    write_inventory(tmp_path, ("py:module", "green", "green%20tea.html#tea"))
    write_page(tmp_path, "green tea.html")
    write_page(
        tmp_path,
        "cups/mug.html",
        '<p>Hold <a class="reference internal" href="../green%20tea.html">tea</a>.</p>',
    )

    parsed = parse_docs(tmp_path)

    assert parsed.report.lost == ()
    assert [(entry.id, entry.title) for entry in parsed.entries] == [
        ("cups/mug.html", "Tea"),
        ("green tea.html", "green"),
    ]
    assert [(link.source, link.target) for link in parsed.links] == [
        ("cups/mug.html", "green tea.html"),
    ]


def test_an_address_that_moved_twice_is_not_followed_out_of_the_documentation(
    tmp_path: Path,
) -> None:
    write_inventory(tmp_path)
    write_page(tmp_path, "tea.html")
    for name, url in (("old.html", "older.html"), ("out.html", "https://tea.example/")):
        (tmp_path / name).write_text(f'<meta http-equiv="refresh" content="0; url={url}">')

    parsed = parse_docs(tmp_path)

    assert [entry.aliases for entry in parsed.entries] == [("tea.html#tea",)]
    assert parsed.report.skipped_pages == {"old.html": "redirect", "out.html": "redirect"}


def test_folders_that_sphinx_keeps_for_itself_hold_no_pages(tmp_path: Path) -> None:
    write_inventory(tmp_path)
    write_page(tmp_path, "tea.html")
    write_page(tmp_path, "_sources/tea.html")
    write_page(tmp_path, "genindex.html")

    parsed = parse_docs(tmp_path)

    assert [entry.id for entry in parsed.entries] == ["tea.html"]
    assert parsed.report.skipped_pages == {"genindex.html": "made from the other pages"}


def test_the_log_of_changes_is_an_entry_for_each_version(tmp_path: Path) -> None:
    write_inventory(tmp_path)
    versions = "".join(
        f'<section id="v{n}"><h2>Tea {n}</h2>'
        f'<section id="library{n}"><h3>Library</h3><p>Hot {n}.</p></section></section>'
        for n in (1, 2)
    )
    write_page(tmp_path, "changelog.html", versions)

    parsed = parse_docs(tmp_path)

    assert [entry.title for entry in parsed.entries] == ["Tea", "Tea 1", "Tea 2"]
    assert parsed.entries[1].text == "Library\nHot 1."
    assert parsed.entries[1].aliases == ("changelog.html#library1",)
    assert parsed.report.sections == 5


def definition(name: str, shown: str) -> str:
    signature = f'<dt id="{name}" class="sig"><span class="descname">{shown}</span></dt>'
    return f'<dl class="py function">{signature}<dd><p>Pours.</p></dd></dl>'


def test_a_heading_that_only_repeats_a_definition_is_no_entry_beside_it(tmp_path: Path) -> None:
    write_inventory(tmp_path, ("py:function", "kitchen.pour", "api/kitchen.pour.html#$"))
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "kitchen.pour.html").write_text(
        '<main><section id="kitchen-pour"><h1>kitchen.pour</h1>'
        f"{definition('kitchen.pour', 'pour')}</section></main>"
    )
    link = '<p>See <a class="reference internal" href="api/kitchen.pour.html">pouring</a>.</p>'
    write_page(tmp_path, "tea.html", link)

    parsed = parse_docs(tmp_path)

    assert [(entry.id, entry.aliases) for entry in parsed.entries] == [
        (
            "api/kitchen.pour.html#kitchen.pour",
            ("api/kitchen.pour.html", "api/kitchen.pour.html#kitchen-pour"),
        ),
        ("tea.html", ("tea.html#tea",)),
    ]
    assert [link.target for link in parsed.links] == ["api/kitchen.pour.html#kitchen.pour"]


def test_a_heading_without_a_lasting_anchor_leads_to_its_definition(tmp_path: Path) -> None:
    write_inventory(tmp_path)
    link = '<a class="reference internal" href="#id4">there</a>'
    pour = f'<section id="id4"><h2>pour()</h2>{definition("p", "pour")}</section>'
    write_page(tmp_path, "tea.html", f"<p>See {link}.</p>{pour}")

    parsed = parse_docs(tmp_path)

    assert [(entry.id, entry.aliases) for entry in parsed.entries] == [
        ("tea.html", ("tea.html#tea",)),
        ("tea.html#p", ("tea.html#id4",)),
    ]
    assert [(link.source, link.target) for link in parsed.links] == [("tea.html", "tea.html#p")]


def test_a_heading_with_text_stays_an_entry_beside_its_definition(tmp_path: Path) -> None:
    write_inventory(tmp_path)
    blocks = f'<section id="pour"><h2>pour</h2><p>Slowly.</p>{definition("p", "pour")}</section>'
    write_page(tmp_path, "tea.html", blocks)

    assert [entry.id for entry in parse_docs(tmp_path).entries] == [
        "tea.html",
        "tea.html#pour",
        "tea.html#p",
    ]


def test_a_heading_that_the_inventory_knows_is_a_name(tmp_path: Path) -> None:
    write_inventory(
        tmp_path,
        ("std:setting", "SUGAR", "tea.html#setting-SUGAR"),
        ("kitchen:spoon", "spoon:silver", "tea.html#silver"),
    )
    write_page(
        tmp_path,
        "tea.html",
        '<section id="sugar"><span id="setting-SUGAR"></span><h2><code>SUGAR</code></h2></section>'
        '<section id="silver"><h2>silver</h2></section><section id="milk"><h2>Milk</h2></section>',
    )

    assert [(entry.title, entry.kind, entry.names) for entry in parse_docs(tmp_path).entries] == [
        ("Tea", "page", ()),
        ("SUGAR", "option", ()),
        ("silver", "other", ()),
        ("Milk", "section", ()),
    ]


def test_a_second_description_without_an_anchor_is_no_second_definition(tmp_path: Path) -> None:
    write_inventory(tmp_path, ("py:function", "kitchen.pour", "tea.html#kitchen.pour"))
    again = definition("", "pour").replace(' id=""', "")
    once = definition("", "stir").replace(' id=""', "")
    write_page(tmp_path, "tea.html", definition("kitchen.pour", "pour") + again + once)

    assert [(entry.title, entry.kind) for entry in parse_docs(tmp_path).entries[1:]] == [
        ("kitchen.pour", "function"),
        ("pour", "row"),
        ("stir", "function"),
    ]


def test_what_another_project_tells_is_about_the_library_that_it_is(tmp_path: Path) -> None:
    write_inventory(tmp_path)
    for name in ("api.html", "changes.html", "faq/milk.html", "topics/cups.html", "tutorial.html"):
        write_page(tmp_path, name)

    assert [(entry.id, entry.part) for entry in parse_docs(tmp_path).entries] == [
        ("api.html", "library"),
        ("changes.html", "whatsnew"),
        ("faq/milk.html", "faq"),
        ("topics/cups.html", "library"),
        ("tutorial.html", "tutorial"),
    ]
