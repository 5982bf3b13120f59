"""What all tests of hotdish-search share: the real documentation of Python 3.11."""

import sys
from pathlib import Path

import platformdirs
import pytest

from hotdish_search.errors import HotdishSearchError
from hotdish_search.sources import get_docs
from hotdish_search.sources.debian import fetch_debian_package
from hotdish_search.sources.job import Job
from hotdish_search.sources.shelf import find_on_shelf


@pytest.fixture(scope="session")
def python_docs() -> Path:
    """The HTML folder of Debian's Python 3.11 documentation, fetched once per machine.

    It stays in the user's cache folder, so only the first run needs apt. Its own copy comes before
    an installed one, so that every machine tests on the same pages.
    """
    cache_folder = Path(platformdirs.user_cache_dir("hotdish-search")) / "tests"
    job = Job("3.11", cache_folder, say=_say, progress=lambda _done, _total: None)
    for take in (find_on_shelf, fetch_debian_package):
        try:
            return take(job).folder
        except HotdishSearchError as error:
            _say(str(error))
    return get_docs("auto", python="3.11", cache_folder=cache_folder, say=_say).folder


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
