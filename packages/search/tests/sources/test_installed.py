"""Documentation that the system installed, in a file system laid out like each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hotdish_search.errors import HotdishSearchError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from packages.search.tests.sources.conftest import Getter

MAC = "Library/Frameworks/Python.framework/Versions/3.11/Resources/English.lproj/Documentation"


@pytest.mark.parametrize(
    ("system", "place"),
    [
        ("linux", "usr/share/doc/python3.11/html"),  # Debian, Ubuntu
        ("linux", "usr/share/doc/python3-docs/html"),  # Fedora
        ("linux", "usr/share/doc/packages/python311-doc/html"),  # openSUSE
        ("linux", "usr/share/doc/python-docs-3.11.2/html"),  # Gentoo
        ("linux", "usr/share/doc/python/html"),  # Arch
        ("freebsd14", "usr/local/share/doc/python3.11/html"),
        ("darwin", MAC),
    ],
)
def test_the_systems_documentation_is_found(
    getter: Getter, make_docs: Callable[..., Path], system: str, place: str
) -> None:
    getter.machine = replace(getter.machine, system=system)
    folder = make_docs(getter.machine.root / place)

    docs = getter()

    assert docs.folder == folder
    assert docs.origin == f"installed in {folder}"
    assert getter.said == [f"On this computer: Python 3.11, {docs.origin} ({folder})"]


@pytest.mark.parametrize(
    ("system", "place"),
    [
        ("win32", "Doc/html"),
        ("win32", "Doc"),
        ("darwin", "Resources/English.lproj/Documentation"),
    ],
)
def test_the_running_pythons_own_documentation_is_found(
    getter: Getter, make_docs: Callable[..., Path], system: str, place: str
) -> None:
    getter.machine = replace(getter.machine, system=system)
    folder = make_docs(getter.machine.base_prefix / place)

    assert getter().folder == folder


def test_what_is_no_documentation_of_python_is_passed_over(
    getter: Getter, make_docs: Callable[..., Path]
) -> None:
    doc = getter.machine.root / "usr/share/doc"
    (doc / "python3-pip/html").mkdir(parents=True)
    make_docs(doc / "python3-flask/html", project="Flask", version="3.1.x")
    (make_docs(doc / "python3.10/html") / "objects.inv").write_text("no inventory")
    wanted = make_docs(doc / "python3.9/html", version="3.9")

    assert getter().folder == wanted


def test_links_are_followed_to_the_real_folder(
    getter: Getter, make_docs: Callable[..., Path]
) -> None:
    doc = getter.machine.root / "usr/share/doc"
    real = make_docs(doc / "python3.11/html")
    (doc / "python3.11-dev").symlink_to("python3.11")
    (doc / "python3.11-doc").mkdir()
    (doc / "python3.11-doc/html").symlink_to("../python3.11/html")

    assert getter().folder == real


def test_the_running_pythons_version_comes_before_a_newer_one(
    getter: Getter, make_docs: Callable[..., Path]
) -> None:
    for version in ("3.9", "3.11", "3.13"):
        make_docs(getter.machine.root / f"usr/share/doc/python{version}/html", version=version)

    assert getter().python == "3.11"


def test_else_the_newest_version_is_taken(getter: Getter, make_docs: Callable[..., Path]) -> None:
    for version in ("3.9", "3.10", "2.7"):
        make_docs(
            getter.machine.root / f"usr/share/doc/python-docs-{version}/html", version=version
        )

    assert getter().python == "3.10"


def test_a_wanted_version_is_taken_even_if_it_is_old(
    getter: Getter, make_docs: Callable[..., Path]
) -> None:
    for version in ("2.7", "3.11"):
        make_docs(
            getter.machine.root / f"usr/share/doc/python-docs-{version}/html", version=version
        )

    assert getter(python="2.7").python == "2.7"


def test_a_wanted_version_that_is_not_installed_is_not_replaced(
    getter: Getter, make_docs: Callable[..., Path]
) -> None:
    make_docs(getter.machine.root / "usr/share/doc/python3.11/html")

    with pytest.raises(HotdishSearchError, match=r"installed for Python 3\.11, not for 3\.12"):
        getter(python="3.12")


def test_python_2_alone_is_no_answer(getter: Getter, make_docs: Callable[..., Path]) -> None:
    make_docs(getter.machine.root / "usr/share/doc/python-docs-2.7.5/html", version="2.7")

    with pytest.raises(HotdishSearchError, match=r"installed for Python 2\.7 only"):
        getter()
