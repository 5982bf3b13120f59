"""Documentation pages served from a docset's folder."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from hotdish_search.doc_files import find_file
from hotdish_search.pages.documents import insert_bar

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

PAGE = "/docs/python-3.11/library/json.html"


def test_a_page_is_the_documentations_own_with_a_bar(client: TestClient, docs: Path) -> None:
    own = (docs / "library" / "json.html").read_text()

    served = client.get(PAGE).text

    head, rest = own.split("</head>")
    body = rest.split('<body class="x">')[1]
    assert served.startswith(head)
    assert served.endswith(body)
    assert '<body class="x"><hotdish-bar>' in served.replace("\n", "")


def test_the_bar_is_a_form_that_works_without_a_script(client: TestClient) -> None:
    bar = client.get(PAGE).text.split("<hotdish-bar>")[1].split("</hotdish-bar>")[0]

    assert '<template shadowrootmode="open">' in bar
    assert 'action="/search"' in bar
    assert "autofocus" not in bar


def test_a_preview_has_no_bar_and_leaves_its_frame(client: TestClient) -> None:
    served = client.get(PAGE, params={"preview": "1"}).text

    assert "<hotdish-bar>" not in served
    assert '<base target="_top">' in served


def test_a_preview_that_is_no_longer_framed_becomes_the_page(client: TestClient) -> None:
    answer = client.get(PAGE, params={"preview": "1"}, headers={"Sec-Fetch-Dest": "document"})

    assert answer.status_code == 307
    assert answer.headers["location"] == PAGE


def test_files_keep_their_type_and_content(client: TestClient) -> None:
    answer = client.get("/docs/python-3.11/_static/theme.css")

    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.text == "body { background: white }"


def test_unknown_types_are_not_guessed(client: TestClient, docs: Path) -> None:
    (docs / "data.unknown").write_bytes(b"<html>")

    answer = client.get("/docs/python-3.11/data.unknown")

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unchanged_page_is_not_sent_twice(client: TestClient, docs: Path) -> None:
    first = client.get(PAGE)
    held = {"If-None-Match": first.headers["etag"]}

    again = client.get(PAGE, headers=held)
    (docs / "library" / "json.html").write_text("<head></head><body>New</body>")
    changed = client.get(PAGE, headers=held)

    assert again.status_code == 304
    assert "New" in changed.text


def test_the_root_of_a_docset_is_its_index(client: TestClient) -> None:
    for root in ("/docs/python-3.11", "/docs/python-3.11/"):
        assert client.get(root).headers["location"] == "/docs/python-3.11/index.html"


def test_a_page_that_is_only_there_compressed_is_found(client: TestClient, docs: Path) -> None:
    (docs / "changelog.html.gz").write_bytes(gzip.compress(b"<head></head><body>News</body>"))

    answer = client.get("/docs/python-3.11/changelog.html")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<hotdish-bar>" in answer.text
    assert answer.text.endswith("News</body>")


@pytest.mark.parametrize(
    "path", ["library/none.html", "library", "none/json.html", "x" * 300 + ".html"]
)
def test_a_missing_page_is_a_sentence(client: TestClient, path: str) -> None:
    answer = client.get(f"/docs/python-3.11/{path}")

    assert answer.status_code == 404
    assert f"Python 3.11 has no page “{path}”." in answer.text


def test_an_unknown_docset_is_a_sentence(client: TestClient) -> None:
    answer = client.get("/docs/<b>/index.html")

    assert answer.status_code == 404
    assert "There is no documentation named “&lt;b&gt;” here." in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "library/../../secret.txt",
        "..\\secret.txt",
        "library/..%2f..%2fsecret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "C:/secret.txt",
        "\0",
        "library/json.html\0",
    ],
)
def test_no_path_leads_out_of_the_folder(client: TestClient, docs: Path, path: str) -> None:
    (docs.parent / "secret.txt").write_text("secret")

    answer = client.get(f"/docs/python-3.11/{quote(path, safe='%')}")

    assert find_file(docs, path) is None
    assert answer.status_code == 404
    assert answer.text.count("secret") == path.count("secret")


def test_a_link_out_of_the_folder_is_followed_to_scripts_only(docs: Path) -> None:
    for name in ("jquery.js", "secret.txt"):
        (docs.parent / name).write_text("x")
        (docs / "_static" / name).symlink_to(docs.parent / name)
    (docs / "_static" / "disguised.js").symlink_to(docs.parent / "secret.txt")

    assert find_file(docs, "_static/jquery.js") is not None
    assert find_file(docs, "_static/secret.txt") is None
    assert find_file(docs, "_static/disguised.js") is None


def test_a_page_without_head_or_body_stays_as_it_is() -> None:
    assert insert_bar(b"<p>Only this", "HEAD", "BAR") == b"<p>Only this"


def test_the_bar_goes_into_the_first_body_only() -> None:
    html = b"<head></HEAD><BODY class='a > b'>x</body><body>"

    assert insert_bar(html, "H", "B") == b"<head>H</HEAD><BODY class='a >B b'>x</body><body>"


def test_a_documentation_page_loads_nothing_foreign(client: TestClient) -> None:
    policy = client.get(PAGE).headers["content-security-policy"]

    assert policy.startswith("default-src 'self' 'unsafe-inline' data:;")
    assert "frame-ancestors 'self'" in policy
