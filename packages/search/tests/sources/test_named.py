"""A folder, an archive or a URL that the user names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from hotdish_search.errors import HotdishSearchError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from packages.search.tests.sources.conftest import Getter, Site

KINDS = ("zip", "gztar", "bztar", "xztar")


def test_a_folder_is_taken_as_it_is(
    getter: Getter, make_docs: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_docs(tmp_path / "docs", version="3.14")

    docs = getter(folder)

    assert (docs.folder, docs.python) == (folder, "3.14")
    assert docs.origin == f"folder {folder}"


def test_a_documentation_one_level_down_is_found(
    getter: Getter, make_docs: Callable[..., Path], tmp_path: Path
) -> None:
    root = make_docs(tmp_path / "unpacked" / "python-3.11-docs-html")

    assert getter(tmp_path / "unpacked").folder == root


def test_another_projects_documentation_is_of_no_python(
    getter: Getter, make_docs: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_docs(tmp_path / "flask", project="Flask", version="3.1.x")

    assert getter(folder).python is None


def test_a_folder_without_an_inventory_says_so(getter: Getter, tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()

    with pytest.raises(HotdishSearchError, match=r"holds no objects\.inv.*name the folder"):
        getter(tmp_path)


def test_a_folder_with_several_documentations_names_them(
    getter: Getter, make_docs: Callable[..., Path], tmp_path: Path
) -> None:
    make_docs(tmp_path / "all" / "3.10")
    make_docs(tmp_path / "all" / "3.11")

    with pytest.raises(HotdishSearchError, match=r"several documentations \(3\.10, 3\.11\)"):
        getter(tmp_path / "all")


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"# Sphinx inventory version 2\n"])
def test_an_inventory_that_is_none_is_an_error(
    getter: Getter, make_docs: Callable[..., Path], tmp_path: Path, content: bytes
) -> None:
    folder = make_docs(tmp_path / "docs")
    (folder / "objects.inv").write_bytes(content)

    with pytest.raises(HotdishSearchError, match="does not begin like an inventory"):
        getter(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /proc for an unreadable file")
def test_an_inventory_that_cannot_be_read_says_why(getter: Getter, tmp_path: Path) -> None:
    (tmp_path / "objects.inv").symlink_to("/proc/self/mem")  # a file to look at, not to read

    with pytest.raises(
        HotdishSearchError, match=r"objects\.inv cannot be read: Input/output error"
    ):
        getter(tmp_path)


def test_a_path_that_does_not_exist_says_what_can_be_named(getter: Getter) -> None:
    with pytest.raises(HotdishSearchError, match=r"nowhere\.zip does not exist; name a folder"):
        getter("nowhere.zip")


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_is_unpacked(
    getter: Getter, make_archive: Callable[..., Path], kind: str
) -> None:
    archive = make_archive(kind)

    docs = getter(archive)

    assert docs.python == "3.11"
    assert docs.origin == f"archive {archive}"
    assert (docs.folder / "library" / "json.html").read_text(encoding="utf-8")


def test_an_archive_is_known_by_its_content_not_by_its_name(
    getter: Getter, make_archive: Callable[..., Path], tmp_path: Path
) -> None:
    misnamed = make_archive("xztar").rename(tmp_path / "docs.zip")

    assert getter(misnamed).python == "3.11"


def test_an_archive_is_unpacked_once(getter: Getter, make_archive: Callable[..., Path]) -> None:
    archive = make_archive()
    first = getter(archive)
    (first.folder / "mark").touch()

    second = getter(archive)

    assert second == first
    assert (second.folder / "mark").exists()


def test_an_archive_that_changed_is_unpacked_anew(
    getter: Getter, make_archive: Callable[..., Path]
) -> None:
    archive = make_archive()
    getter(archive)
    make_archive(version="3.12").replace(archive)

    assert getter(archive).python == "3.12"


def test_a_documentation_of_another_python_than_wanted_is_refused(
    getter: Getter, make_archive: Callable[..., Path]
) -> None:
    with pytest.raises(HotdishSearchError, match=r"is for Python 3\.11, not for Python 3\.12"):
        getter(make_archive(), python="3.12")


def test_another_projects_documentation_is_not_the_wanted_pythons(
    getter: Getter, make_docs: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_docs(tmp_path / "flask", project="Flask", version="3.1.x")

    with pytest.raises(HotdishSearchError, match=r"is another project's, not for"):
        getter(folder, python="3.12")


@pytest.mark.parametrize("wanted", ["3.11", "3.11.4"])
def test_the_wanted_python_may_be_a_full_version(
    getter: Getter, make_archive: Callable[..., Path], wanted: str
) -> None:
    assert getter(make_archive(), python=wanted).python == "3.11"


@pytest.mark.parametrize("wanted", ["banana", "3", "3.x"])
def test_a_python_that_is_no_version_says_how_to_write_it(getter: Getter, wanted: str) -> None:
    with pytest.raises(HotdishSearchError, match=f"'{wanted}' is no version of Python; give two"):
        getter(python=wanted)


@pytest.mark.parametrize("kind", KINDS)
def test_the_archive_at_a_url_is_downloaded_and_unpacked(
    getter: Getter, site: Site, make_archive: Callable[..., Path], kind: str
) -> None:
    body = make_archive(kind).read_bytes()
    url = site.offer("/docs", body)

    docs = getter(url)

    assert (docs.python, docs.origin) == ("3.11", url)
    assert getter.progress[-1] == (len(body), len(body))
    assert not any(name.endswith(("docs", ".part", ".state")) for name in getter.left_over)


def test_a_url_is_downloaded_once(
    getter: Getter, site: Site, make_archive: Callable[..., Path]
) -> None:
    url = site.offer("/docs.zip", make_archive().read_bytes())

    assert getter(url) == getter(url)

    assert site.paths == ["/docs.zip"]
    assert any("to get it anew delete" in line for line in getter.said)


@pytest.mark.parametrize("url", ["ftp://example.org/docs.zip", "file:///docs.zip", "http:///x"])
def test_only_web_urls_are_understood(getter: Getter, url: str) -> None:
    with pytest.raises(HotdishSearchError, match=r"only http://.* and https://.* are understood"):
        getter(url)


@pytest.mark.parametrize("url", ["http://a:b/docs.zip", "http://a\x00/docs.zip"])
def test_a_url_that_is_none_is_called_so(getter: Getter, url: str) -> None:
    with pytest.raises(HotdishSearchError, match="is not a URL: Invalid"):
        getter(url)


def test_a_host_that_cannot_be_one_does_not_answer(getter: Getter) -> None:
    with pytest.raises(HotdishSearchError, match=f"no answer from {'a' * 70}.org"):
        getter(f"https://{'a' * 70}.org/docs.zip")


def test_a_cache_folder_that_cannot_be_written_says_so(
    getter: Getter, make_archive: Callable[..., Path]
) -> None:
    getter.cache_folder.write_text("a file is in the way", encoding="utf-8")

    with pytest.raises(HotdishSearchError, match="may you write there"):
        getter(make_archive())
