"""Downloads from servers that hang up, hang, change their mind or never end."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2
import pytest

from hotdish_search.errors import HotdishSearchError
from hotdish_search.sources.job import NoDocsError
from hotdish_search.sources.web import refuse_downgrade, send_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from packages.search.tests.sources.conftest import Exchange, Getter, Site


@pytest.fixture
def body(make_archive: Callable[..., Path]) -> bytes:
    return make_archive("gztar").read_bytes()


def test_a_download_goes_on_where_it_broke_off(getter: Getter, site: Site, body: bytes) -> None:
    url = site.on("/docs", site.cut(body, 100, ETag='"1"'), site.whole(body))

    docs = getter(url)

    assert docs.python == "3.11"
    assert site.requests == [("/docs", None), ("/docs", "bytes=100-")]
    assert any("broke off" in line and "going on" in line for line in getter.said)


def test_a_download_goes_on_by_the_date_where_there_is_no_etag(
    getter: Getter, site: Site, body: bytes
) -> None:
    date = "Tue, 24 Nov 2026 20:00:00 GMT"
    url = site.on("/docs", site.cut(body, 100, Last_Modified=date), site.whole(body, date))

    getter(url)

    assert site.requests[-1] == ("/docs", "bytes=100-")


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"1"'}])
def test_a_server_that_does_not_say_which_state_a_file_is_of_is_asked_for_all_of_it(
    getter: Getter, site: Site, body: bytes, headers: dict[str, str]
) -> None:
    url = site.on("/docs", site.cut(body, 100, **headers), site.whole(body))

    getter(url)

    assert site.requests == [("/docs", None), ("/docs", None)]


def test_a_file_that_changed_meanwhile_is_downloaded_from_the_start(
    getter: Getter, site: Site, body: bytes
) -> None:
    url = site.on("/docs", site.cut(b"older" * 100, 50, ETag='"1"'), site.whole(body, '"2"'))

    assert getter(url).python == "3.11"

    assert site.requests == [("/docs", None), ("/docs", "bytes=50-")]


def test_a_server_that_sends_another_range_is_asked_for_all_of_it(
    getter: Getter, site: Site, body: bytes
) -> None:
    url = site.on(
        "/docs",
        site.cut(body, 100, ETag='"1"'),
        lambda exchange: exchange.answer(206, body[7:], Content_Range=f"bytes 7-{len(body) - 1}/*"),
        site.whole(body),
    )

    assert getter(url).python == "3.11"

    assert site.requests[1:] == [("/docs", "bytes=100-"), ("/docs", None)]


def test_a_part_that_is_the_whole_file_already_is_taken(
    getter: Getter, site: Site, body: bytes
) -> None:
    # A chunked answer that loses its last, empty chunk: all bytes are there, but nobody said so.
    def unfinished(exchange: Exchange) -> None:
        exchange.head(200, Transfer_Encoding="chunked", ETag='"1"')
        exchange.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")
        exchange.close_connection = True

    url = site.on("/docs", unfinished, site.whole(body))

    assert getter(url).python == "3.11"

    assert site.requests[-1] == ("/docs", f"bytes={len(body)}-")
    assert getter.progress[-1] == (len(body), None)


class ControlC(list[tuple[int, int | None]]):
    def append(self, item: tuple[int, int | None]) -> None:  # noqa: ARG002 (as in the base)
        raise KeyboardInterrupt


def test_an_interrupted_download_is_taken_up_by_the_next_run(
    getter: Getter, site: Site, body: bytes
) -> None:
    url = site.on("/docs", site.stalled(body, 100), site.whole(body))

    with pytest.raises(KeyboardInterrupt):
        replace(getter, progress=ControlC())(url)
    docs = getter(url)

    assert docs.python == "3.11"
    assert site.requests == [("/docs", None), ("/docs", "bytes=100-")]


def test_a_download_that_stalls_is_taken_up_again(getter: Getter, site: Site, body: bytes) -> None:
    getter.limits = replace(getter.limits, stall_s=1.0)
    url = site.on("/docs", site.stalled(body, 100), site.whole(body))

    assert getter(url).python == "3.11"

    assert site.requests[-1] == ("/docs", "bytes=100-")


def test_a_server_that_stalls_each_time_is_given_up(
    getter: Getter, site: Site, body: bytes
) -> None:
    getter.limits = replace(getter.limits, stall_s=0.2)
    url = site.on("/docs", site.stalled(body, 0))

    with pytest.raises(HotdishSearchError, match="broke off"):
        getter(url)

    assert len(site.requests) == getter.limits.tries


def test_a_server_that_vanishes_in_the_middle_is_given_up(
    getter: Getter, site: Site, body: bytes
) -> None:
    getter.limits = replace(getter.limits, answer_s=2.0, tries=1)
    url = site.on("/docs", site.cut(body, 100, ETag='"1"'), site.silent)

    with pytest.raises(HotdishSearchError, match="no answer from 127"):
        getter(url)


def test_a_server_that_never_answers_is_given_up(getter: Getter) -> None:
    getter.limits = replace(getter.limits, answer_s=0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:  # connects, and then nobody is there
        url = f"http://127.0.0.1:{server.getsockname()[1]}/docs.zip"

        with pytest.raises(HotdishSearchError, match=r"no answer from 127\.0\.0\.1:\d+ \("):
            getter(url)


class SlowNetwork(httpx2.BaseTransport):
    """Looks the name up for so long that everybody has gone when the answer is there."""

    def __init__(self) -> None:
        self.found = threading.Event()
        self.closed = threading.Event()

    def handle_request(self, _request: httpx2.Request) -> httpx2.Response:
        self.found.wait()
        return httpx2.Response(200, stream=Body(self.closed))


class Body(httpx2.SyncByteStream):
    def __init__(self, closed: threading.Event) -> None:
        self.closed = closed

    def __iter__(self) -> Iterator[bytes]:
        yield b""

    def close(self) -> None:
        self.closed.set()


def test_an_answer_that_comes_too_late_is_closed() -> None:
    network = SlowNetwork()
    client = httpx2.Client(transport=network)
    request = client.build_request("GET", "http://example.org")

    with pytest.raises(httpx2.ConnectTimeout, match=r"nothing within 0\.1 s"):
        send_within(client, request, 0.1)
    network.found.set()

    assert network.closed.wait(30)
    client.close()


def test_a_server_that_refuses_the_connection_is_no_server(getter: Getter) -> None:
    with pytest.raises(HotdishSearchError, match=r"no answer from 127.*Connection refused"):
        getter("http://127.0.0.1:9/docs.zip")


@pytest.mark.parametrize(("status", "words"), [(404, "Not Found"), (503, "Service Unavailable")])
def test_a_server_that_has_no_such_file_is_quoted(
    getter: Getter, site: Site, status: int, words: str
) -> None:
    url = site.on("/docs", lambda exchange: exchange.answer(status))

    with pytest.raises(HotdishSearchError, match=f"/docs answers {status} {words}"):
        getter(url)


def test_a_proxy_is_asked_where_the_environment_names_one(
    getter: Getter, site: Site, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", site.url)
    url = "http://docs.example.org/docs.tar.gz"
    site.offer(url, body)

    assert getter(url).python == "3.11"

    assert site.paths == [url]


def test_a_redirect_is_followed(getter: Getter, site: Site, body: bytes) -> None:
    target = site.offer("/there", body)
    url = site.on("/here", lambda exchange: exchange.answer(302, Location=target))

    assert getter(url).python == "3.11"


def test_a_redirect_out_of_encryption_is_refused() -> None:
    first = httpx2.Response(302, request=httpx2.Request("GET", "https://docs.python.org/a"))
    last = httpx2.Response(
        200, request=httpx2.Request("GET", "http://example.org/b"), history=[first]
    )

    with pytest.raises(NoDocsError, match=r"docs\.python\.org/a leads to .* http://example\.org/b"):
        refuse_downgrade(last)


def test_a_file_that_says_it_is_too_big_is_refused_before_it_is_read(
    getter: Getter, site: Site
) -> None:
    getter.limits = replace(getter.limits, archive_bytes=1000)
    url = site.on("/docs", site.stalled(bytes(1001), 0))

    with pytest.raises(HotdishSearchError, match="bigger than"):
        getter(url)


def test_a_file_that_never_ends_is_refused(getter: Getter, site: Site) -> None:
    getter.limits = replace(getter.limits, archive_bytes=100_000)

    def endless(exchange: Exchange) -> None:
        exchange.head(200)
        exchange.close_connection = True
        while not site.closing.is_set():
            exchange.wfile.write(bytes(10_000))

    with pytest.raises(HotdishSearchError, match="bigger than"):
        getter(site.on("/docs", endless))


def test_a_download_that_takes_too_long_in_all_is_given_up(
    getter: Getter, site: Site, body: bytes
) -> None:
    getter.limits = replace(getter.limits, download_s=0.0)

    with pytest.raises(HotdishSearchError, match="took longer than 0 s; run it again"):
        getter(site.offer("/docs", body))


def test_a_broken_archive_is_not_kept_for_the_next_try(
    getter: Getter, site: Site, body: bytes
) -> None:
    url = site.on("/docs", site.whole(body[:-20], '"1"'), site.whole(body, '"2"'))

    with pytest.raises(HotdishSearchError, match="broken or incomplete"):
        getter(url)

    assert getter.left_over == []
    assert getter(url).python == "3.11"
