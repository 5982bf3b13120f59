"""The command line, as a person uses it."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from hotdish_search.cli import COMMANDS, main
from hotdish_search.settings import Settings


@pytest.fixture
def data(settings: Settings) -> list[str]:
    return ["--data-dir", str(settings.data_dir), "--database", settings.database]


def test_find_prints_names_summaries_and_links(
    data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["find", "json.dumps", "-n", "2", *data])

    printed = capsys.readouterr().out
    assert code == 0
    assert printed.splitlines()[0] == "json.dumps  function · json"
    assert "library/json.html#json.dumps" in printed


def test_find_prints_json_for_programs(data: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["find", "--json", "os.path.join", *data])

    assert code == 0
    assert json.loads(capsys.readouterr().out)["results"][0]["title"] == "os.path.join"


def test_find_tells_what_it_repaired_and_how_to_search_what_was_typed(
    data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["find", "itertoools", "-n", "1", *data])
    repaired = capsys.readouterr().out
    code = main(["find", "itertoools", "--verbatim", *data])
    as_typed = capsys.readouterr()

    told = "Showing results for itertools. Search for itertoools instead: --verbatim"
    assert repaired.splitlines()[0] == told
    assert "itertools  module" in repaired
    assert (code, as_typed.out) == (1, "")
    assert "Nothing is found for 'itertoools'" in as_typed.err


def test_a_search_does_not_wait_for_the_web_server_s_libraries(data: list[str]) -> None:
    program = (
        "import sys; from hotdish_search.cli import COMMANDS, main; main(sys.argv[1:]); "
        "print(sorted({'hotdish_web.cache.layer', 'uvicorn', 'selectolax'} & sys.modules.keys()))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program, "find", "json.dumps", *data],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip

    assert printed.splitlines()[0].startswith("json.dumps")
    assert printed.splitlines()[-1] == "[]"


def test_a_command_that_does_not_exist_is_told_and_the_one_that_was_meant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["fnid", "json.dumps"])

    assert code == 2
    assert "Did you mean 'find'" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "-h"]) == 0
    assert f"hotdish-search {name}" in capsys.readouterr().out


def test_find_says_when_nothing_is_found(
    data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["find", "qzxqzxqzx", *data])

    assert code == 1
    assert "Nothing is found for 'qzxqzxqzx'" in capsys.readouterr().err


def test_docsets_and_doctor_tell_what_there_is(
    data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [main(["docsets", *data]), main(["doctor", *data])]

    printed = capsys.readouterr().out
    assert codes == [0, 0]
    assert "python-3.11" in printed
    assert "BAD" not in printed


@pytest.mark.parametrize(
    ("meaning", "told"),
    [("true", "is not learned yet"), ("false", "by words alone, as HOTDISH_SEARCH_MEANING is off")],
)
def test_doctor_tells_whether_questions_are_found_by_meaning(
    meaning: str,
    told: str,
    data: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOTDISH_SEARCH_MEANING", meaning)

    assert main(["doctor", *data]) == 0
    assert told in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", ["find x", "open x", "docsets"])
def test_without_an_index_every_command_says_what_to_run(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*command.split(), "--data-dir", str(tmp_path)])

    assert code == 1
    assert "Build it: hotdish-search index" in capsys.readouterr().err


def test_doctor_without_an_index_is_bad(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--data-dir", str(tmp_path)]) == 1
    assert "BAD  There is no index" in capsys.readouterr().out


def test_a_folder_without_an_inventory_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["index", "--source", str(tmp_path), "--data-dir", str(tmp_path / "data")])

    assert code == 1
    assert "objects.inv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["find"], "QUERY"),
        (["find", "x", "-n", "0"], "--limit"),
        (["fnid", "x"], "fnid"),
    ],
)
def test_wrong_use_is_exit_code_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOTDISH_SEARCH_MEANING", "perhaps"),
        ("POSTGRES_PORT", "five"),
        ("ENV", "staging"),
        ("CACHE_URL", "memcached://127.0.0.1"),
        ("CACHE_MAX_BYTES", "lots"),
    ],
)
def test_a_wrong_setting_is_told_before_anything_is_built(
    variable: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv(variable, value)

    code = main(["serve", "--port", "0", "--data-dir", str(tmp_path)])

    told = capsys.readouterr().err
    assert code == 1
    assert told.startswith("hotdish-search: Wrong ")
    assert variable in told
    assert not list(tmp_path.iterdir())


def test_a_port_in_use_is_told_before_anything_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = main(["serve", "--port", str(port), "--data-dir", str(tmp_path)])

    assert code == 1
    assert f"--port {port + 1}" in capsys.readouterr().err


@pytest.mark.slow
def test_serve_answers_soon_after_a_second_start(data: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = ["serve", "--port", str(port), *data]
    server = subprocess.Popen(
        [Path(sys.executable).with_name("hotdish-search"), *command],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        answer = _ask(f"http://127.0.0.1:{port}/api/search?q=json.du")
    finally:
        server.terminate()
        said = server.communicate()[1]

    assert answer["results"][0]["title"] == "json.dumps"
    assert re.search(rf"http://127.0.0.1:{port}", said)
    assert "Traceback" not in said


def _ask(url: str) -> dict[str, list[dict[str, str]]]:
    """Ask until the server answers, at most half a minute."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  loopback
                answer: dict[str, list[dict[str, str]]] = json.load(response)
                return answer
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
