"""tools/count_names.py makes the popularity table."""

import importlib.util
import sys
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[4] / "tools" / "count_names.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("count_names", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def count(tool: ModuleType, source: str) -> dict[str, float]:
    vocabulary = tool.Vocabulary(
        names=frozenset(
            {"os", "os.path.join", "re", "re.sub", "re.Pattern.sub", "json.dumps", "id", "str"}
            | {"str.join", "list.append", "bytearray.append", "socket.socket.send"}
            | {"asyncio.Transport.send"},
        ),
        top_modules=frozenset({"os", "re", "json", "socket", "asyncio"}),
        of_builtins={"append": ("list.append", "bytearray.append")},
        of_modules={"send": ("asyncio.Transport.send", "socket.socket.send")},
    )
    uses: dict[str, float] = tool.count_source(dedent(source), vocabulary)
    return {name: share for name, share in uses.items() if name not in {"import", "from", "="}}


def test_an_import_and_what_is_reached_through_it_count(tool: ModuleType) -> None:
    assert count(tool, "import os.path\nos.path.join('a')") == {"os": 1, "os.path.join": 1}


def test_other_names_for_an_import_are_followed(tool: ModuleType) -> None:
    source = """
        import re as regex
        from json import dumps as to_text
        regex.sub
        to_text
    """

    assert count(tool, source) == {"re": 1, "re.sub": 1, "json.dumps": 1}


def test_a_name_counts_once_a_file(tool: ModuleType) -> None:
    assert count(tool, "str\nstr\nstr") == {"str": 1}


def test_a_variable_that_hides_a_built_in_is_not_the_built_in(tool: ModuleType) -> None:
    assert count(tool, "id = 1\nid") == {}
    assert count(tool, "from elsewhere import id\nid") == {}


def test_a_method_of_an_unknown_object_is_shared_out_over_built_in_types(tool: ModuleType) -> None:
    assert count(tool, "x.append") == {"list.append": 1, "bytearray.append": 0.5}


def test_else_it_is_shared_out_over_the_modules_that_are_imported(tool: ModuleType) -> None:
    assert count(tool, "import socket\nx.send")["socket.socket.send"] == 1
    assert count(tool, "import socket, asyncio\nx.send")["socket.socket.send"] == 0.5
    assert count(tool, "x.send") == {}


def test_keywords_and_operators_count(tool: ModuleType) -> None:
    assert count(tool, "with x: y // z") == {"with": 1, "//": 1}


def test_only_a_sample_of_a_giant_is_read_and_no_tests(tool: ModuleType, tmp_path: Path) -> None:
    giant = tmp_path / "giant"
    (giant / "tests").mkdir(parents=True)
    (giant / "tests" / "test_it.py").write_text("str", encoding="utf-8")
    for number in range(tool.MAX_FILES_A_PACKAGE + 5):
        (giant / f"part{number}.py").write_text("str", encoding="utf-8")
    (tmp_path / "broken.py").write_text("def", encoding="utf-8")
    tally = tool.Tally(tool.Vocabulary(frozenset({"str"}), frozenset(), {}, {}))

    tally.add_folder(tmp_path)
    tally.add_folder(tmp_path)

    assert tally.counts == {"str": tool.MAX_FILES_A_PACKAGE}
    assert tally.n_files == tool.MAX_FILES_A_PACKAGE
