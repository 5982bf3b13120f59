"""Data goes to standard output or a file, messages to standard error."""

import sys
from pathlib import Path

from hotdish_freevm.errors import InputError


def write_out(text: str, path: Path | None = None) -> None:
    """Write data.

    Raises:
        InputError: The file cannot be written.
    """
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"Cannot write {path}: {error.strerror}"
        raise InputError(msg) from error


def say(message: str) -> None:
    """Tell the user something that is not data."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
