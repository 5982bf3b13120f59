"""Count in how many source files each name of Python's documentation is used.

The table that comes out is shipped with hotdish-search: its ranking takes a name that much code
uses for a likelier answer. What is read: the standard library of the Python that runs this, and
the programs of `counted_programs.txt` with everything they depend on, installed as wheels into a
scratch folder. Their code is parsed, never run, and deleted after counting.

Run from the root of the repository, with network, in about ten minutes:

    .venv/bin/python tools/count_names.py --docs /usr/share/doc/python3.11/html
"""

import argparse
import ast
import builtins
import datetime as dt
import inspect
import json
import random
import shutil
import subprocess
import sys
import sysconfig
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hotdish_search.parsing.inventory import read_inventory

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(__file__).with_name("counted_programs.txt")
OUTPUT = ROOT / "packages/search/src/hotdish_search/data/popularity.tsv"
SCRATCH = ROOT / "benchmarks/.work/counted"

# So that a few giants do not outvote the rest.
MAX_FILES_A_PACKAGE = 120
MAX_FILE_BYTES = 300_000
SKIPPED_FOLDERS = {"__pycache__", "test", "tests", "testing", "_vendor", "vendor", "idlelib"}

# `x.append(1)` tells nothing of x's type: the built-in types that have the attribute take 1, 1/2,
# 1/3 ... of the use, the commonest first.
BUILTIN_TYPES: tuple[type, ...] = (
    str,
    list,
    dict,
    set,
    frozenset,
    int,
    float,
    bytes,
    bytearray,
    tuple,
    complex,
    memoryview,
)

# Which keyword or operator stands behind a node of the syntax tree.
SYNTAX: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Add: ("+",),
    ast.And: ("and",),
    ast.Assert: ("assert",),
    ast.Assign: ("=",),
    ast.AsyncFor: ("async", "async for"),
    ast.AsyncFunctionDef: ("async", "async def"),
    ast.AsyncWith: ("async", "async with"),
    ast.AugAssign: ("+=",),
    ast.Await: ("await",),
    ast.BitAnd: ("&",),
    ast.BitOr: ("|",),
    ast.BitXor: ("^",),
    ast.Break: ("break",),
    ast.ClassDef: ("class",),
    ast.Continue: ("continue",),
    ast.Delete: ("del",),
    ast.Div: ("/",),
    ast.Eq: ("==",),
    ast.ExceptHandler: ("except",),
    ast.FloorDiv: ("//",),
    ast.For: ("for",),
    ast.FunctionDef: ("def",),
    ast.Global: ("global",),
    ast.Gt: (">",),
    ast.GtE: (">=",),
    ast.If: ("if",),
    ast.Import: ("import",),
    ast.ImportFrom: ("import", "from"),
    ast.In: ("in",),
    ast.Invert: ("~",),
    ast.Is: ("is",),
    ast.IsNot: ("is not", "is"),
    ast.JoinedStr: ("f-string",),
    ast.LShift: ("<<",),
    ast.Lambda: ("lambda",),
    ast.Lt: ("<",),
    ast.LtE: ("<=",),
    ast.MatMult: ("@",),
    ast.Match: ("match", "case"),
    ast.Mod: ("%",),
    ast.Mult: ("*",),
    ast.NamedExpr: (":=",),
    ast.Nonlocal: ("nonlocal",),
    ast.Not: ("not",),
    ast.NotEq: ("!=",),
    ast.NotIn: ("not in", "in", "not"),
    ast.Or: ("or",),
    ast.Pass: ("pass",),
    ast.Pow: ("**",),
    ast.RShift: (">>",),
    ast.Raise: ("raise",),
    ast.Return: ("return",),
    ast.Starred: ("*",),
    ast.Sub: ("-",),
    ast.Try: ("try", "except"),
    ast.TryStar: ("except*",),
    ast.While: ("while",),
    ast.With: ("with",),
    ast.Yield: ("yield",),
    ast.YieldFrom: ("yield from", "yield"),
}


@dataclass(frozen=True)
class Vocabulary:
    """The documented names, and which of them an attribute may be."""

    names: frozenset[str]
    top_modules: frozenset[str]
    of_builtins: Mapping[str, tuple[str, ...]]  # attribute -> full names, the commonest type first
    of_modules: Mapping[str, tuple[str, ...]]  # attribute -> full names of methods in modules


def read_vocabulary(docs: Path) -> Vocabulary:
    """Take the names of the documentation's inventory and the methods of the built-in types."""
    roles = {
        item.name: item.role.removeprefix("py:")
        for items in read_inventory(docs).by_page.values()
        for item in items
        if item.role.startswith("py:")
    }
    # `list.append` and a few others are documented in tables, without an object of their own; what
    # only a set can do is documented as `frozenset.add`.
    prefixes = {kind.__name__ for kind in BUILTIN_TYPES}
    of_types = [f"{kind.__name__}.{name}" for kind in BUILTIN_TYPES for name in public(kind)]
    of_types += sorted(name for name in roles if name.split(".")[0] in prefixes and "." in name)
    of_types = list(dict.fromkeys(of_types))
    of_builtins: defaultdict[str, list[str]] = defaultdict(list)
    for full in of_types:
        of_builtins[full.rpartition(".")[2]].append(full)
    of_modules: defaultdict[str, list[str]] = defaultdict(list)
    for full, role in roles.items():
        if role in {"method", "attribute", "property"} and full.split(".")[0] not in prefixes:
            of_modules[full.rpartition(".")[2]].append(full)
    modules = {name for name, role in roles.items() if role == "module"}
    return Vocabulary(
        names=frozenset(roles) | frozenset(of_types),
        top_modules=frozenset(name.split(".")[0] for name in modules),
        of_builtins={name: tuple(full) for name, full in of_builtins.items()},
        of_modules={name: tuple(full) for name, full in of_modules.items()},
    )


def public(kind: type) -> list[str]:
    """Name the public attributes of a type."""
    return [name for name, _ in inspect.getmembers(kind) if not name.startswith("_")]


def count_source(source: str, vocabulary: Vocabulary) -> dict[str, float]:
    """Give each documented name that a file uses, with the share of certainty (at most 1).

    Raises:
        SyntaxError: It is not Python (of this version).
        ValueError: It holds null bytes.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other people's invalid escapes
        nodes = list(ast.walk(ast.parse(source)))
    uses: dict[str, float] = {}
    imported = read_imports(nodes)
    modules = {full.split(".")[0] for full in imported.values()} & vocabulary.top_modules
    # A file object comes from open(), without an import.
    if any(isinstance(node, ast.Name) and node.id == "open" for node in nodes):
        modules.add("io")
    for name in import_targets(nodes):
        note(uses, name, 1, vocabulary)
    known = {name: name for name in set(dir(builtins)) - names_bound(nodes)} | imported
    for node in nodes:
        for keyword in SYNTAX.get(type(node), ()):
            uses[keyword] = 1
        if isinstance(node, ast.Name):
            note(uses, known.get(node.id, ""), 1, vocabulary)
        elif isinstance(node, ast.Attribute):
            for name, share in read_attribute(node, known, modules, vocabulary):
                note(uses, name, share, vocabulary)
    return uses


def note(uses: dict[str, float], name: str, share: float, vocabulary: Vocabulary) -> None:
    """Keep the greatest share with which a documented name is used."""
    if name in vocabulary.names:
        uses[name] = max(uses.get(name, 0), share)


def names_bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Name the variables and parameters of a file: a variable `id` is not the built-in."""
    bound = {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return bound


def read_imports(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Map each local name that an import binds to the full name of what it is."""
    bound: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                bound[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # Names of other modules hide built-ins too, and are of no documented name.
            for alias in node.names:
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return bound


def import_targets(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Name every module that is imported."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def read_attribute(
    node: ast.Attribute, known: Mapping[str, str], modules: set[str], vocabulary: Vocabulary
) -> Iterator[tuple[str, float]]:
    """Say what `a.b.c` may be: one name if `a` is known, else shares of several."""
    path = [node.attr]
    value = node.value
    while isinstance(value, ast.Attribute):
        path.insert(0, value.attr)
        value = value.value
    if isinstance(value, ast.Name) and value.id in known:
        yield ".".join([known[value.id], *path]), 1
        return
    if owners := vocabulary.of_builtins.get(node.attr):
        yield from ((full, 1 / rank) for rank, full in enumerate(owners, start=1))
        return
    owners = vocabulary.of_modules.get(node.attr, ())
    likely = [full for full in owners if full.split(".")[0] in modules]
    yield from ((full, 1 / len(likely)) for full in likely)


def group_by_package(folder: Path) -> dict[str, list[Path]]:
    """Group the source files below a folder of packages by their topmost folder or module."""
    packages: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if SKIPPED_FOLDERS.isdisjoint(parts) and "site-packages" not in parts:
            packages[parts[0]].append(path)
    return packages


class Tally:
    """How many files used each name so far; each package counts once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.counts: defaultdict[str, float] = defaultdict(float)
        self.n_files = 0
        self.packages: set[str] = set()
        self._vocabulary = vocabulary

    def add_folder(self, folder: Path) -> None:
        """Count the packages below a folder that were not counted before."""
        for package, paths in group_by_package(folder).items():
            if package not in self.packages:
                self.packages.add(package)
                # The same files each time, yet from all over the package.
                random.Random(package).shuffle(paths)  # noqa: S311 - a sample, not a secret
                for path in paths[:MAX_FILES_A_PACKAGE]:
                    self._add_file(path)

    def _add_file(self, path: Path) -> None:
        if path.stat().st_size > MAX_FILE_BYTES:
            return
        try:
            uses = count_source(path.read_text(encoding="utf-8"), self._vocabulary)
        except (SyntaxError, ValueError, RecursionError):
            return  # templates, Python 2, other encodings, generated monsters
        for name, share in uses.items():
            self.counts[name] += share
        self.n_files += 1


def install(program: str, folder: Path) -> bool:
    """Install a program and what it needs from wheels, so that no code of theirs runs."""
    uv = str(Path(sys.executable).with_name("uv"))
    options = ["--quiet", "--target", str(folder), "--only-binary", ":all:"]
    command = [uv, "pip", "install", *options, program]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"{program} is left out: {done.stderr.strip()[:300]}", file=sys.stderr)
    return done.returncode == 0


def write_table(tally: Tally, programs: list[str], output: Path) -> None:
    """Write the counts, sorted by name, below a header that says how they came about."""
    counts = {name: round(count, 1) for name, count in tally.counts.items() if count >= 1}
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    header = [
        "In how many source files each name of Python's documentation is used.",
        "Made by tools/count_names.py, which tells the method; do not edit.",
        f"Date: {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}. Files: {tally.n_files:,}.",
        f"Packages: {len(tally.packages):,}, of the standard library of Python {python} and of",
        f"these with all they depend on: {', '.join(programs)}.",
        "Name, tab, files. Methods of unknown objects count in part, so there are fractions.",
    ]
    lines = [f"# {line}" for line in header]
    lines += [f"{name}\t{count:g}" for name, count in sorted(counts.items())]
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Count and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--docs", type=Path, required=True, help="Python's documentation as HTML")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--programs", type=Path, default=PROGRAMS)
    options = parser.parse_args()
    sys.setrecursionlimit(10_000)  # deep expressions of generated code
    tally = Tally(read_vocabulary(options.docs))
    tally.add_folder(Path(sysconfig.get_path("stdlib")))
    counted = []
    lines = options.programs.read_text(encoding="utf-8").splitlines()
    for program in (line for line in lines if line and not line.startswith("#")):
        folder = SCRATCH / program
        if install(program, folder):
            tally.add_folder(folder)
            counted.append(program)
        shutil.rmtree(folder, ignore_errors=True)
        sizes = {"packages": len(tally.packages), "files": tally.n_files}
        print(program, json.dumps(sizes), file=sys.stderr, flush=True)
    write_table(tally, counted, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
