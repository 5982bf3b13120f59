"""Archives that are broken or hostile: refused, and nothing is left of them."""

from __future__ import annotations

import contextlib
import gzip
import io
import ntpath
import posixpath
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotdish_search.errors import HotdishSearchError
from hotdish_search.sources import Limits
from hotdish_search.sources.archive import unpack
from hotdish_search.sources.job import NoDocsError
from hotdish_search.sources.member_name import safe_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from packages.search.tests.sources.conftest import Getter

MB = 1_000_000
ESCAPES = (
    "../evil.html",
    "docs/../../evil.html",
    "/evil.html",
    "//host/share/evil.html",
    "..\\evil.html",
    "C:\\evil.html",
    "C:evil.html",
    "./C:/evil.html",
    "docs/.. /.. /evil.html",
    "docs/...",
    "docs/evil\n.html",
)
DEVICES = {
    "link": tarfile.SYMTYPE,
    "hard link": tarfile.LNKTYPE,
    "character device": tarfile.CHRTYPE,
    "block device": tarfile.BLKTYPE,
    "pipe": tarfile.FIFOTYPE,
    "sparse file": tarfile.GNUTYPE_SPARSE,
}


def zip_of(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def tar_of(path: Path, *members: tarfile.TarInfo, content: bytes = b"", mode: str = "gz") -> Path:
    with tarfile.open(path, f"w:{mode}") as bundle:  # type: ignore[call-overload]
        for member in members:
            member.size = len(content)
            bundle.addfile(member, io.BytesIO(content))
    return path


def assert_refused(getter: Getter, archive: Path, match: str) -> None:
    outside = sorted(archive.parent.iterdir())

    with pytest.raises(HotdishSearchError, match=match):
        getter(archive)

    assert getter.left_over == []
    assert sorted(set(archive.parent.iterdir()) - {getter.cache_folder}) == outside


@pytest.mark.parametrize("name", ESCAPES)
def test_a_zip_cannot_write_outside(getter: Getter, tmp_path: Path, name: str) -> None:
    assert_refused(getter, zip_of(tmp_path / "evil.zip", **{name: b"!"}), "archive is refused")


@pytest.mark.parametrize("name", ESCAPES)
def test_a_tar_cannot_write_outside(getter: Getter, tmp_path: Path, name: str) -> None:
    archive = tar_of(tmp_path / "evil.tar.gz", tarfile.TarInfo(name), content=b"!")

    assert_refused(getter, archive, "archive is refused")


def test_a_folder_cannot_lie_outside_either(getter: Getter, tmp_path: Path) -> None:
    folder = tarfile.TarInfo("../evil")
    folder.type = tarfile.DIRTYPE

    assert_refused(getter, tar_of(tmp_path / "evil.tar.gz", folder), "archive is refused")


@pytest.mark.parametrize("kind", DEVICES)
def test_a_tar_holds_plain_files_only(getter: Getter, tmp_path: Path, kind: str) -> None:
    member = tarfile.TarInfo("docs/passwd")
    member.type = DEVICES[kind]
    member.linkname = "/etc/passwd"

    archive = tar_of(tmp_path / "evil.tar.gz", member)

    assert_refused(getter, archive, "'docs/passwd' in it is a link or a device")


def test_a_zip_holds_no_links(getter: Getter, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("docs/passwd")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as bundle:
        bundle.writestr(link, "/etc/passwd")

    assert_refused(getter, tmp_path / "evil.zip", "'docs/passwd' in it is a link or a device")


def test_a_file_cannot_be_written_through_another(getter: Getter, tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "evil.zip", **{"docs": b"file", "docs/a.html": b"below it"})

    assert_refused(getter, archive, "cannot be unpacked")


@pytest.mark.parametrize("kind", ["zip", "gz", "bz2", "xz"])
def test_an_archive_that_grows_without_measure_is_refused(
    getter: Getter, tmp_path: Path, kind: str
) -> None:
    zeros = bytes(60 * MB)
    path = tmp_path / f"bomb.{kind}"
    archive = (
        zip_of(path, zeros=zeros)
        if kind == "zip"
        else tar_of(path, tarfile.TarInfo("zeros"), content=zeros, mode=kind)
    )

    assert_refused(getter, archive, "would grow too big")


def test_an_archive_of_too_many_files_is_refused(getter: Getter, tmp_path: Path) -> None:
    getter.limits = Limits(unpacked_files=10)
    archive = zip_of(tmp_path / "many.zip", **{f"{n}.html": b"" for n in range(11)})

    assert_refused(getter, archive, "too many files")


def test_a_tar_cannot_hide_much_beside_its_files(getter: Getter, tmp_path: Path) -> None:
    member = tarfile.TarInfo("docs/index.html")
    member.pax_headers = {"comment": "x" * 3 * MB}

    archive = tar_of(tmp_path / "evil.tar.gz", member)

    assert_refused(getter, archive, "holds more than its files")


def test_a_tar_cannot_hide_much_behind_its_files(getter: Getter, tmp_path: Path) -> None:
    plain = tar_of(tmp_path / "docs.tar", tarfile.TarInfo("docs/index.html"), mode="")
    content = plain.read_bytes() + bytes(3 * MB)
    plain.unlink()
    archive = tmp_path / "docs.tar.gz"
    archive.write_bytes(gzip.compress(content))

    assert_refused(getter, archive, "holds more than its files")


@pytest.mark.parametrize("kind", ["zip", "gztar", "bztar", "xztar"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_half_an_archive_is_refused(
    getter: Getter, make_archive: Callable[..., Path], kind: str, share: float
) -> None:
    archive = make_archive(kind)
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * share)])

    assert_refused(getter, archive, "broken or incomplete")


@pytest.mark.parametrize("kind", ["zip", "gztar", "bztar", "xztar"])
def test_a_damaged_archive_is_refused(
    getter: Getter, make_archive: Callable[..., Path], kind: str
) -> None:
    archive = make_archive(kind)
    content = bytearray(archive.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 8] = bytes(byte ^ 0xFF for byte in content[middle : middle + 8])
    archive.write_bytes(content)

    assert_refused(getter, archive, "broken or incomplete|is refused")


def test_a_zip_with_a_password_is_refused(getter: Getter, tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "secret.zip", docs=b"secret")
    content = bytearray(archive.read_bytes())
    content[6] |= 1  # "encrypted", in the file's own header and in the list at the end
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)

    assert_refused(getter, archive, "broken or incomplete .*password")


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"<!DOCTYPE html><title>Sign in</title>", "a web page"), (b"", "something else")],
)
def test_what_is_no_archive_is_called_so(
    getter: Getter, tmp_path: Path, content: bytes, what: str
) -> None:
    path = tmp_path / "docs.zip"
    path.write_bytes(content)

    assert_refused(getter, path, f"docs.zip is {what}, not one of zip")


def test_an_archive_without_documentation_leaves_nothing(getter: Getter, tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "photos.zip", **{"cat.jpg": b"cat"})

    assert_refused(getter, archive, r"holds no objects\.inv")


def test_an_empty_tar_holds_no_documentation(getter: Getter, tmp_path: Path) -> None:
    assert_refused(getter, tar_of(tmp_path / "empty.tar.gz"), r"holds no objects\.inv")


def test_folders_of_an_archive_come_out_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "docs.zip", "w") as bundle:
        bundle.writestr("docs/library/", b"")

    unpack(tmp_path / "docs.zip", tmp_path / "out", Limits())

    assert (tmp_path / "out" / "docs" / "library").is_dir()


# Times say nothing on a machine that others use too.
UNHURRIED = settings(deadline=None)
PIECES = st.sampled_from(["..", ".", "", "a", "B.html", " ", "...", "c:", "\x00", "é", "/", "\\"])
NAMES = st.text() | st.lists(PIECES).map("/".join) | st.lists(PIECES).map("\\".join)


@UNHURRIED
@given(NAMES)
@example("a/../../b")
@example("C:..")
@example("./C:/b")
@example("0:")
def test_no_name_leads_out_of_the_folder_on_any_system(name: str) -> None:
    try:
        path = str(safe_path(name))
    except NoDocsError:
        return

    assert posixpath.normpath(f"/t/{path}").startswith("/t")
    assert ntpath.normpath(ntpath.join("X:\\t", path)).startswith("X:\\t")
    assert PureWindowsPath(path).anchor == ""


@UNHURRIED
@given(st.lists(st.from_regex(r"[A-Za-z0-9_][\w.+-]*[a-z0-9]", fullmatch=True), min_size=1))
def test_an_ordinary_name_stays_as_it_is(parts: list[str]) -> None:
    assert safe_path("/".join(parts)).parts == tuple(parts)


@UNHURRIED
@given(st.lists(NAMES, min_size=1, max_size=4))
def test_whatever_the_names_nothing_is_written_beside_the_target(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "names.tar.gz"
        members = [tarfile.TarInfo(name.encode("utf-8", "replace").decode()) for name in names]
        tar_of(archive, *members, content=b"x")
        with contextlib.suppress(NoDocsError):
            unpack(archive, Path(folder) / "below" / "target", Limits())

        assert {path.name for path in Path(folder).iterdir()} <= {"names.tar.gz", "below"}
        assert [path.name for path in (Path(folder) / "below").iterdir()] == ["target"]
