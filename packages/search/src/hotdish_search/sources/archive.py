"""Unpacks an archive of documentation that may be broken or hostile.

Only plain files and folders come out, with plain permissions, below the target folder, and never
more than the limits allow.
"""

import bz2
import gzip
import io
import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from hotdish_search.sources.job import Limits, NoDocsError
from hotdish_search.sources.member_name import safe_path

_CHUNK = 1 << 16
# Between two files of a tar stand a header or two; names and attributes need no more than this.
_HEADER_ROOM = 1 << 20
# Small archives may shrink by any ratio; below this many bytes nothing is a bomb.
_HARMLESS_BYTES = 20_000_000
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,  # zipfile: a compression that it does not know
    RuntimeError,  # zipfile: an encrypted file
    ValueError,  # tarfile: numbers that are none
)


def unpack(archive: Path, target: Path, limits: Limits) -> None:
    """Unpack a zip, tar.gz, tar.bz2 or tar.xz into a new folder, half full after an error.

    Raises:
        NoDocsError: It is no archive, is broken, or holds what a documentation does not need.
    """
    try:
        quota = _Quota(target, archive.stat().st_size, limits)
        unpack_kind = _kind(archive)
        unpack_kind(archive, quota)
    except _BROKEN as error:
        raise _broken(archive, error) from error
    except OSError as error:
        if error.errno is None:  # not the system's: gzip and bz2 call damage so
            raise _broken(archive, error) from error
        msg = f"the archive {archive.name} cannot be unpacked: {error}"
        raise NoDocsError(msg) from error


def _broken(archive: Path, error: Exception) -> NoDocsError:
    return NoDocsError(f"the archive {archive.name} is broken or incomplete ({error})")


class _Quota:
    """What may still be written, and the only way to write it."""

    def __init__(self, target: Path, packed_bytes: int, limits: Limits) -> None:
        self._target = target
        self._files = limits.unpacked_files
        allowed = max(_HARMLESS_BYTES, packed_bytes * limits.ratio)
        self._bytes = min(limits.unpacked_bytes, allowed)
        target.mkdir(parents=True, exist_ok=True)

    def folder(self, name: str) -> None:
        self._count(0)
        (self._target / safe_path(name)).mkdir(parents=True, exist_ok=True)

    def file(self, name: str, content: IO[bytes], claimed_bytes: int) -> None:
        path = self._target / safe_path(name)
        self._count(claimed_bytes)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file)  # zipfile and tarfile give no more than is claimed

    def _count(self, n_bytes: int) -> None:
        self._files -= 1
        self._bytes -= n_bytes
        if self._files < 0:
            msg = "the archive is refused: it holds too many files for a documentation"
            raise NoDocsError(msg)
        if self._bytes < 0:
            msg = "the archive is refused: it would grow too big for a documentation"
            raise NoDocsError(msg)


class _Metered(io.BufferedIOBase):
    """A stream that ends with an error instead of giving more than is expected just now."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._left = _HEADER_ROOM

    def expect(self, n_bytes: int) -> None:
        self._left = n_bytes + _HEADER_ROOM

    def read(self, n_bytes: int | None = -1, /) -> bytes:
        data = self._stream.read(n_bytes)
        self._left -= len(data)
        if self._left < 0:
            msg = "the archive is refused: it holds more than its files"
            raise NoDocsError(msg)
        return data


def _unpack_zip(archive: Path, quota: _Quota) -> None:
    with zipfile.ZipFile(archive) as bundle:
        for member in bundle.infolist():
            file_type = stat.S_IFMT(member.external_attr >> 16)
            if member.is_dir():
                quota.folder(member.filename)
            elif file_type in (0, stat.S_IFREG):  # 0: made on a system without such types
                with bundle.open(member) as content:
                    quota.file(member.filename, content, member.file_size)
            else:
                raise _not_plain(member.filename)


def _unpack_tar(stream: io.BufferedIOBase, quota: _Quota) -> None:
    metered = _Metered(stream)
    with tarfile.open(fileobj=metered, mode="r|") as bundle:
        for member in bundle:
            if member.isdir():
                quota.folder(member.name)
            elif _is_plain(member) and (content := bundle.extractfile(member)):
                metered.expect(member.size)
                quota.file(member.name, content, member.size)
            else:
                raise _not_plain(member.name)
    # tar ends before the compression does, whose last bytes prove that nothing was cut off.
    while metered.read(_CHUNK):
        pass


def _is_plain(member: tarfile.TarInfo) -> bool:
    return member.isreg() and not member.issparse()


def _not_plain(name: str) -> NoDocsError:
    return NoDocsError(f"the archive is refused: {name!r} in it is a link or a device, not a file")


def _unpack_tar_gz(archive: Path, quota: _Quota) -> None:
    with gzip.open(archive) as stream:
        _unpack_tar(stream, quota)


def _unpack_tar_bz2(archive: Path, quota: _Quota) -> None:
    with bz2.open(archive) as stream:
        _unpack_tar(stream, quota)


def _unpack_tar_xz(archive: Path, quota: _Quota) -> None:
    with lzma.open(archive) as stream:
        _unpack_tar(stream, quota)


# Known by their first bytes: names and Content-Type headers are often wrong.
_KINDS: tuple[tuple[bytes, Callable[[Path, _Quota], None]], ...] = (
    (b"PK\x03\x04", _unpack_zip),
    (b"\x1f\x8b", _unpack_tar_gz),
    (b"BZh", _unpack_tar_bz2),
    (b"\xfd7zXZ\x00", _unpack_tar_xz),
)
_LONGEST_MAGIC = 16


def _kind(archive: Path) -> Callable[[Path, _Quota], None]:
    with archive.open("rb") as file:
        start = file.read(_LONGEST_MAGIC)
    for magic, unpack_kind in _KINDS:
        if start.startswith(magic):
            return unpack_kind
    what = "a web page" if start.lstrip().startswith(b"<") else "something else"
    msg = f"{archive.name} is {what}, not one of zip, tar.gz, tar.bz2, tar.xz"
    raise NoDocsError(msg)
