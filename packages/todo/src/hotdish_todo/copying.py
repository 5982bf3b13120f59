"""Copy a browser's store while the browser may be writing to it; the original is never opened.

The order of the copies makes sure that what was copied belongs together, and what cannot be
made sure by order is verified afterwards; if it does not hold, the copy starts over.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from hotdish_todo.errors import FormatError, UnreadableInputError
from hotdish_todo.indexeddb.leveldb import Manifest, table_path

TRIES = 10
_PAUSE_S = 0.1
_WAL_HEADER_BYTES = 32


class _ChangedMeanwhileError(Exception):
    """The browser wrote in a way that spoils the copy; another try may work."""


def copy_store(store: Path, folder: Path, *, wait: Callable[[float], None] = time.sleep) -> Path:
    """Copy a LevelDB folder or an SQLite file, with what belongs to it, into an empty folder.

    Raises:
        UnreadableInputError: the files are locked, vanished, or never stood still long enough.
    """
    copy = _copy_leveldb if store.is_dir() else copy_sqlite
    for attempt in range(1, TRIES + 1):
        target = folder / f"copy-{attempt}"
        target.mkdir(parents=True)
        try:
            return copy(store, target)
        except PermissionError as error:
            msg = (
                f"{error.filename or store} is locked: close the browser and try again, "
                "or use the console script (hotdish-todo snippet)"
            )
            raise UnreadableInputError(msg) from None
        except (FileNotFoundError, FormatError, _ChangedMeanwhileError) as error:
            reason = str(error)
        shutil.rmtree(target)
        if not store.exists():
            msg = f"{store} is not there (any more)"
            raise UnreadableInputError(msg)
        wait(_PAUSE_S * attempt)
    msg = (
        f"{store} kept changing or is damaged ({reason}). Close the browser and try again, "
        "or use the console script (hotdish-todo snippet)"
    )
    raise UnreadableInputError(msg)


def copy_sqlite(store: Path, target: Path) -> Path:
    """Copy an SQLite file with its write-ahead log and the folder of its files."""
    files = store.with_suffix(".files")
    _copy_folder(files, target / files.name)
    log = store.with_name(f"{store.name}-wal")
    before = _log_header(log), store.stat().st_mtime_ns
    copied = target / store.name
    shutil.copyfile(store, copied)
    copied_log = target / log.name
    if log.exists():
        shutil.copyfile(log, copied_log)
    # With the same log before and after, the copied log holds everything that a checkpoint may
    # have moved meanwhile. Without a log, the file itself must not have changed.
    after = _log_header(log), store.stat().st_mtime_ns
    is_same_log = before[0] == _log_header(copied_log) == after[0]
    if not is_same_log or (not after[0] and before[1] != after[1]):
        msg = "its write-ahead log was started anew meanwhile"
        raise _ChangedMeanwhileError(msg)
    _copy_folder(files, target / files.name)
    _verify(copied)
    return copied


def _copy_leveldb(store: Path, target: Path) -> Path:
    blobs = store.with_name(store.name.removesuffix(".leveldb") + ".blob")
    copied = target / store.name
    copied.mkdir()
    # Blobs first and again last: a record may name one that is deleted or made meanwhile.
    _copy_folder(blobs, target / blobs.name)
    files = [path for path in store.iterdir() if path.is_file() and path.name != "LOCK"]
    # CURRENT and the manifest first: the tables that they name were complete by then.
    for path in sorted(files, key=_copy_order):
        shutil.copyfile(path, copied / path.name)
    _copy_folder(blobs, target / blobs.name)
    manifest = Manifest.read(copied)
    for number in manifest.tables:
        table_path(copied, number)
    if manifest.first_log and not manifest.logs(copied):
        msg = "its newest log is not in the copy"
        raise _ChangedMeanwhileError(msg)
    return copied


def _copy_order(path: Path) -> tuple[bool, bool, bool, str]:
    name = path.name
    return name != "CURRENT", not name.startswith("MANIFEST"), path.suffix != ".log", name


def _copy_folder(source: Path, target: Path) -> None:
    """Copy what is not yet there; what vanishes meanwhile belonged to a deleted record."""
    if not source.is_dir():
        return
    for path in source.rglob("*"):
        copied = target / path.relative_to(source)
        if path.is_file() and not copied.exists():
            copied.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, copied)
            except FileNotFoundError:
                copied.unlink(missing_ok=True)


def _log_header(log: Path) -> bytes:
    try:
        with log.open("rb") as file:
            return file.read(_WAL_HEADER_BYTES)
    except FileNotFoundError:
        return b""


def _verify(copied: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{copied.resolve().as_uri()}?mode=ro", uri=True)) as database:
            (verdict,) = database.execute("pragma quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise FormatError(str(error)) from None
    if verdict != "ok":
        raise FormatError(verdict)
