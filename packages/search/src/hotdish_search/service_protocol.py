"""What the page and the API ask of a search: the seam between routes and everything behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hotdish_search.errors import HotdishSearchError
from hotdish_search.model import SearchAnswer, SearchRequest


@dataclass(frozen=True, slots=True)
class Docset:
    """One documentation that can be searched.

    Attributes:
        name: As in its address: `python-3.11`.
        title: As a person says it: `Python 3.11`.
        build: Changes whenever its index is built anew, so that cached answers are asked again.
    """

    name: str
    title: str
    build: str = ""


class IndexNotReadyError(HotdishSearchError):
    """There is no whole index yet, because it is being built.

    Attributes:
        percent: How much of it is done, or None where that is not known.
    """

    def __init__(self, message: str, percent: int | None = None) -> None:
        super().__init__(message)
        self.percent = percent


class BadRequestError(HotdishSearchError):
    """A search that cannot be made: the query is too long, or a filter has an unknown value."""


class Search(Protocol):
    """A search over one or more docsets."""

    async def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer one search.

        Raises:
            BadRequestError: The query is too long or a filter's value is unknown.
            IndexNotReadyError: The index is being built.
        """
        ...

    def docsets(self) -> Sequence[Docset]:
        """List what can be searched; the first is searched unless another is named."""
        ...

    def docs_folder(self, docset: str) -> Path | None:
        """Give the folder that holds a docset's own HTML, or None if there is none."""
        ...
