"""Rules of the house that no linter knows. A rule that is not executed rots."""

import os
import re
import subprocess
import sys
import textwrap
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("web", "search", "todo", "menu", "freevm")
FORBIDDEN_MODULES = {"utils", "helpers", "common", "misc"}


@cache
def tracked_files() -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


# Spelt in two halves, so that this file does not trip over itself.
FORBIDDEN_TEXT = {
    "a package registry's host": r"python" + r"hosted|npm" + r"js\.org|pypi\." + r"org/simple",
    "a path of one machine": r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|tmp/ba" + r"sh_jobs)/",
}


@pytest.mark.parametrize("what", FORBIDDEN_TEXT)
def test_no_tracked_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN_TEXT[what])

    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked_files()
        if (match := pattern.search(text_of(path)))
    ]

    assert found == []


def test_no_lock_file_is_tracked() -> None:
    names = {path.name for path in tracked_files()}

    assert names.isdisjoint({"uv.lock", ".python-version", ".env"})


def test_no_module_has_a_name_that_says_nothing() -> None:
    modules = [path for path in tracked_files() if path.match("packages/*/src/**/*.py")]

    assert modules
    assert [str(path) for path in modules if path.stem in FORBIDDEN_MODULES] == []


def test_every_path_that_architecture_names_exists() -> None:
    named = re.findall(r"`([\w./{}*-]+/[\w./*-]*)`", text_of(ROOT / "ARCHITECTURE.md"))

    assert [name for name in named if not list(ROOT.glob(name.rstrip("/")))] == []


def test_every_make_target_that_a_guide_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    guides = [path for path in tracked_files() if path.suffix == ".md"]

    named = {
        (path.name, target)
        for path in guides
        for target in re.findall(r"(?:`|^\s*)make ([a-z-]+)", text_of(path), re.MULTILINE)
    }

    assert {(name, target) for name, target in named if target not in targets} == set()


def test_all_packages_carry_the_version_of_the_changelog() -> None:
    manifests = [
        ROOT / "pyproject.toml",
        *(ROOT / f"packages/{p}/pyproject.toml" for p in PACKAGES),
    ]
    top = re.search(r"^## (\d+\.\d+\.\d+)", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)

    versions = {tomllib.loads(text_of(path))["project"]["version"] for path in manifests}

    assert top is not None
    assert versions == {top[1]}


def test_constraints_name_versions_only() -> None:
    lines = text_of(ROOT / "constraints.txt").splitlines()

    assert len(lines) > 30
    assert [line for line in lines if not re.match(r"^[a-z0-9._-]+==[^ ]+( ; .+)?$", line)] == []


def options_of(command: str, *path: str) -> set[str]:
    """Give the long options that a command's help names, those of its sub-commands included."""
    program = Path(sys.executable).with_name(command)
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    helped = subprocess.run(
        [program, *path, "--help"], check=True, capture_output=True, text=True, env=environment
    ).stdout
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", helped))
    commands = re.split(r"commands|Commands", helped, maxsplit=1)[1:] if not path else []
    names = re.findall(r"^[ │]+([a-z][a-z-]*)  ", commands[0], re.MULTILINE) if commands else []
    return options.union(*(options_of(command, name) for name in names))


@pytest.mark.slow
@pytest.mark.parametrize("package", ["search", "todo", "menu", "freevm"])
def test_every_option_of_a_command_is_documented(package: str) -> None:
    pages = [ROOT / f"packages/{package}/README.md", *(ROOT / "docs").glob(f"{package}*.md")]
    written = "\n".join(text_of(page) for page in pages if page.exists())

    options = options_of(f"hotdish-{package}")

    assert "--help" in options
    assert {option for option in options if option not in written} == set()


@pytest.mark.slow
def test_importing_any_module_connects_to_nothing_and_writes_nothing() -> None:
    modules = sorted(
        ".".join(path.relative_to(ROOT / f"packages/{package}/src").with_suffix("").parts)
        for package in PACKAGES
        for path in (ROOT / f"packages/{package}/src").rglob("*.py")
        if path.stem not in ("__init__", "__main__") and "ui" not in path.parts
    )
    script = textwrap.dedent("""
        import importlib, sys

        def forbid(event, arguments):
            mode = arguments[1] if event == "open" else ""
            writes = isinstance(mode, str) and set(mode) & set("wax+")
            if writes or event in ("socket.connect", "socket.bind", "subprocess.Popen"):
                raise RuntimeError(f"{event} {arguments[0]!r} while a module is imported")

        sys.dont_write_bytecode = True
        sys.addaudithook(forbid)
        for name in sys.argv[1:]:
            importlib.import_module(name)
    """)

    imported = subprocess.run(
        [sys.executable, "-c", script, *modules], check=False, capture_output=True, text=True
    )

    assert imported.returncode == 0, imported.stderr[-2000:]
