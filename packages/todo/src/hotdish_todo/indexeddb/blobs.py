"""Blobs and Files that a value refers to by their number in the record."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlobContent:
    """One Blob or File of a record; `data` is None if its file is gone."""

    mime: str
    data: bytes | None
    name: str | None = None


BlobSource = Callable[[int], BlobContent]


def no_blobs(index: int) -> BlobContent:
    """Say of every blob that it is gone."""
    return BlobContent(mime=f"application/x-unknown-blob-{index}", data=None)
