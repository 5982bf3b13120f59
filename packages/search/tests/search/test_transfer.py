"""An index goes from one database into another as one file, whole or not at all."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import anyio
import httpx2
import pytest
from packages.search.tests.fake_embedder import TwoMeanings

from hotdish_search.app import create_app
from hotdish_search.cli import main
from hotdish_search.engines import make_engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.build import Reporter
from hotdish_search.indexing.content import Content
from hotdish_search.meaning import VectorShelf
from hotdish_search.model import SearchRequest
from hotdish_search.ranking.arrays import pack
from hotdish_search.service import SearchService
from hotdish_search.settings import Settings
from hotdish_search.transfer import Parts, export_index, import_index
from hotdish_search.transfer.layout import checksum

pytestmark = pytest.mark.anyio
PAGE = "<html><head></head><body>Cook <b>soup</b>.</body></html>"


def nothing(_done: int, _all: int) -> None:
    """Take progress and show none."""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A documentation with a page, and links as Debian's has, one of them to a secret."""
    folder = tmp_path / "built here"
    (folder / "library").mkdir(parents=True)
    (folder / "library" / "soup.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "jquery.js").write_text("jquery", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "jquery.js").symlink_to(tmp_path / "jquery.js")
    (folder / "secret.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def content(small_content: Content, pages: Path) -> Content:
    return replace(small_content, docset=replace(small_content.docset, folder=str(pages)))


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Settings:
    """Where an index is built, in each kind of database."""
    return Settings(data_dir=tmp_path / "here", database_url=database_url)


@pytest.fixture
def there(tmp_path: Path) -> Settings:
    """A server that has nothing yet."""
    return Settings(data_dir=tmp_path / "there", database_url=None)


@pytest.fixture
async def exported(tmp_path: Path, content: Content, silent: Reporter) -> Path:
    """An index in a file, out of SQLite."""
    origin = Settings(data_dir=tmp_path / "origin", database_url=None)
    await make_engine(origin.database).replace(content, nothing)
    await export_index(tmp_path / "soup.zip", origin, Parts(), silent)
    return tmp_path / "soup.zip"


async def content_in(settings: Settings, docset: str = "soup-1.0") -> Content:
    engine = make_engine(settings.database)
    await engine.open()
    try:
        return await engine.content(docset)
    finally:
        await engine.close()


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


async def test_every_engine_gives_back_what_it_was_given(here: Settings, content: Content) -> None:
    await make_engine(here.database).replace(content, nothing)

    given = await content_in(here)

    assert given.docset == content.docset
    assert list(given.entries) == list(content.entries)
    assert given.full_text == content.full_text
    assert given.index.dump() == content.index.dump()


async def test_every_engine_exports_the_same_file(
    here: Settings, content: Content, exported: Path, silent: Reporter, tmp_path: Path
) -> None:
    await make_engine(here.database).replace(content, nothing)

    await export_index(tmp_path / "again.zip", here, Parts(), silent)

    assert (tmp_path / "again.zip").read_bytes() == exported.read_bytes()


async def test_every_engine_imports_it(
    here: Settings, content: Content, exported: Path, silent: Reporter
) -> None:
    (docset,) = await import_index(exported, here, silent)
    given = await content_in(here)

    assert given.docset == docset
    assert given.full_text == content.full_text
    assert list(given.entries) == list(content.entries)
    assert given.index.dump() == content.index.dump()
    async with SearchService(make_engine(here.database)) as service:
        answer = await service.search(SearchRequest("spoon"))
    assert answer.results[0].entry.title == "soup.stir"


async def test_no_place_of_the_exporting_computer_survives(
    exported: Path, there: Settings, silent: Reporter, tmp_path: Path
) -> None:
    await import_index(exported, there, silent)

    with zipfile.ZipFile(exported) as bundle:
        held = b"".join(bundle.read(name) for name in bundle.namelist())
    assert str(tmp_path).encode() not in held
    stored = (await content_in(there)).docset
    assert (stored.folder, stored.origin) == ("docs/soup-1.0", "imported from soup.zip")


async def test_the_pages_come_along_and_what_links_lead_to_does_not(
    exported: Path, there: Settings, silent: Reporter
) -> None:
    await import_index(exported, there, silent)

    folder = there.data_dir / "docs" / "soup-1.0"
    assert files_in(folder) == {"library/soup.html": PAGE.encode(), "jquery.js": b"jquery"}


async def test_imported_pages_are_served_wherever_the_data_folder_is(
    exported: Path, there: Settings, silent: Reporter, tmp_path: Path
) -> None:
    await import_index(exported, there, silent)
    there.data_dir.rename(tmp_path / "elsewhere")
    app = create_app(Settings(data_dir=tmp_path / "elsewhere", database_url=None))

    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://x") as client,
    ):
        answer = await client.get("/docs/soup-1.0/library/soup.html")

    assert "Cook <b>soup</b>." in answer.text


async def test_a_second_import_takes_the_place_of_the_first(
    exported: Path, there: Settings, silent: Reporter
) -> None:
    await import_index(exported, there, silent)
    page = there.data_dir / "docs" / "soup-1.0" / "library" / "soup.html"
    page.with_name("old.html").write_text("old", encoding="utf-8")
    before = files_in(there.data_dir)

    await import_index(exported, there, silent)

    assert set(files_in(there.data_dir)) == set(before) - {"docs/soup-1.0/library/old.html"}


async def test_pages_can_be_left_out(
    here: Settings, there: Settings, content: Content, silent: Reporter, tmp_path: Path
) -> None:
    await make_engine(here.database).replace(content, nothing)
    await export_index(tmp_path / "bare.zip", here, Parts(pages=False), silent)
    await import_index(tmp_path / "bare.zip", there, silent)

    async with SearchService(make_engine(there.database), data_dir=there.data_dir) as service:
        assert service.docs_folder("soup-1.0") is None
    assert not (there.data_dir / "docs").exists()


async def test_one_docset_can_be_chosen_and_others_stay_where_it_goes(
    here: Settings, there: Settings, content: Content, silent: Reporter, tmp_path: Path
) -> None:
    stew = replace(content, docset=replace(content.docset, name="stew-2.0"))
    for one in (content, stew):
        await make_engine(here.database).replace(one, nothing)
    bread = replace(content, docset=replace(content.docset, name="bread-3.0"))
    await make_engine(there.database).replace(bread, nothing)

    await export_index(tmp_path / "one.zip", here, Parts(docset="stew-2.0"), silent)
    await import_index(tmp_path / "one.zip", there, silent)
    with pytest.raises(HotdishSearchError, match=r"'pie'. Use one of: soup-1.0, stew-2.0"):
        await export_index(tmp_path / "none.zip", here, Parts(docset="pie"), silent)

    async with SearchService(make_engine(there.database)) as service:
        assert [docset.name for docset in service.docsets()] == ["bread-3.0", "stew-2.0"]


async def test_what_was_learned_comes_along_and_is_learned_first_if_asked(
    here: Settings, there: Settings, content: Content, tmp_path: Path
) -> None:
    await make_engine(here.database).replace(content, nothing)
    told: list[tuple[int, int]] = []
    reporter = Reporter(
        say=lambda _: None,
        step=lambda title: lambda *done: told.append(done) if "means" in title else None,
    )
    first, second = TwoMeanings(), TwoMeanings()

    await export_index(tmp_path / "learned.zip", here, Parts(embedder=first), reporter)
    await export_index(tmp_path / "again.zip", here, Parts(embedder=first), reporter)
    await import_index(tmp_path / "learned.zip", there, reporter)

    build = content.docset.build
    assert first.n_texts == len(content.entries)
    assert told == [(4, 4)]
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "learned.zip").read_bytes()
    assert VectorShelf(there.meaning_dir, second).load(build, len(content.entries)) is not None


async def test_missing_pages_are_told_and_the_older_export_stays(
    exported: Path, content: Content, pages: Path, silent: Reporter, tmp_path: Path
) -> None:
    before = exported.read_bytes()
    pages.rename(tmp_path / "moved away")
    origin = Settings(data_dir=tmp_path / "origin", database_url=None)

    with pytest.raises(HotdishSearchError, match=r"gone from .*built here.*--no-pages"):
        await export_index(exported, origin, Parts(), silent)

    assert exported.read_bytes() == before
    assert list(tmp_path.glob("*building*")) == []


async def test_no_file_of_another_program_is_written_over(
    exported: Path, silent: Reporter, tmp_path: Path
) -> None:
    diary = tmp_path / "diary.zip"
    diary.write_bytes(b"dear diary")
    origin = Settings(data_dir=tmp_path / "origin", database_url=None)

    with pytest.raises(HotdishSearchError, match=r"is no exported index. Move it away"):
        await export_index(diary, origin, Parts(), silent)

    assert diary.read_bytes() == b"dear diary"


def rewrite(path: Path, changes: Mapping[str, bytes | None], **of_docset: object) -> None:
    """Change members of an exported file, and its manifest so that the checksum is right."""
    with zipfile.ZipFile(path) as bundle:
        members: dict[str, bytes] = {name: bundle.read(name) for name in bundle.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    for name, data in changes.items():
        members.pop(name, None)
        if data is not None:
            members[name] = data
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    manifest["checksum"] = checksum(digests)
    manifest["docsets"][0] |= of_docset
    with zipfile.ZipFile(path, "w") as bundle:
        for name, data in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            bundle.writestr(name, data)


def first_line(path: Path, member: str, **changes: object) -> bytes:
    with zipfile.ZipFile(path) as bundle:
        first, *rest = bundle.read(member).splitlines()
    value = json.loads(first)
    for key, changed in changes.items():
        (value["entry"] if key not in value else value)[key] = changed
    return b"\n".join([json.dumps(value).encode(), *rest])


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def flip(path: Path) -> None:
    """Change one byte of an entry's text, as a bad disk would."""
    with zipfile.ZipFile(path) as bundle:
        entries = bundle.read("0/entries.jsonl")
        members = {name: bundle.read(name) for name in bundle.namelist()}
    members["0/entries.jsonl"] = entries.replace(b"Cook soup", b"Cook soap")
    with zipfile.ZipFile(path, "w") as bundle:
        for name, data in members.items():
            bundle.writestr(name, data)


def newer(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("manifest.json", '{"format": "hotdish-search index", "version": 2}')


def foreign(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("readme.txt", "hello")


WRONG: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "cut off": (cut, "broken or incomplete"),
    "damaged": (flip, "checksum is wrong"),
    "newer": (newer, "its format is 2, this version reads 1. Upgrade"),
    "another zip": (foreign, "no manifest"),
    "no zip": (lambda path: path.write_bytes(b"soup"), "something else"),
    "empty": (lambda path: path.write_bytes(b""), "something else"),
    "no entries": (lambda path: rewrite(path, {"0/entries.jsonl": None}), "it is missing"),
    "too few entries": (lambda path: rewrite(path, {"0/entries.jsonl": b""}), "0 entries instead"),
    "no pages": (
        lambda path: rewrite(path, {"0/pages/library/soup.html": None, "0/pages/jquery.js": None}),
        "pages in it is damaged",
    ),
    "an unknown kind": (
        lambda path: rewrite(
            path, {"0/entries.jsonl": first_line(path, "0/entries.jsonl", kind="stew")}
        ),
        "entries.jsonl, line 1 in it is damaged (entry.kind: Input should be 'module'",
    ),
    "a place that is none": (
        lambda path: rewrite(
            path, {"0/entries.jsonl": first_line(path, "0/entries.jsonl", place=9)}
        ),
        "entry 9 is meant and missing",
    ),
    "a name of nothing": (
        lambda path: rewrite(path, {"0/names.jsonl": first_line(path, "0/names.jsonl", entry=4)}),
        "entry 4 is meant and missing",
    ),
    "a line that is no JSON": (
        lambda path: rewrite(path, {"0/names.jsonl": b"{"}),
        "names.jsonl, line 1",
    ),
    "no statistics": (
        lambda path: rewrite(path, {"0/statistics.npz": b"PK\x03\x04"}),
        "statistics.npz in it is damaged",
    ),
    "a docset that leads elsewhere": (
        lambda path: rewrite(path, {}, name="../evil"),
        "docsets.0.name",
    ),
    "a build that leads elsewhere": (lambda path: rewrite(path, {}, build="../evil"), "build"),
    "a model that leads elsewhere": (lambda path: rewrite(path, {}, models=["../evil"]), "models"),
    "vectors that are missing": (
        lambda path: rewrite(path, {}, models=["two-meanings"]),
        "is missing",
    ),
    "vectors of another size": (
        lambda path: rewrite(path, {"0/vectors/two-meanings": b"123"}, models=["two-meanings"]),
        "3 bytes for 4 entries",
    ),
    "a page that leads elsewhere": (
        lambda path: rewrite(path, {"0/pages/../../../evil.html": b"evil"}),
        "leads out of the folder",
    ),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_file_is_told_and_changes_nothing(
    what: str, exported: Path, there: Settings, silent: Reporter, tmp_path: Path
) -> None:
    await import_index(exported, there, silent)
    before = files_in(tmp_path)
    spoil, told = WRONG[what]
    spoil(exported)

    with pytest.raises(HotdishSearchError) as error:
        await import_index(exported, there, silent)

    assert "soup.zip cannot be imported, and nothing was changed" in str(error.value)
    assert told in str(error.value)
    del before["soup.zip"]
    assert {name: data for name, data in files_in(tmp_path).items() if name != "soup.zip"} == before


async def test_statistics_that_lead_out_of_bounds_are_refused(
    exported: Path, there: Settings, silent: Reporter, content: Content
) -> None:
    rewrite(exported, {"0/statistics.npz": repack(content)})

    with pytest.raises(HotdishSearchError, match=r"statistics\.npz in it is damaged"):
        await import_index(exported, there, silent)


def repack(content: Content) -> bytes:
    """Let words point to an entry that is not there."""
    arrays = content.index.statistics.dump()
    return pack({**arrays, "entries": arrays["entries"] + 100})


async def test_what_a_killed_import_left_is_cleared_away(
    exported: Path, there: Settings, silent: Reporter
) -> None:
    (there.data_dir / ".importing-killed" / "0").mkdir(parents=True)

    await import_index(exported, there, silent)

    assert list(there.data_dir.glob(".importing-*")) == []


@pytest.mark.slow
async def test_the_real_index_answers_the_same_after_its_journey(
    settings: Settings, there: Settings, silent: Reporter, tmp_path: Path
) -> None:
    queries = ("json.dumps", "list", ":=", "itertoools", "how to read a file", "with")
    await export_index(tmp_path / "python.zip", settings, Parts(pages=False), silent)
    await import_index(tmp_path / "python.zip", there, silent)

    answers = []
    for one in (settings, there):
        async with SearchService(make_engine(one.database)) as service:
            found = [await service.search(SearchRequest(query)) for query in queries]
            answers.append([replace(answer, took_ms=0) for answer in found])

    assert answers[0] == answers[1]


def test_the_commands_take_an_index_from_one_folder_to_another(
    content: Content, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    origin = Settings(data_dir=tmp_path / "origin", database_url=None)
    anyio.run(make_engine(origin.database).replace, content, nothing)
    file, target = str(tmp_path / "new.zip"), str(tmp_path / "target")
    codes = [
        main(["export", file, "--data-dir", str(origin.data_dir)]),
        main(["import", file, "--data-dir", target]),
        main(["find", "spoon", "--data-dir", target]),
    ]

    captured = capsys.readouterr()
    assert codes == [0, 0, 0]
    assert "soup-1.0: 4 entries, with pages, without meaning" in captured.err
    assert "Elsewhere: hotdish-search import new.zip" in captured.err
    assert "soup-1.0 is imported: 4 entries" in captured.err
    assert "soup.stir  function" in captured.out


def test_a_missing_file_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(tmp_path / "none.zip")]) == 2
    assert "does not exist" in capsys.readouterr().err
