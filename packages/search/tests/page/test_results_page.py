"""The search page as it is served: whole, as a fragment, and when something is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotdish_search.errors import HotdishSearchError
from hotdish_search.model import SearchRequest
from hotdish_search.pages.highlight import highlight
from hotdish_search.service_protocol import Docset, IndexNotReadyError

if TYPE_CHECKING:
    from packages.search.tests.page.conftest import FakeSearch
    from starlette.testclient import TestClient

    from hotdish_search.model import Kind

FRAGMENT = {"Hotdish-Fragment": "1"}


class TextAndMarks(HTMLParser):
    """Reads text back and refuses every tag but `mark`."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.marked = ""
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert (tag, attrs) == ("mark", [])
        self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        assert tag == "mark"
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self.depth else ""


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("ab<>&\"'\n é/mark;#")),
    st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30))),
)
def test_highlighting_never_breaks_html(text: str, ranges: list[tuple[int, int]]) -> None:
    reader = TextAndMarks()

    reader.feed(str(highlight(text, ranges)))
    reader.close()

    covered = {place for start, end in ranges for place in range(max(0, start), end)}
    assert reader.text == text
    assert reader.marked == "".join(c for place, c in enumerate(text) if place in covered)
    assert reader.depth == 0


def test_the_home_page_shows_the_box_and_four_examples(client: TestClient) -> None:
    page = client.get("/").text

    assert "Search the Python 3.11 documentation as you type." in page
    assert page.count('<span class="example') == 4
    assert "autofocus" in page


def test_the_home_page_is_not_sent_twice(client: TestClient) -> None:
    first = client.get("/")

    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("query", ["", "   "])
def test_an_empty_query_gives_the_home_page(client: TestClient, query: str) -> None:
    answer = client.get("/search", params={"q": query})

    assert answer.status_code == 200
    assert answer.text == client.get("/").text


def test_a_results_page_is_whole_and_holds_links(client: TestClient) -> None:
    page = client.get("/search", params={"q": "json"}).text

    assert page.startswith("<!doctype html>")
    assert "<title>json · hotdish</title>" in page
    assert 'href="/docs/python-3.11/library/json.html#json.dumps"' in page
    assert "<mark>json</mark>.dump</span>" in page


def test_the_script_gets_the_same_results_as_a_fragment(client: TestClient) -> None:
    page = client.get("/search", params={"q": "json"})

    fragment = client.get("/search", params={"q": "json"}, headers=FRAGMENT)

    assert fragment.text in page.text
    assert fragment.text.lstrip().startswith('<div class="found"')
    assert page.headers["vary"] == fragment.headers["vary"] == "Hotdish-Fragment, accept-encoding"


def test_what_the_index_holds_is_escaped(client: TestClient) -> None:
    card = client.get("/search", params={"q": "not bold"}).text
    line = client.get("/search", params={"q": "json"}).text

    assert "&lt;b&gt;Not bold&lt;/b&gt; &amp; json nowhere" in card
    assert "&lt;b&gt;Not bold&lt;/b&gt; &amp; <mark>json</mark> nowhere" in line
    assert "<b>" not in card + line


def test_what_is_typed_is_escaped(client: TestClient) -> None:
    page = client.get("/search", params={"q": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in page
    assert 'value="&#34;&gt;&lt;script&gt;' in page


def test_parts_are_tabs_with_their_counts(client: TestClient) -> None:
    page = client.get("/search", params={"q": "json", "part": "tutorial"}).text

    assert 'href="/search?q=json">All <span class="count">8</span>' in page
    assert 'part=tutorial" aria-current="page">Tutorial <span class="count">1</span>' in page
    assert "Saving structured data" in page
    assert "JSONEncoder" not in page


def test_the_form_keeps_the_chosen_part_without_a_script(client: TestClient) -> None:
    page = client.get("/search", params={"q": "json", "part": "tutorial"}).text

    assert '<input type="hidden" name="part" value="tutorial">' in page


def test_whats_new_is_folded_below_the_rest(client: TestClient) -> None:
    page = client.get("/search", params={"q": "json"}).text

    before, folded = page.split("<details", 1)
    assert "whatsnew/3.6.html" not in before
    assert folded.count("/whatsnew/") == 2


def test_whats_new_is_open_when_it_is_asked_for_or_all_there_is(client: TestClient) -> None:
    asked = client.get("/search", params={"q": "json", "part": "whatsnew"}).text
    all_there_is = client.get("/search", params={"q": "preserves the order"}).text

    assert "<details" not in asked
    assert "whatsnew/3.5.html" in asked
    assert "<details" not in all_there_is
    assert "whatsnew/3.5.html" in all_there_is


def test_the_card_is_not_repeated_in_the_list(client: TestClient) -> None:
    page = client.get("/search", params={"q": "json.dumps"}).text

    assert page.count('href="/docs/python-3.11/library/json.html#json.dumps"') == 1
    assert 'data-copy="import json"' in page
    assert "added 3.6" in page


def test_a_long_example_is_cut(search: FakeSearch, client: TestClient) -> None:
    example = "\n".join(f"line {number}" for number in range(20))
    hit = search.hits[0]
    search.hits = [replace(hit, entry=replace(hit.entry, example=example))]

    page = client.get("/search", params={"q": "json"}).text

    assert "line 7\n…</code>" in page
    assert "line 8" not in page


def test_a_repaired_query_says_so(client: TestClient) -> None:
    page = client.get("/search", params={"q": "jsno"}).text

    assert 'Showing results for <a class="live" href="/search?q=json">json</a>.' in page
    assert '<a class="live" href="/search?q=jsno&amp;verbatim=1">jsno</a> instead' in page


def test_what_was_typed_is_searched_where_that_is_chosen(client: TestClient) -> None:
    client.get("/search", params={"q": "jsno"})
    page = client.get("/search", params={"q": "jsno", "verbatim": "1"}).text

    assert "Nothing for <em>jsno</em>." in page
    assert 'Exactly as typed. <a class="live" href="/search?q=jsno">Repair slips</a>' in page
    assert "Showing results for" not in page


def test_links_of_a_search_as_typed_keep_it(client: TestClient) -> None:
    page = client.get("/search", params={"q": "json", "verbatim": "true"}).text

    assert 'href="/search?q=json&amp;part=tutorial&amp;verbatim=1"' in page


@pytest.mark.parametrize("off", ["", "0", "false"])
def test_a_switch_may_be_off(off: str, client: TestClient) -> None:
    assert "Showing results" in client.get("/search", params={"q": "jsno", "verbatim": off}).text


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_a_switch_with_an_unknown_value_is_told(
    headers: dict[str, str], client: TestClient
) -> None:
    answer = client.get("/search", params={"q": "jsno", "verbatim": "soup"}, headers=headers)

    assert answer.status_code == 422
    assert "There is no verbatim &#39;soup&#39;. Use one of: 0, 1" in answer.text


def test_nothing_found_is_a_sentence_with_one_thing_to_do(client: TestClient) -> None:
    page = client.get("/search", params={"q": "qqqq"}).text

    assert "Nothing for <em>qqqq</em>." in page
    assert "Try fewer words" in page


def test_nothing_found_in_one_part_offers_everything(client: TestClient) -> None:
    page = client.get("/search", params={"q": "pickle", "part": "tutorial"}).text

    assert "Nothing for <em>pickle</em> here." in page
    assert 'href="/search?q=pickle">Search everywhere</a>' in page


def test_a_kind_can_be_chosen_and_left(client: TestClient) -> None:
    page = client.get("/search", params={"q": "json", "kind": "class"}).text

    assert "json.JSONEncoder" in page
    assert "json.dumps" not in page
    assert 'Kind: class. <a class="live" href="/search?q=json">Show all kinds</a>' in page


def test_more_hits_are_one_link_away(search: FakeSearch, client: TestClient) -> None:
    hit = search.hits[1]
    search.hits = [replace(hit, url=f"{hit.url}{number}") for number in range(60)]

    page = client.get("/search", params={"q": "json"}).text
    more = client.get("/search", params={"q": "json", "limit": "50"}).text

    assert page.count('<li><a class="hit"') == 20
    assert 'href="/search?q=json&amp;limit=50">Show more</a>' in page
    assert more.count('<li><a class="hit"') == 50
    assert "Show more" not in more


def test_a_bad_request_is_answered_in_words(client: TestClient) -> None:
    answer = client.get("/search", params={"q": "x" * 412})

    assert answer.status_code == 422
    assert "The query has 412 characters; 300 are the most." in answer.text


def test_an_index_that_is_being_built_is_asked_again(
    search: FakeSearch, client: TestClient
) -> None:
    search.failing = IndexNotReadyError("The index is being built: 62 %.", 62)

    answer = client.get("/search", params={"q": "json"})

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == answer.headers["refresh"] == "2"
    assert "The index is being built: 62 %." in answer.text
    assert 'data-retry="2"' in answer.text


def test_a_failed_search_says_what_happened(search: FakeSearch, client: TestClient) -> None:
    search.failing = HotdishSearchError("The database is gone. Run: hotdish-search doctor")

    answer = client.get("/search", params={"q": "json"}, headers=FRAGMENT)

    assert answer.status_code == 500
    assert "Run: hotdish-search doctor" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_results_are_not_sent_twice(client: TestClient) -> None:
    first = client.get("/search", params={"q": "json"})
    held = {"If-None-Match": first.headers["etag"]}

    same = client.get("/search", params={"q": "json"}, headers=held)
    fragment = client.get("/search", params={"q": "json"}, headers={**held, **FRAGMENT})
    other_query = client.get("/search", params={"q": "dump"}, headers=held)

    assert [each.status_code for each in (same, fragment, other_query)] == [304, 200, 200]


def test_results_are_searched_once(search: FakeSearch, client: TestClient) -> None:
    for _ in range(3):
        client.get("/search", params={"q": "json"})

    assert [request.query for request in search.asked] == ["json"]


def test_several_docsets_can_be_chosen_from(search: FakeSearch, client: TestClient) -> None:
    search.all_docsets = (
        Docset("python-3.11", "Python 3.11"),
        Docset("python-3.14", "Python 3.14"),
    )

    page = client.get("/search", params={"q": "json", "docset": "python-3.14"}).text

    assert '<option value="python-3.14" selected>Python 3.14</option>' in page
    assert search.asked[-1] == SearchRequest("json", 20, docset="python-3.14")


def test_without_a_docset_the_home_page_says_what_to_run(
    search: FakeSearch, client: TestClient
) -> None:
    search.all_docsets = ()

    assert "<code>hotdish-search index</code>" in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/search?q=json", "/docs/none/x.html"])
def test_pages_allow_nothing_inline_and_nothing_foreign(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert " style=" not in answer.text
    assert "http://" not in answer.text.replace("http://testserver", "")


@pytest.mark.parametrize(
    ("place", "title", "kind", "module", "line"),
    [
        ("library/json.html#module-json", "json", "module", "json", "import json"),
        ("library/json.html#json.dumps", "json.dumps", "function", "json", "import json"),
        ("library/functions.html#open", "open", "function", "", None),
        ("reference/compound_stmts.html#with", "The with statement", "keyword", "", None),
        ("c-api/list.html#c.PyList_New", "PyList_New", "c-function", "", None),
    ],
)
def test_a_card_offers_the_import_that_a_name_needs(  # noqa: PLR0913, PLR0917 - one case a line
    search: FakeSearch,
    client: TestClient,
    place: str,
    title: str,
    kind: Kind,
    module: str,
    line: str | None,
) -> None:
    part, rest = place.split("/")
    hit = search.hits[0]
    entry = replace(
        hit.entry,
        id=place,
        title=title,
        kind=kind,
        module=module,
        page_title=rest,
        part=part,  # type: ignore[arg-type]  # one of `Part`
    )
    search.hits = [replace(hit, entry=entry, url=f"/docs/python-3.11/{place}")]

    page = client.get("/search", params={"q": title}).text

    assert re.findall('data-copy="([^"]*)"', page) == ([line] if line else [])
