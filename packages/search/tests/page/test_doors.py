"""The other ways in: address bar, lucky redirect, addresses by name, static files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from hotdish_search.errors import HotdishSearchError

if TYPE_CHECKING:
    from packages.search.tests.page.conftest import FakeSearch
    from starlette.testclient import TestClient

DUMPS = "/docs/python-3.11/library/json.html#json.dumps"
NAMES = {"os": "http://a9.com/-/spec/opensearch/1.1/"}


def test_suggestions_are_query_names_summaries_and_links(client: TestClient) -> None:
    answer = client.get("/api/suggest", params={"q": "dumps"})

    query, names, summaries, links = answer.json()
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    assert query == "dumps"
    assert names == ["json.dumps", "pickle.dumps", "marshal.dumps"]
    assert summaries[0].startswith("Serialize obj")
    assert links[0] == f"http://testserver{DUMPS}"


def test_suggestions_for_nothing_are_none(client: TestClient) -> None:
    assert client.get("/api/suggest").json() == ["", [], [], []]


def test_suggestions_fail_to_none(search: FakeSearch, client: TestClient) -> None:
    search.failing = HotdishSearchError("gone")

    answer = client.get("/api/suggest", params={"q": "json"})

    assert answer.json() == ["json", [], [], []]
    assert answer.headers["cache-control"] == "no-store"


def test_a_browser_can_add_the_search(client: TestClient) -> None:
    answer = client.get("/opensearch.xml")

    root = ET.fromstring(answer.text)  # noqa: S314 - our own answer
    urls = {url.attrib["type"]: url.attrib["template"] for url in root.findall("os:Url", NAMES)}
    assert answer.headers["content-type"] == "application/opensearchdescription+xml"
    assert root.findtext("os:ShortName", namespaces=NAMES) == "hotdish"
    assert urls["text/html"] == "http://testserver/search?q={searchTerms}"
    assert urls["application/x-suggestions+json"].endswith("/api/suggest?q={searchTerms}")


def test_the_icon_of_the_search_is_there(client: TestClient) -> None:
    root = ET.fromstring(client.get("/opensearch.xml").text)  # noqa: S314 - our own answer

    icon = client.get(root.findtext("os:Image", namespaces=NAMES) or "")

    assert icon.headers["content-type"] == "image/svg+xml"


def test_lucky_goes_to_the_best_hit(client: TestClient) -> None:
    assert client.get("/lucky?q=dumps").headers["location"] == DUMPS


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("qqqq", "/search?q=qqqq"),
        ("//evil.example/", "/search?q=%2F%2Fevil.example%2F"),
        ("https://evil.example", "/search?q=https%3A%2F%2Fevil.example"),
        ("a\r\nSet-Cookie: b", "/search?q=a%0D%0ASet-Cookie%3A+b"),
        ("", "/"),
    ],
)
def test_lucky_without_a_hit_goes_to_the_results(
    client: TestClient, query: str, target: str
) -> None:
    assert client.get("/lucky", params={"q": query}).headers["location"] == target


def test_a_redirect_never_leaves_this_site(search: FakeSearch, client: TestClient) -> None:
    search.hits = [replace(search.hits[0], url="//evil.example/json")]

    assert client.get("/lucky?q=json").headers["location"] == "/search?q=json"
    assert client.get("/go/json.dumps").headers["location"] == "/search?q=json.dumps"


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("json.dumps", DUMPS),
        ("JSON.Dumps", DUMPS),
        ("str", "/docs/python-3.11/library/stdtypes.html#str"),
        ("written", "/search?q=written"),
        ("jsno", "/search?q=jsno"),
        ("a/b", "/search?q=a%2Fb"),
        ("//evil.example", "/search?q=%2F%2Fevil.example"),
    ],
)
def test_a_name_in_the_address_goes_to_its_place(
    client: TestClient, name: str, target: str
) -> None:
    assert client.get(f"/go/{name}").headers["location"] == target


def test_static_files_are_named_by_their_content_and_kept_forever(client: TestClient) -> None:
    page = client.get("/").text
    addresses = set(re.findall(r'"(/static/[^"#]+)', page))

    answers = [client.get(address) for address in addresses]

    assert len(addresses) == 4
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        held = {"If-None-Match": answer.headers["etag"]}
        assert client.get(str(answer.url), headers=held).status_code == 304


def test_a_static_file_of_another_version_is_not_there(client: TestClient) -> None:
    assert client.get("/static/hotdish.000000000000.css").status_code == 404
    assert client.get("/static/hotdish.css").status_code == 404


@pytest.mark.parametrize("path", ["/", "/search?q=json", "/favicon.ico", DUMPS.partition("#")[0]])
def test_programs_may_ask_for_headers_only(client: TestClient, path: str) -> None:
    assert client.head(path).headers["content-type"] == client.get(path).headers["content-type"]


def test_a_browser_that_asks_for_a_favicon_gets_it(client: TestClient) -> None:
    assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
