"""The files of a docset's own documentation: which may be given out, and what is in them."""

import gzip
from pathlib import Path, PurePosixPath

# Debian's documentation links its scripts to files of other packages. A link that leads out of the
# folder is followed only to what pages load, never to a text that could be private.
_FOLLOWED = {".js", ".css", ".svg", ".png", ".woff", ".woff2"}


def find_file(folder: Path, path: str) -> Path | None:
    """Find a file by its path inside a folder, or None if there is none or the path leads out.

    A page that is only there compressed (`changelog.html.gz`) is found by its plain name.
    """
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith("/") or any(each in path for each in "\0\\:"):
        return None
    for name in (parts[-1], parts[-1] + ".gz"):
        file = folder.joinpath(*parts[:-1], name)
        if _is_there(file) and _is_ours(file, folder):
            return file
    return None


def read_file(file: Path) -> bytes:
    """Read a file, unpacked if it is compressed."""
    raw = file.read_bytes()
    return gzip.decompress(raw) if file.suffix == ".gz" else raw


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # the name is longer than the file system allows
        return False


def _is_ours(file: Path, folder: Path) -> bool:
    target = file.resolve()
    return target.is_relative_to(folder.resolve()) or target.suffix in _FOLLOWED
