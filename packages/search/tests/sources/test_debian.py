"""Debian's package: the real apt and dpkg, on a package archive of the test's own."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from hotdish_search.errors import HotdishSearchError
from hotdish_search.sources import Limits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from packages.search.tests.sources.conftest import Getter, Site

needs_apt = pytest.mark.skipif(
    not all(map(shutil.which, ("apt-get", "apt-cache", "dpkg-deb"))),
    reason="apt is missing: this is not Debian or Ubuntu, whose packages are tested here",
)
PROGRAMS = os.environ["PATH"]
CONFIG = """\
Dir::Etc::Main "-";
Dir::Etc::Parts "-";
Dir::State "{folder}/state";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Etc::SourceList "{folder}/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::PreferencesParts "-";
Acquire::http::Proxy "false";
Acquire::Languages "none";
APT::Sandbox::User "";
"""


@dataclass
class Mirror:
    """A package archive on a Site, and an apt that knows no other."""

    site: Site
    folder: Path

    def add(self, tree: Path, name: str) -> str:
        control = f"Package: {name}\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody\n"
        (tree / "DEBIAN").mkdir()
        (tree / "DEBIAN/control").write_text(f"{control}Description: docs\n", encoding="utf-8")
        package = self.folder / f"{name}_1.0_all.deb"
        subprocess.run(["dpkg-deb", "--build", tree, package], check=True, capture_output=True)
        body = package.read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        path = f"/{package.name}"
        self.site.offer(path, body)
        self._list += f"{control}Filename: {package.name}\nSize: {len(body)}\nSHA256: {digest}\n\n"
        self.site.offer("/./Packages", self._list.encode(), etag='"list"')
        return path

    _list: str = ""

    def refresh(self) -> None:
        """Let the system's own package lists be fresh."""
        subprocess.run(["apt-get", "-qq", "update"], check=True, capture_output=True)


@pytest.fixture
def mirror(getter: Getter, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    monkeypatch.setenv("PATH", PROGRAMS)
    folder = tmp_path / "apt"
    for below in ("state/lists/partial", "cache/archives/partial"):
        (folder / below).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "apt.conf").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    (folder / "sources.list").write_text(f"deb [trusted=yes] {site.url} ./\n", encoding="utf-8")
    monkeypatch.setenv("APT_CONFIG", str(folder / "apt.conf"))
    return Mirror(site, folder)


@pytest.fixture
def debian_tree(tmp_path: Path, make_docs: Callable[..., Path]) -> Callable[[str], Path]:
    """Lay files out as Debian's package does."""

    def make(version: str) -> Path:
        tree = tmp_path / f"tree-{version}"
        doc = tree / "usr/share/doc"
        html = make_docs(doc / f"python{version}/html", version=version)
        (html / "whatsnew").mkdir()
        (html / "whatsnew/changelog.html.gz").write_bytes(gzip.compress(b"<title>Changelog"))
        (html / "_static").mkdir()
        (html / "_static/jquery.js").symlink_to("../../../../javascript/jquery/jquery.js")
        (doc / f"python{version}-doc").mkdir()
        (doc / f"python{version}-doc/html").symlink_to(f"../python{version}/html")
        return tree

    return make


@needs_apt
def test_a_package_is_downloaded_and_unpacked(
    getter: Getter, mirror: Mirror, debian_tree: Callable[[str], Path]
) -> None:
    mirror.add(debian_tree("3.11"), "python3.11-doc")
    mirror.refresh()

    docs = getter()

    assert (docs.python, docs.origin) == ("3.11", "Debian package python3.11-doc 1.0")
    assert (docs.folder / "library/json.html").is_file()
    assert getter() == docs


@needs_apt
def test_what_debian_compressed_or_linked_elsewhere_is_put_right(
    getter: Getter, mirror: Mirror, debian_tree: Callable[[str], Path]
) -> None:
    mirror.add(debian_tree("3.11"), "python3.11-doc")
    mirror.refresh()

    html = getter().folder

    assert (html / "whatsnew/changelog.html").read_text(encoding="utf-8") == "<title>Changelog"
    assert not (html / "whatsnew/changelog.html.gz").exists()
    assert not (html / "_static/jquery.js").is_symlink()


@needs_apt
def test_lists_that_are_missing_are_fetched_without_touching_the_systems(
    getter: Getter, mirror: Mirror, debian_tree: Callable[[str], Path]
) -> None:
    mirror.add(debian_tree("3.11"), "python3.11-doc")

    docs = getter()

    assert docs.python == "3.11"
    assert any(line.startswith("Refreshing package lists of our own") for line in getter.said)
    assert [path.name for path in (mirror.folder / "state/lists").iterdir()] == ["partial"]


@needs_apt
def test_lists_that_are_too_old_are_refreshed(
    getter: Getter, mirror: Mirror, debian_tree: Callable[[str], Path]
) -> None:
    old = mirror.add(debian_tree("3.10"), "python3.10-doc")
    mirror.refresh()
    mirror.site.on(old, lambda exchange: exchange.answer(404))
    mirror._list = ""
    mirror.add(debian_tree("3.12"), "python3.12-doc")

    assert getter().python == "3.12"


@needs_apt
@pytest.mark.parametrize(
    ("running", "wanted", "given"),
    [("3.9.2", None, "3.9"), ("3.14.0", None, "3.10"), ("3.9.2", "3.10", "3.10")],
)
def test_the_version_is_chosen_among_the_packages(  # noqa: PLR0913 (three of them data)
    getter: Getter,
    mirror: Mirror,
    debian_tree: Callable[[str], Path],
    *,
    running: str,
    wanted: str | None,
    given: str,
) -> None:
    getter.machine = replace(getter.machine, running=running)
    for version in ("3.9", "3.10"):
        mirror.add(debian_tree(version), f"python{version}-doc")
    mirror.refresh()

    assert getter(python=wanted).python == given


@needs_apt
def test_a_version_without_a_package_says_which_there_are(
    getter: Getter, mirror: Mirror, debian_tree: Callable[[str], Path]
) -> None:
    mirror.add(debian_tree("3.10"), "python3.10-doc")

    with pytest.raises(HotdishSearchError, match=r"no python3\.14-doc \(it has python3\.10-doc\)"):
        getter(python="3.14")


@needs_apt
def test_a_package_without_pages_is_no_documentation(
    getter: Getter, mirror: Mirror, tmp_path: Path
) -> None:
    (tmp_path / "tree/usr/share/doc/python3.11-doc/html").mkdir(parents=True)
    mirror.add(tmp_path / "tree", "python3.11-doc")

    with pytest.raises(HotdishSearchError, match="the package holds no HTML documentation"):
        getter()

    assert getter.left_over == []


@needs_apt
def test_a_mirror_that_does_not_answer_is_quoted(getter: Getter, mirror: Mirror) -> None:
    (mirror.folder / "sources.list").write_text("deb [trusted=yes] http://127.0.0.1:9 ./\n")

    with pytest.raises(
        HotdishSearchError, match=r"(?s)apt knows no python3\.\*-doc|apt-get failed"
    ):
        getter()


@needs_apt
def test_a_mirror_that_hangs_is_given_up(getter: Getter, mirror: Mirror) -> None:
    getter.limits = replace(getter.limits, apt_stall_s=0.3)
    mirror.site.on("/./InRelease", mirror.site.silent)

    with pytest.raises(HotdishSearchError, match=r"apt-get got nothing for 0\.3 s"):
        getter()


@needs_apt
def test_lists_are_not_refreshed_from_a_mirror_that_hangs(
    getter: Getter, mirror: Mirror, debian_tree: Callable[[str], Path]
) -> None:
    path = mirror.add(debian_tree("3.11"), "python3.11-doc")
    mirror.refresh()
    mirror.site.on(path, mirror.site.silent)
    getter.limits = replace(getter.limits, apt_stall_s=1.0)

    with pytest.raises(HotdishSearchError, match=r"apt-get got nothing for 1 s"):
        getter()

    package = mirror.folder / "python3.11-doc_1.0_all.deb"
    assert set(getter.progress) == {(0, package.stat().st_size)}
    assert not any(line.startswith("Refreshing") for line in getter.said)


@needs_apt
def test_an_apt_that_does_not_end_is_given_up(getter: Getter, mirror: Mirror) -> None:
    getter.limits = replace(getter.limits, command_s=2.0)
    mirror.site.on("/./InRelease", mirror.site.silent)

    with pytest.raises(HotdishSearchError, match=r"apt-get did not finish within 2 s"):
        getter()


@needs_apt
@pytest.mark.slow
def test_debians_real_package_is_there_without_anything_installed(
    getter: Getter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", PROGRAMS)
    getter.limits = Limits()

    docs = getter()

    assert docs.origin.startswith("Debian package python3.")
    assert (docs.folder / "library" / "json.html").is_file()
    assert len(list(docs.folder.rglob("*.html"))) > 400


def test_pages_for_all_tests_are_the_real_ones(python_docs: Path) -> None:
    assert (python_docs / "objects.inv").stat().st_size > 100_000
    assert (python_docs / "whatsnew" / "changelog.html").is_file()
