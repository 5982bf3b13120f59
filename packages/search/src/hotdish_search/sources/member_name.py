"""Where may a file of an archive be written? Strangers choose these names."""

import ntpath
from pathlib import PurePosixPath

from hotdish_search.sources.job import NoDocsError

_FIRST_PRINTABLE = " "


def safe_path(name: str) -> PurePosixPath:
    r"""Give the path below the target folder that an archive's name stands for.

    The same names are refused on every system, so that an archive that is safe here is safe there.

    >>> str(safe_path("docs/./library\\re.html"))
    'docs/library/re.html'

    Raises:
        NoDocsError: It leads out of the target folder, or may do so on some system.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    # Windows sees a drive in what is left of "./C:/evil".
    if path.is_absolute() or ntpath.splitdrive(path)[0]:
        raise _refused(name, "is absolute")
    if any(char < _FIRST_PRINTABLE for char in name):
        raise _refused(name, "holds control characters")
    # Windows drops dots and spaces at the end of a name, so ".. " is ".." there.
    if any(not part.rstrip(". ") for part in path.parts):
        raise _refused(name, "leads out of the folder")
    return path


def _refused(name: str, why: str) -> NoDocsError:
    return NoDocsError(f"the archive is refused: the name {name[:200]!r} in it {why}")
