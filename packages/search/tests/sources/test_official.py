"""The archives of python.org, found on a site that is laid out like it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hotdish_search.errors import HotdishSearchError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from packages.search.tests.sources.conftest import Getter, Site

ARCHIVES = "/3.11/archives"


@pytest.fixture
def online(getter: Getter, site: Site) -> Getter:
    getter.machine = replace(
        getter.machine, docs_site=site.url, release_site=f"{site.url}/ftp/python/doc"
    )
    return getter


def test_the_running_pythons_documentation_is_taken(
    online: Getter, site: Site, make_archive: Callable[..., Path]
) -> None:
    path = f"{ARCHIVES}/python-3.11-docs-html.tar.bz2"
    site.offer(path, make_archive("bztar").read_bytes())

    docs = online()

    assert (docs.python, docs.origin) == ("3.11", site.url + path)
    assert site.paths == [path]


def test_a_second_run_asks_nobody(
    online: Getter, site: Site, make_archive: Callable[..., Path]
) -> None:
    site.offer(f"{ARCHIVES}/python-3.11-docs-html.tar.bz2", make_archive("bztar").read_bytes())
    first = online()
    site.requests.clear()

    assert online() == first

    assert site.requests == []
    assert online.said[-1].startswith("From an earlier run: Python 3.11, http://")


@pytest.mark.parametrize(
    "path",
    [
        f"{ARCHIVES}/python-3.11-docs-html.zip",
        f"{ARCHIVES}/python-3.11.2-docs-html.tar.bz2",
        "/ftp/python/doc/3.11.2/python-3.11.2-docs-html.tar.bz2",
        "/ftp/python/doc/3.11.2/python-3.11.2-docs-html.zip",
    ],
)
def test_an_archive_is_found_wherever_python_org_has_it(
    online: Getter, site: Site, make_archive: Callable[..., Path], path: str
) -> None:
    site.offer(path, make_archive("zip").read_bytes())

    assert online().origin == site.url + path


LISTS = {
    "/3.10/archives/": (
        b'<a href="python-3.10.9-docs-html.zip">python-3.10.10-docs-html.tar.bz2</a>',
        "/3.10/archives/python-3.10.10-docs-html.tar.bz2",
    ),
    "/ftp/python/doc/": (
        b'<a href="3.9.1/">..</a> <a href="3.10.2/">..</a> <a href="3.10.10/">..</a> 3.10.11rc1',
        "/ftp/python/doc/3.10.10/python-3.10.10-docs-html.zip",
    ),
}


@pytest.mark.parametrize("place", LISTS)
def test_the_newest_release_of_a_version_is_read_off_the_list(
    online: Getter, site: Site, make_archive: Callable[..., Path], place: str
) -> None:
    page, path = LISTS[place]
    site.on(place, lambda exchange: exchange.answer(200, page))
    site.offer(path, make_archive("zip", version="3.10").read_bytes())

    assert online(python="3.10").origin == site.url + path


def test_without_the_running_pythons_the_newest_documentation_is_taken(
    online: Getter, site: Site, make_archive: Callable[..., Path]
) -> None:
    online.machine = replace(online.machine, running="3.19.0a1+")
    path = "/3/archives/python-3.14-docs-html.tar.bz2"
    site.on("/3/archives/", lambda exchange: exchange.answer(200, b"python-3.14-docs-html.zip"))
    site.offer(path, make_archive("bztar", version="3.14").read_bytes())

    docs = online()

    assert (docs.python, docs.origin) == ("3.14", site.url + path)
    assert "/3.19/archives/python-3.19.0a1-docs-html.tar.bz2" in site.paths
    assert online() == docs


def test_a_wanted_version_is_not_replaced_by_another(
    online: Getter, site: Site, make_archive: Callable[..., Path]
) -> None:
    site.offer(f"{ARCHIVES}/python-3.11-docs-html.tar.bz2", make_archive("bztar").read_bytes())

    with pytest.raises(HotdishSearchError, match=r"No documentation of Python 3\.12 could be had"):
        online(python="3.12")


def test_an_archive_of_the_wrong_version_is_not_taken(
    online: Getter, site: Site, make_archive: Callable[..., Path]
) -> None:
    site.offer("/3.12/archives/python-3.12-docs-html.zip", make_archive("zip").read_bytes())

    with pytest.raises(HotdishSearchError, match=r"for Python 3\.11, not for Python 3\.12"):
        online(python="3.12")

    assert online.left_over == []


def test_a_sign_in_page_in_place_of_an_archive_is_refused(online: Getter, site: Site) -> None:
    site.on(
        f"{ARCHIVES}/python-3.11-docs-html.tar.bz2",
        lambda exchange: exchange.answer(200, b"<html>Please sign in to the hotel's network"),
    )

    with pytest.raises(HotdishSearchError, match=r"tar\.bz2 is a web page, not one of zip"):
        online()


def test_a_list_without_end_is_not_read_to_its_end(online: Getter, site: Site) -> None:
    site.on(f"{ARCHIVES}/", lambda exchange: exchange.answer(200, bytes(6_000_000)))

    with pytest.raises(HotdishSearchError, match="archives/ is too long for a list"):
        online()


def test_a_list_that_breaks_off_is_no_list(online: Getter, site: Site) -> None:
    site.on(f"{ARCHIVES}/", site.cut(b"python-3.11.9-docs-html.zip", 5))

    with pytest.raises(HotdishSearchError, match="archives/ broke off"):
        online()


def test_a_site_that_does_not_answer_is_asked_once(online: Getter, site: Site) -> None:
    online.machine = replace(online.machine, docs_site="http://127.0.0.1:9")

    with pytest.raises(HotdishSearchError) as caught:
        online()

    assert str(caught.value).count("no answer from 127.0.0.1:9") == 1
    assert all(path.startswith("/ftp/python/doc/") for path in site.paths)


def test_one_error_lists_every_attempt_and_what_to_do(online: Getter, site: Site) -> None:
    with pytest.raises(HotdishSearchError) as caught:
        online()

    message = str(caught.value)
    attempts = re.findall(r"^  - (.*?):", message, re.MULTILINE)
    assert attempts[:4] == [
        "On this computer",
        "From an earlier run",
        "From python.org",
        "From Debian's or Ubuntu's packages",
    ]
    assert all(f"{path} answers 404" in message for path in site.paths)
    assert "What to do, one of:" in message
    assert "--source" in message


def test_what_is_tried_and_what_came_of_it_is_said(online: Getter, site: Site) -> None:
    with pytest.raises(HotdishSearchError):
        online(python="3.11")

    said = "\n".join(online.said)
    assert "On this computer: none is installed" in said
    assert f"Trying {site.url}{ARCHIVES}/python-3.11-docs-html.tar.bz2" in said
    assert "From Debian's or Ubuntu's packages: not Debian or Ubuntu (no apt-get" in said
