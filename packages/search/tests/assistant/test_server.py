"""The server as an assistant's program talks to it: in the same process, and over real pipes."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent
from packages.search.tests.assistant.conftest import build
from packages.search.tests.fake_embedder import TwoMeanings

from hotdish_search.assistant import make_server
from hotdish_search.assistant.library import ReadyVectors
from hotdish_search.cli import main
from hotdish_search.engines import make_engine
from hotdish_search.settings import Settings

pytestmark = pytest.mark.anyio
COMMAND = str(Path(sys.executable).with_name("hotdish-search"))


def said(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return said(result)


async def test_it_says_what_it_is_for(client: Client) -> None:
    tools = (await client.list_tools()).tools

    assert [tool.name for tool in tools] == ["search_docs", "read_docs", "list_docsets"]
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
    assert client.instructions is not None
    assert all(name in client.instructions for name in ("search_docs", "read_docs"))


async def test_a_name_is_found_with_all_that_a_model_needs(client: Client) -> None:
    result = await client.call_tool("search_docs", {"query": "teapot.brew", "limit": 1})

    assert result.structured_content == {
        "docset": "teapot-1.2",
        "total": result.structured_content["total"] if result.structured_content else 0,
        "results": [
            {
                "id": "library/teapot.html#teapot.brew",
                "title": "teapot.brew",
                "kind": "function",
                "signature": "teapot.brew(leaves, /, water, *more_leaves, minutes: float = 3.0, "
                "**options) -> Cup",
                "summary": "Brew leaves in water and return a cup of tea.",
                "versions": ["added 1.0"],
            }
        ],
    }


async def test_text_and_structure_say_the_same(client: Client) -> None:
    result = await client.call_tool("search_docs", {"query": "cup"})

    assert result.structured_content is not None
    for place in result.structured_content["results"]:
        for value in (place["id"], place["title"], place["kind"]):
            assert value in said(result)


async def test_a_repaired_name_says_so_and_can_be_searched_as_it_is(client: Client) -> None:
    repaired = await client.call_tool("search_docs", {"query": "teapot.berw"})
    verbatim = await client.call_tool("search_docs", {"query": "teapot.berw", "verbatim": True})

    assert repaired.structured_content is not None
    assert repaired.structured_content["corrected_to"] == "teapot.brew"
    assert said(repaired).startswith("Nothing is named 'teapot.berw': these are the results for")
    assert "corrected_to" not in (verbatim.structured_content or {})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"query": "  "}, "The query is empty"),
        ({"query": "x" * 301}, "at most 300"),
        ({"query": "x", "part": "kitchen"}, "There is no part 'kitchen'. Use one of: builtins"),
        ({"query": "x", "kind": "soup"}, "There is no kind 'soup'"),
        ({"query": "x", "docset": "perl"}, "There is no docset 'perl'. Use one of: teapot-1.2"),
        ({"query": "x", "limit": 0}, "limit"),
        ({}, "query"),
    ],
)
async def test_a_wrong_search_is_told(client: Client, arguments: dict[str, Any], told: str) -> None:
    assert told in await refused(client, "search_docs", **arguments)


@pytest.mark.parametrize(
    "query", ["\0", "🍲", '"*^-', "[1, 2]", "null", "\ud7ff", "a\nb", "NOT OR ("]
)
async def test_no_query_is_an_error(client: Client, query: str) -> None:
    result = await client.call_tool("search_docs", {"query": query, "part": "", "docset": None})

    assert not result.is_error


async def test_nothing_found_is_told_with_what_to_do(client: Client) -> None:
    result = await client.call_tool("search_docs", {"query": "qzxqzxqzx"})

    assert said(result).startswith("Nothing in teapot-1.2 for 'qzxqzxqzx'. Try fewer")
    assert result.structured_content == {"docset": "teapot-1.2", "total": 0, "results": []}


@pytest.mark.parametrize("place", ["library/teapot.html#teapot.Cup.size", "teapot.Cup.size"])
async def test_a_place_is_read_by_id_and_by_name(client: Client, place: str) -> None:
    result = await client.call_tool("read_docs", {"place": place})

    assert said(result) == (
        "[library/teapot.html#teapot.Cup.size in teapot-1.2]\n\n"
        "**`size`**\nHow many millilitres it holds."
    )
    assert result.structured_content is None  # some clients would show it instead of the text


async def test_a_long_page_is_read_in_stretches(client: Client) -> None:
    page = {"place": "library/teapot.html", "max_chars": 500}
    first = said(await client.call_tool("read_docs", page))
    start = int(first.partition("go on with start=")[2].partition(".")[0])
    second = said(await client.call_tool("read_docs", {**page, "start": start}))

    assert "library/teapot.html#brewing Brewing" in first
    assert f"[Characters {start} to " in second
    assert "#brewing Brewing" not in second


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"place": "teapot.berw"}, "Nothing is named 'teapot.berw'. Near: teapot.brew id=library/"),
        ({"place": "qzxqzxqzx"}, "Nothing is named 'qzxqzxqzx'. Search for it instead"),
        ({"place": "../../secret.html"}, "There is no page '../../secret.html'"),
        ({"place": "library/teapot.html#none"}, "There is no place 'none'"),
        ({"place": "teapot.brew", "start": 99999}, "Give a smaller start"),
        ({"place": "teapot.brew", "docset": "perl"}, "There is no docset 'perl'"),
        ({"place": "teapot.brew", "max_chars": 1}, "max_chars"),
        ({"place": ""}, "Nothing is named ''"),
        ({"place": "x" * 400}, "at most 300"),
    ],
)
async def test_what_cannot_be_read_is_told(
    client: Client, arguments: dict[str, Any], told: str
) -> None:
    assert told in await refused(client, "read_docs", **arguments)


async def test_docsets_are_listed(client: Client) -> None:
    result = await client.call_tool("list_docsets", {})

    assert said(result) == "teapot-1.2: Teapot 1.2"
    assert result.structured_content == {"docsets": [{"name": "teapot-1.2", "title": "Teapot 1.2"}]}


async def test_without_an_index_it_says_what_to_run_and_goes_on_when_there_is_one(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path, cache_dir=tmp_path / "cache", database_url=None)
    async with Client(make_server(settings)) as client:
        told = await refused(client, "search_docs", query="brew")
        await build(settings)
        found = await client.call_tool("search_docs", {"query": "brew"})

    assert "Build it: hotdish-search index" in told
    assert not found.is_error


async def test_pages_that_are_not_here_are_told(settings: Settings, tmp_path: Path) -> None:
    server = make_server(await without_pages(settings, tmp_path))
    async with Client(server) as client:
        told = await refused(client, "read_docs", place="teapot.brew")

    assert "The pages of teapot-1.2 are not on this computer" in told


async def without_pages(settings: Settings, folder: Path) -> Settings:
    engine = make_engine(settings.database)
    await engine.open()
    content = await engine.content("teapot-1.2")
    await engine.close()
    bare = Settings(data_dir=folder, database_url=None)
    docset = replace(content.docset, folder="")
    await make_engine(bare.database).replace(
        replace(content, docset=docset), lambda _done, _all: None
    )
    return bare


async def test_what_entries_mean_is_used_and_never_learned(tmp_path: Path) -> None:
    embedder = TwoMeanings()
    shelf = ReadyVectors(tmp_path, embedder)

    async def texts() -> list[str]:
        return ["a", "b"]

    assert await shelf.make("build", texts) is None
    assert (embedder.n_texts, list(tmp_path.iterdir())) == (0, [])


async def test_a_client_of_its_own_process_is_served(settings: Settings) -> None:
    arguments = ["mcp", "--data-dir", str(settings.data_dir), "--database", settings.database]
    server = StdioServerParameters(command=COMMAND, args=arguments)
    async with Client(stdio_client(server)) as client:
        found = await client.call_tool("search_docs", {"query": "brew"})
        read = await client.call_tool("read_docs", {"place": "teapot.brew"})

    assert "teapot.brew" in said(found)
    assert "Brew *leaves*" in said(read)


def test_nothing_but_the_protocol_is_on_standard_output(tmp_path: Path) -> None:
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        "this is no JSON",
        json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}),
    ]

    served = subprocess.run(
        [COMMAND, "mcp", "--data-dir", str(tmp_path)],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )

    answers = [json.loads(line) for line in served.stdout.splitlines()]
    assert {answer["jsonrpc"] for answer in answers} == {"2.0"}
    assert {1, 2} <= {answer.get("id") for answer in answers}
    assert "There is no index yet. Build it: hotdish-search index" in served.stderr
    assert "Traceback" not in served.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)

    assert main(["mcp"]) == 1
    assert "pip install 'hotdish-search[mcp]'" in capsys.readouterr().err
