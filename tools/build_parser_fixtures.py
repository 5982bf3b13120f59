#!/usr/bin/env python3
"""Build the small documentations of the parser's tests with many versions of Sphinx.

Each version gets a venv of its own, on the Python that it was made for. What the tests need of the
result (HTML pages and objects.inv) replaces the folders in packages/search/tests/parsing/built.

    tools/build_parser_fixtures.py --python 3.8=PATH --python 3.12=PATH [--only 9.1.0]

Without --python, `python3.8` and so on are looked up on PATH.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent / "packages" / "search" / "tests" / "parsing"

# Sphinx before version 5 does not run with today's releases of what it depends on, and does not
# say so in its metadata.
BEFORE_SPHINX_5 = (
    "docutils<0.17",
    "jinja2<3.1",
    "markupsafe<2.1",
    "alabaster<0.7.14",
    "sphinxcontrib-applehelp<1.0.5",
    "sphinxcontrib-devhelp<1.0.3",
    "sphinxcontrib-htmlhelp<2.0.2",
    "sphinxcontrib-qthelp<1.0.4",
    "sphinxcontrib-serializinghtml<1.1.6",
    "setuptools<70",
)


@dataclass(frozen=True)
class Build:
    """One build: a version of Sphinx, the Python for it, and what else it needs."""

    name: str
    sphinx: str
    python: str
    source: str = "docs_source"
    requirements: tuple[str, ...] = ()


BUILDS = (
    Build("2.4.4", "2.4.4", "3.8", requirements=BEFORE_SPHINX_5),
    Build("3.4.3", "3.4.3", "3.8", requirements=BEFORE_SPHINX_5),
    Build("4.5.0", "4.5.0", "3.8", requirements=BEFORE_SPHINX_5),
    Build("6.2.1", "6.2.1", "3.8"),
    Build("8.1.3", "8.1.3", "3.11"),
    Build("8.2.3", "8.2.3", "3.11"),
    Build("9.1.0", "9.1.0", "3.12"),
    Build("moved", "8.1.3", "3.11", "moved_source", ("sphinxext-rediraffe==0.2.7",)),
)


def main() -> int:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", action="append", default=[], metavar="X.Y=PATH")
    parser.add_argument("--only", action="append", choices=[build.name for build in BUILDS])
    options = parser.parse_args()
    pythons = dict(pair.split("=", 1) for pair in options.python)
    for build in BUILDS:
        if not options.only or build.name in options.only:
            sys.stderr.write(f"Building {build.name} ...\n")
            rebuild(build, pythons.get(build.python) or f"python{build.python}")
    return 0


def rebuild(build: Build, python: str) -> None:
    """Build one documentation and put its pages in place of those of the last build."""
    with tempfile.TemporaryDirectory() as folder:
        venv, html = Path(folder, "venv"), Path(folder, "html")
        run(python, "-m", "venv", str(venv))
        venv_python = str(venv / "bin" / "python")
        wanted = [f"sphinx=={build.sphinx}", *build.requirements]
        run(venv_python, "-m", "pip", "install", "--quiet", *wanted)
        run(venv_python, "-m", "sphinx", "-q", "-b", "html", str(TESTS / build.source), str(html))
        keep_pages(html, TESTS / "built" / build.name)


def keep_pages(html: Path, target: Path) -> None:
    """Copy the pages and the inventory, without what a theme brings and what tells of a machine."""
    shutil.rmtree(target, ignore_errors=True)
    pages = (path for path in html.rglob("*.html") if path.name != "search.html")
    for path in (html / "objects.inv", *pages):
        kept = target / path.relative_to(html)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept)


def run(*command: str) -> None:
    """Run a command and stop where it fails."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
