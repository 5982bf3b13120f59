"""Keeps pytest out of the sources of the small documentations: their conf.py needs Sphinx."""

from collections.abc import Callable

import pytest

from hotdish_search.parsing.page import read_page
from hotdish_search.parsing.place import Page

collect_ignore = ["docs_source", "moved_source"]


@pytest.fixture
def read() -> Callable[..., Page]:
    """Reads the blocks of one section of a page of the library."""

    def read_blocks(blocks: str, path: str = "library/tea.html") -> Page:
        html = f'<main><section id="tea"><h1>Tea</h1>{blocks}</section></main>'
        page = read_page(path, html.encode())
        assert isinstance(page, Page)
        return page

    return read_blocks
