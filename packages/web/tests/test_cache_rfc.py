"""`mode="rfc"`: what RFC 9111 asks of a shared cache. The suite of many cases is a benchmark."""

import asyncio
from email.utils import formatdate
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from hotdish_web import ResponseCache
from hotdish_web.cache.rfc.freshness import initial_age, may_store, parse_date, read_rules

Headers = dict[str, str]


class Origin:
    """An ASGI application that answers as told and keeps what it was asked."""

    def __init__(self, **headers: str) -> None:
        self.status = 200
        self.headers: Headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.repeated = 1
        self.asked: list[dict[bytes, bytes]] = []
        self.error: Exception | None = None
        self.cache = ResponseCache(mode="rfc")
        self.layer: Any = self.cache.wrap(self)

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.asked.append(dict(scope["headers"]))
        if self.error is not None:
            raise self.error
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        for part, more in ((str(len(self.asked)).encode() * self.repeated, True), (b"", False)):
            await send({"type": "http.response.body", "body": part, "more_body": more})

    def get(self, headers: Headers | None = None, method: str = "GET") -> httpx2.Response:
        return self.ask((method, "/", headers or {}))[0]

    def ask(self, *requests: tuple[str, str, Headers]) -> list[httpx2.Response]:
        async def all_in_turn() -> list[httpx2.Response]:
            transport = httpx2.ASGITransport(app=self.layer)
            async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
                found = [await client.request(m, path, headers=h) for m, path, h in requests]
                await asyncio.gather(*self.layer._refreshing.values())
                return found

        return asyncio.run(all_in_turn())

    def pass_time(self, seconds: float) -> None:
        clock = self.layer._clock
        self.layer._clock = lambda: clock() + seconds


def test_what_is_fresh_is_served_and_what_is_not_is_asked_for() -> None:
    origin = Origin(cache_control="max-age=60")

    first, second = origin.get(), origin.get()
    origin.pass_time(61)
    third = origin.get()

    assert (first.text, second.text, third.text) == ("1", "1", "2")
    assert (second.headers["age"], second.headers["cache-status"]) == ("0", "hotdish; hit; ttl=59")


@pytest.mark.parametrize(
    ("headers", "is_stored"),
    [
        ({"cache_control": "max-age=60, private"}, False),
        ({"cache_control": "max-age=60, no-store"}, False),
        ({"cache_control": "max-age=60, no-store, must-understand"}, True),
        ({"cache_control": "s-maxage=60, max-age=0"}, True),
        ({"cache_control": "max-age=x"}, False),
        ({"cache_control": "no-cache, max-age=60"}, False),
        ({"cache_control": "max-age=0", "cdn_cache_control": "max-age=60"}, True),
        ({"cache_control": "max-age=60", "cdn_cache_control": "no-store"}, False),
        ({"cache_control": "max-age=60", "cdn_cache_control": "&&"}, True),
        ({"cache_control": "max-age=60", "vary": "a, *"}, False),
        ({"cache_control": "max-age=60", "age": "61"}, False),
        ({"expires": formatdate(4e9, usegmt=True)}, True),
        ({"expires": "0"}, False),
        ({"last_modified": "Wed, 01 Jan 2020 00:00:00 GMT"}, True),
        ({}, False),
    ],
)
def test_the_headers_say_what_is_kept(headers: Headers, is_stored: bool) -> None:  # noqa: FBT001
    origin = Origin(**headers)

    origin.get()
    origin.get()

    assert len(origin.asked) == (1 if is_stored else 2)


@pytest.mark.parametrize(("control", "n_asked"), [("max-age=60", 2), ("public, max-age=60", 1)])
def test_answers_to_authorization_are_kept_only_if_told(control: str, n_asked: int) -> None:
    origin = Origin(cache_control=control)

    for _ in range(2):
        origin.get({"Authorization": "a"})

    assert len(origin.asked) == n_asked


@pytest.mark.parametrize(
    ("wish", "age", "is_hit"),
    [
        ("no-cache", 1, False),
        ("max-age=5", 10, False),
        ("max-age=50", 10, True),
        ("min-fresh=55", 10, False),
        ("max-stale=20", 70, True),
        ("max-stale", 700, True),
        ("max-stale=5", 70, False),
    ],
)
def test_the_client_has_its_wishes(wish: str, age: float, is_hit: bool) -> None:  # noqa: FBT001
    origin = Origin(cache_control="max-age=60")
    origin.get()
    origin.pass_time(age)

    origin.get({"Cache-Control": wish})

    assert len(origin.asked) == (1 if is_hit else 2)


def test_pragma_is_understood_and_no_store_of_a_client_too() -> None:
    origin = Origin(cache_control="max-age=60")

    origin.get({"Cache-Control": "no-store"})
    origin.get()
    origin.get({"Pragma": "no-cache"})

    assert len(origin.asked) == 3


def test_only_if_cached_is_a_504_where_nothing_is() -> None:
    origin = Origin(cache_control="max-age=60")

    assert origin.get({"Cache-Control": "only-if-cached"}).status_code == 504
    assert origin.asked == []


def test_a_stale_answer_is_validated_and_freshened() -> None:
    origin = Origin(cache_control="max-age=60", etag='"v1"', x_build="1", content_type="text/plain")
    origin.get()
    origin.pass_time(61)
    origin.status = 304
    origin.headers |= {"x-build": "2"}
    validated = origin.get()
    again = origin.get()

    assert origin.asked[1][b"if-none-match"] == b'"v1"'
    assert (validated.status_code, validated.text, validated.headers["x-build"]) == (200, "1", "2")
    assert (again.text, len(origin.asked)) == ("1", 2)


def test_a_304_that_forbids_to_keep_it_is_obeyed() -> None:
    origin = Origin(cache_control="max-age=60", last_modified="Wed, 01 Jan 2020 00:00:00 GMT")
    origin.get()
    origin.pass_time(61)
    origin.status, origin.headers["cache-control"] = 304, "no-store"
    assert origin.get().text == "1"
    origin.status = 200

    assert origin.get().text == "3"


def test_clients_get_304_from_the_cache() -> None:
    modified = "Wed, 01 Jan 2020 00:00:00 GMT"
    origin = Origin(cache_control="max-age=60", etag='"v1"', last_modified=modified)
    origin.get()

    by_etag = origin.get({"If-None-Match": '"v1"', "If-Modified-Since": "x"})
    by_date = origin.get({"If-Modified-Since": modified})
    other = origin.get({"If-None-Match": '"v2"'})

    assert [a.status_code for a in (by_etag, by_date, other)] == [304, 304, 200]
    assert by_etag.headers["etag"] == '"v1"'
    assert len(origin.asked) == 1


def test_head_is_served_from_a_get() -> None:
    origin = Origin(cache_control="max-age=60")
    origin.get()

    head = origin.get(method="HEAD")

    assert (head.status_code, head.content, len(origin.asked)) == (200, b"", 1)
    assert head.headers["content-length"] == "1"


def test_a_stale_head_is_not_validated_with_our_etag() -> None:
    origin = Origin(cache_control="max-age=60", etag='"v1"')
    origin.get()
    origin.pass_time(61)
    origin.get(method="HEAD")

    assert b"if-none-match" not in origin.asked[1]


def test_variants_are_kept_apart() -> None:
    origin = Origin(cache_control="max-age=60", vary="Accept-Language, Accept-Encoding")

    answers = origin.ask(*(("GET", "/", {"Accept-Language": x}) for x in ("de", "fr", "de")))

    assert [answer.text for answer in answers] == ["1", "2", "1"]


def test_stale_while_revalidate_is_served_and_made_new_behind() -> None:
    origin = Origin(cache_control="max-age=60, stale-while-revalidate=60")
    origin.get()
    origin.pass_time(61)

    stale = origin.ask(("GET", "/", {}), ("GET", "/", {}))
    fresh = origin.get()

    assert stale[0].text == "1"
    assert (fresh.text, len(origin.asked)) == ("2", 2)


def test_a_failing_refresh_hurts_nobody() -> None:
    origin = Origin(cache_control="max-age=60, stale-while-revalidate=60")
    origin.get()
    origin.pass_time(61)
    origin.error = RuntimeError()

    async def ask() -> str:
        transport = httpx2.ASGITransport(app=origin.layer)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            answers = [await client.get("/") for _ in range(2)]
            await asyncio.gather(*origin.layer._refreshing.values(), return_exceptions=True)
            return answers[0].text

    assert asyncio.run(ask()) == "1"


def test_a_refresh_that_is_ended_from_outside_is_tried_again() -> None:
    origin = Origin(cache_control="max-age=60, stale-while-revalidate=60")
    origin.get()
    origin.pass_time(61)

    async def ask() -> str:
        transport = httpx2.ASGITransport(app=origin.layer)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            await client.get("/")
            (refresh,) = origin.layer._refreshing.values()
            refresh.cancel()
            await asyncio.gather(refresh, return_exceptions=True)
            await client.get("/")
            await asyncio.gather(*origin.layer._refreshing.values())
            return (await client.get("/")).text

    assert asyncio.run(ask()) == str(len(origin.asked))


@pytest.mark.parametrize("how", ["raises", "503"])
@pytest.mark.parametrize(("more", "is_served"), [("", True), (", must-revalidate", False)])
def test_stale_if_error(how: str, more: str, is_served: bool) -> None:  # noqa: FBT001
    origin = Origin(cache_control=f"max-age=60, stale-if-error=60{more}")
    origin.get()
    origin.pass_time(61)
    if how == "raises":
        origin.error = ConnectionError()
    origin.status = 503

    if is_served:
        assert origin.get().text == "1"
    elif how == "raises":
        with pytest.raises(ConnectionError):
            origin.get()
    else:
        assert origin.get().status_code == 503


@pytest.mark.parametrize(
    ("status", "location", "n_asked"),
    [(200, None, 3), (500, None, 2), (201, "/", 3), (201, "http://elsewhere/", 2)],
)
def test_a_change_invalidates_what_it_names(
    status: int, location: str | None, n_asked: int
) -> None:
    origin = Origin(cache_control="max-age=60")
    origin.get()
    origin.status = status
    path = "/other?x=1" if location else "/"
    if location:
        origin.headers["location"] = location
    origin.ask(("POST", path, {}))
    origin.status = 200
    origin.get()

    assert len(origin.asked) == n_asked


def test_other_safe_methods_ranges_and_lifespans_pass_through() -> None:
    origin = Origin(cache_control="max-age=60")
    origin.get()
    origin.get({"Range": "bytes=0-1"})
    origin.get(method="OPTIONS")
    asyncio.run(origin.layer({"type": "lifespan"}, None, None))

    assert len(origin.asked) == 3


def test_what_is_very_long_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotdish_web.cache.rfc.layer.MAX_BYTES", 10)
    origin = Origin(cache_control="max-age=60")
    origin.repeated = 20

    assert [origin.get().text for _ in range(2)] == ["1" * 20, "2" * 20]


def test_what_has_become_very_long_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotdish_web.cache.rfc.layer.MAX_BYTES", 10)
    origin = Origin(cache_control="max-age=60")
    origin.get()
    origin.pass_time(61)
    origin.repeated = 20

    assert origin.get().text == "2" * 20


def test_hosts_are_kept_apart() -> None:
    origin = Origin(cache_control="max-age=60")

    answers = [origin.get({"Host": host}).text for host in ("a", "b", "a", "b/x", "b")]

    assert answers == ["1", "2", "1", "3", "2"]


def test_it_can_be_installed_into_an_application() -> None:
    app = FastAPI()
    runs: list[int] = []

    @app.get("/")
    async def home() -> Any:
        runs.append(1)
        return PlainTextResponse("x", headers={"Cache-Control": "max-age=60"})

    ResponseCache(mode="rfc").install(app)

    async def ask() -> None:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            for _ in range(3):
                await client.get("/")

    asyncio.run(ask())
    assert runs == [1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"Thu, 01 Jan 1970 00:01:00 GMT", 60.0),
        (b"Thursday, 01-Jan-70 00:01:00 GMT", 60.0),
        (b"Thu Jan  1 00:01:00 1970", 60.0),
        (b"Thu, 01 Jan 1970 00:01:00 UTC", None),
        (b"Thu, 1 Jan 1970 00:01:00 GMT", None),
        (b"Thu, 99 Jan 1970 00:01:00 GMT", None),
        (b"0", None),
        (None, None),
    ],
)
def test_dates_are_read_strictly(text: bytes | None, expected: float | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [(b"30", 32.0), (b"abc", 2.0), (b"7200, 0", 7202.0), (b"9" * 30, 2.0**31 + 2)],
)
def test_age_is_read_as_it_was_meant(age: bytes, expected: float) -> None:
    assert initial_age([(b"age", age)], now=1000.0, delay=2.0) == expected


def test_an_answer_is_as_old_as_its_date_says() -> None:
    assert initial_age([(b"date", b"Thu, 01 Jan 1970 00:01:00 GMT")], 100.0, 0.0) == 40.0


@pytest.mark.parametrize(("status", "expected"), [(206, False), (103, False), (599, False)])
def test_some_statuses_are_not_stored(status: int, expected: bool) -> None:  # noqa: FBT001
    headers = [(b"cache-control", b"max-age=60, must-understand")]
    rules = read_rules(status, headers, 0.0)

    assert may_store(status, headers, rules, is_authorized=False) is expected
