"""The right answers where other caches leak, lose headers or take a wrong key."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import (
    BackgroundTasks,
    Body,
    Depends,
    Header,
    HTTPException,
    Request,
    Response,
)
from fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    StreamingResponse,
)
from web_testing.probe import Probe

from hotdish_web import cache_response

Serve = Callable[[Any], AbstractContextManager[httpx2.Client]]


def is_hit(answer: httpx2.Response) -> bool:
    return "; hit;" in answer.headers["cache-status"]


def twice(
    client: httpx2.Client, path: str, **options: Any
) -> tuple[httpx2.Response, httpx2.Response]:
    return client.get(path, **options), client.get(path, **options)


def test_headers_and_type_of_a_response_are_kept(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/hdr")
    @cache_response
    async def route() -> JSONResponse:
        return JSONResponse({"n": probe.next()}, headers={"X-Foo": "1"})

    with serve(probe.app) as client:
        first, second = twice(client, "/hdr")

    assert is_hit(second)
    assert first.text == second.text
    assert (second.headers["x-foo"], second.headers["content-type"]) == ("1", "application/json")


def test_every_hit_tells_age_validator_and_how_it_was_made(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/q")
    @cache_response(ttl=600, swr="1h", stale_if_error="1d")
    async def route() -> int:
        return probe.next()

    with serve(probe.app) as client:
        first, second = twice(client, "/q")

    assert first.headers["cache-status"] == "hotdish; fwd=uri-miss; stored"
    assert {"age", "etag", "vary"} <= set(second.headers)
    assert second.headers["cache-control"] == (
        "max-age=600, stale-while-revalidate=3600, stale-if-error=86400"
    )


def test_the_status_is_kept(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/st")
    @cache_response
    async def route() -> JSONResponse:
        return JSONResponse({"n": probe.next()}, status_code=203)

    with serve(probe.app) as client:
        first, second = twice(client, "/st")

    assert (first.status_code, second.status_code) == (203, 203)
    assert is_hit(second)


@pytest.mark.parametrize("way", ["returned", "raised"])
def test_errors_are_never_stored(probe: Probe, serve: Serve, way: str) -> None:
    @probe.app.get("/err")
    @cache_response
    async def route() -> JSONResponse:
        if way == "raised":
            raise HTTPException(404, str(probe.next()))
        return JSONResponse({"n": probe.next()}, status_code=404)

    with serve(probe.app) as client:
        first, second = twice(client, "/err")

    assert (first.status_code, second.status_code, probe.n) == (404, 404, 2)
    assert first.text != second.text


def test_a_404_is_stored_if_told(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/err")
    @cache_response(negative_ttl="10s")
    async def route() -> JSONResponse:
        return JSONResponse({"n": probe.next()}, status_code=404)

    with serve(probe.app) as client:
        first, second = twice(client, "/err")

    assert (first.status_code, second.status_code, probe.n) == (404, 404, 1)
    assert is_hit(second)


@pytest.mark.parametrize("name", ["Authorization", "Cookie"])
def test_users_never_see_each_other(probe: Probe, serve: Serve, name: str) -> None:
    @probe.app.get("/me")
    @cache_response
    async def route(request: Request) -> str:
        return f"{probe.next()} {request.headers.get(name)}"

    with serve(probe.app) as client:
        first = client.get("/me", headers={name: "sid=A"})
        second = client.get("/me", headers={name: "sid=B"})
        anonymous = client.get("/me")

    assert first.headers["cache-status"] == f"hotdish; fwd=bypass; detail={name.lower()}"
    assert (first.json(), second.json(), anonymous.json()) == ("1 sid=A", "2 sid=B", "3 None")


def test_cookies_can_be_ignored_or_be_in_the_key(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/ignored")
    @cache_response(cookies="ignore")
    async def ignored() -> int:
        return probe.next()

    @probe.app.get("/named")
    @cache_response(cookies=["theme"])
    async def named() -> int:
        return probe.next()

    with serve(probe.app) as client:
        one, two = (client.get("/ignored", headers={"Cookie": f"sid={i}"}) for i in "ab")
        dark, light, dark_too = (
            client.get("/named", headers={"Cookie": f"sid={i}; theme={i}"}) for i in "dld"
        )

    assert one.json() == two.json()
    assert dark.json() == dark_too.json() != light.json()


def test_authorization_in_the_key_keeps_users_apart(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/mine")
    @cache_response(authorization="key")
    async def route(request: Request) -> str:
        return f"{probe.next()} {request.headers.get('authorization')}"

    with serve(probe.app) as client:
        answers = [client.get("/mine", headers={"Authorization": who}).json() for who in "aba"]

    assert answers == ["1 a", "2 b", "1 a"]


def test_a_response_with_set_cookie_is_neither_stored_nor_shared(
    probe: Probe, serve: Serve
) -> None:
    @probe.app.get("/cookie")
    @cache_response
    async def route(response: Response) -> int:
        n = probe.next()
        response.set_cookie("sid", str(n))
        return n

    with serve(probe.app) as client:
        first = client.get("/cookie")
        client.cookies.clear()
        second = client.get("/cookie")

    assert (first.json(), second.json()) == (1, 2)
    assert "sid=1" in first.headers["set-cookie"]
    assert "sid=2" in second.headers["set-cookie"]


@pytest.mark.parametrize("control", ["private", "no-store", "no-cache", "max-age=0"])
def test_the_route_itself_can_forbid_it(probe: Probe, serve: Serve, control: str) -> None:
    @probe.app.get("/private")
    @cache_response
    async def route(response: Response) -> int:
        response.headers["Cache-Control"] = control
        return probe.next()

    with serve(probe.app) as client:
        first, second = twice(client, "/private")

    assert (first.json(), second.json()) == (1, 2)


def test_the_route_itself_can_say_how_long(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/long")
    @cache_response(ttl=1)
    async def route(response: Response) -> int:
        response.headers["Cache-Control"] = "max-age=1, s-maxage=5000"
        return probe.next()

    with serve(probe.app) as client:
        _, second = twice(client, "/long")

    assert is_hit(second)
    assert int(second.headers["cache-status"].rpartition("=")[2]) > 4000


def test_a_small_stream_is_stored_whole(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/stream")
    @cache_response
    async def route() -> StreamingResponse:
        return StreamingResponse(iter([b"first ", str(probe.next()).encode()]))

    with serve(probe.app) as client:
        first, second = twice(client, "/stream")

    assert (first.text, second.text) == ("first 1", "first 1")


def test_a_stream_over_the_limit_passes_through_and_is_not_stored(
    probe: Probe, serve: Serve
) -> None:
    @probe.app.get("/stream")
    @cache_response(max_bytes=10)
    async def route() -> StreamingResponse:
        n = probe.next()
        return StreamingResponse(f"{n:04}" for _ in range(50))

    with serve(probe.app) as client:
        first, second = twice(client, "/stream")

    assert (first.text, second.text) == ("0001" * 50, "0002" * 50)


def test_a_long_answer_of_known_length_passes_through(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/long")
    @cache_response(max_bytes=10)
    async def route() -> PlainTextResponse:
        return PlainTextResponse(f"{probe.next():04}" * 50)

    with serve(probe.app) as client:
        first, second = twice(client, "/long")

    assert (first.text, second.text) == ("0001" * 50, "0002" * 50)


def test_a_failure_in_the_middle_of_a_stream_breaks_the_answer(probe: Probe, serve: Serve) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * 100
        raise RuntimeError

    @probe.app.get("/stream")
    @cache_response(max_bytes=10)
    async def route() -> StreamingResponse:
        return StreamingResponse(chunks())

    with serve(probe.app) as client, pytest.raises(httpx2.HTTPError):
        client.get("/stream")


def test_a_template_and_a_response_class_are_kept(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/html", response_class=HTMLResponse)
    @cache_response
    async def text() -> str:
        return f"<p>{probe.next()}</p>"

    @probe.app.get("/htmlresp")
    @cache_response
    async def response() -> HTMLResponse:
        return HTMLResponse(f"<p>{probe.next()}</p>")

    with serve(probe.app) as client:
        for path in ("/html", "/htmlresp"):
            first, second = twice(client, path)
            assert first.text == second.text
            assert second.headers["content-type"] == "text/html; charset=utf-8"
            assert is_hit(second)


def test_the_order_of_parameters_and_unknown_ones_make_no_new_key(
    probe: Probe, serve: Serve
) -> None:
    @probe.app.get("/q")
    @cache_response
    async def route(a: int = 0, b: int = 0) -> dict[str, int]:
        return {"n": probe.next(), "a": a, "b": b}

    with serve(probe.app) as client:
        first = client.get("/q?a=1&b=2")
        same = client.get("/q?b=2&a=1&utm_source=x")
        other = client.get("/q?a=2")

    assert first.json() == same.json() == {"n": 1, "a": 1, "b": 2}
    assert other.json() == {"n": 2, "a": 2, "b": 0}


def test_a_parameter_read_from_the_request_is_in_the_key(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/req")
    @cache_response
    async def route(request: Request) -> str:
        return request.query_params["x"]

    with serve(probe.app) as client:
        answers = [client.get(f"/req?x={x}").json() for x in (1, 2, 1)]

    assert answers == ["1", "2", "1"]


def test_a_parameter_read_by_a_dependency_is_in_the_key(probe: Probe, serve: Serve) -> None:
    def page(request: Request) -> str:
        return request.query_params["page"]

    def size(size: int = 10) -> int:
        return size

    @probe.app.get("/request")
    @cache_response
    async def through_request(page: Annotated[str, Depends(page)]) -> str:
        return page

    @probe.app.get("/declared")
    @cache_response
    async def declared(size: Annotated[int, Depends(size)]) -> int:
        return size

    with serve(probe.app) as client:
        assert [client.get(f"/request?page={x}").json() for x in (1, 2)] == ["1", "2"]
        assert [client.get(f"/declared?size={x}").json() for x in (1, 2)] == [1, 2]


def test_path_parameters_are_in_the_key(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/items/{item}")
    @cache_response
    async def route(item: str) -> str:
        return f"{item} {probe.next()}"

    with serve(probe.app) as client:
        answers = [client.get(f"/items/{item}").json() for item in "aba"]

    assert answers == ["a 1", "b 2", "a 1"]


def test_a_plain_function_is_cached_too(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/sync")
    @cache_response
    def route() -> int:
        return probe.next()

    with serve(probe.app) as client:
        first, second = twice(client, "/sync")

    assert (first.json(), second.json()) == (1, 1)


def test_objects_of_dependencies_are_not_in_the_key_and_their_checks_run_first(
    probe: Probe, serve: Serve
) -> None:
    """A key of memory addresses serves wrong answers: addresses are used again."""
    seen: list[object] = []

    async def fresh() -> Any:
        seen.append(object())
        yield seen[-1]

    @probe.app.get("/dep")
    @cache_response
    async def route(thing: Annotated[object, Depends(fresh)]) -> int:
        return probe.next()

    with serve(probe.app) as client:
        first = client.get("/dep")
        before = len(seen)
        later = [client.get("/dep").json() for _ in range(3)]

    assert [first.json(), *later] == [1, 1, 1, 1]
    assert len(seen) == before + 3


def test_background_tasks_run_for_the_miss_only(probe: Probe, serve: Serve) -> None:
    done: list[int] = []

    @probe.app.get("/bg")
    @cache_response
    async def route(tasks: BackgroundTasks) -> int:
        n = probe.next()
        tasks.add_task(done.append, n)
        return n

    @probe.app.get("/bgc")
    async def count() -> int:
        return len(done)

    with serve(probe.app) as client:
        first, second = twice(client, "/bg")
        for _ in range(500):  # it runs after the answer, in a thread
            if client.get("/bgc").json():
                break

    assert (first.json(), second.json(), done) == (1, 1, [1])


def test_the_routes_own_vary_is_honoured(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/vary")
    @cache_response
    async def route(request: Request) -> PlainTextResponse:
        text = f"{request.headers['accept-language']} {probe.next()}"
        return PlainTextResponse(text, headers={"Vary": "Accept-Language"})

    with serve(probe.app) as client:
        answers = [client.get("/vary", headers={"Accept-Language": x}) for x in ("de", "fr", "de")]

    assert [answer.text for answer in answers] == ["de 1", "fr 2", "de 1"]
    assert answers[2].headers["vary"] == "Accept-Language, cookie, accept-encoding"


def test_vary_star_is_never_stored(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/vary")
    @cache_response
    async def route() -> PlainTextResponse:
        return PlainTextResponse(str(probe.next()), headers={"Vary": "*"})

    with serve(probe.app) as client:
        first, second = twice(client, "/vary")

    assert (first.text, second.text) == ("1", "2")


def test_declared_headers_and_told_ones_are_in_the_key(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/declared")
    @cache_response
    async def declared(x_theme: Annotated[str, Header()] = "") -> str:
        return f"{x_theme} {probe.next()}"

    @probe.app.get("/told")
    @cache_response(vary=["X-Theme"])
    async def told() -> int:
        return probe.next()

    with serve(probe.app) as client:
        for path in ("/declared", "/told"):
            one, two, one_too = (client.get(path, headers={"X-Theme": x}).text for x in "aba")
            assert one == one_too != two


@pytest.mark.parametrize("asked", ["{etag}", '"zzz", {etag}', "*", "W/{etag}"])
def test_a_client_that_has_it_gets_304(probe: Probe, serve: Serve, asked: str) -> None:
    @probe.app.get("/q")
    @cache_response
    async def route(a: int = 0) -> int:
        return probe.next()

    with serve(probe.app) as client:
        _, second = twice(client, "/q?a=9")
        etag = second.headers["etag"]
        answer = client.get("/q?a=9", headers={"If-None-Match": asked.format(etag=etag)})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert etag.startswith('"')
    assert etag.endswith('"')


def test_a_client_that_has_another_one_gets_it_all(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/q")
    @cache_response
    async def route() -> int:
        return probe.next()

    with serve(probe.app) as client:
        answers = [client.get("/q", headers={"If-None-Match": '"other"'}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Wed, 01 Jan 2025 00:00:00 GMT", 304),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 200),
        ("yesterday", 200),
    ],
)
def test_dates_are_compared_where_the_route_sends_one(
    probe: Probe, serve: Serve, since: str, status: int
) -> None:
    @probe.app.get("/dated")
    @cache_response
    async def route(response: Response) -> int:
        response.headers["Last-Modified"] = "Mon, 01 Jan 2024 00:00:00 GMT"
        return probe.next()

    @probe.app.get("/undated")
    @cache_response
    async def undated() -> int:
        return probe.next()

    with serve(probe.app) as client:
        client.get("/dated")
        answer = client.get("/dated", headers={"If-Modified-Since": since})
        without_date = client.get("/undated", headers={"If-Modified-Since": since})

    assert (answer.status_code, without_date.status_code) == (status, 200)


def test_the_routes_own_etag_is_kept(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/etag")
    @cache_response
    async def route(response: Response) -> int:
        response.headers["ETag"] = '"build-7"'
        return probe.next()

    with serve(probe.app) as client:
        _, second = twice(client, "/etag")

    assert second.headers["etag"] == '"build-7"'


def test_the_etag_is_the_same_in_every_process() -> None:
    program = "from hotdish_web.cache.entry import make_etag; print(make_etag(b'x'))"
    etags = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(etags) == 1


def test_head_is_answered_from_a_cached_get(probe: Probe, serve: Serve) -> None:
    @probe.app.api_route("/q", methods=["GET", "HEAD"])
    @cache_response
    async def route() -> int:
        return probe.next()

    with serve(probe.app) as client:
        got = client.get("/q")
        head = client.head("/q")

    assert (head.status_code, head.content, probe.n) == (200, b"", 1)
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-length"] == got.headers["content-length"]


def test_a_get_is_answered_from_what_a_head_made(probe: Probe, serve: Serve) -> None:
    @probe.app.api_route("/q", methods=["GET", "HEAD"])
    @cache_response
    async def route() -> int:
        return probe.next()

    with serve(probe.app) as client:
        head = client.head("/q")
        got = client.get("/q")

    assert (head.status_code, head.content, got.json(), probe.n) == (200, b"", 1, 1)


def test_head_of_an_error_has_no_body(probe: Probe, serve: Serve) -> None:
    @probe.app.api_route("/q", methods=["GET", "HEAD"])
    @cache_response
    async def route() -> int:
        raise HTTPException(404)

    with serve(probe.app) as client:
        head = client.head("/q")

    assert (head.status_code, head.content) == (404, b"")


def test_a_request_that_says_it_has_no_body_is_as_any_other(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/q")
    @cache_response
    async def route() -> int:
        return probe.next()

    with serve(probe.app) as client:
        _, second = twice(client, "/q", headers={"Content-Length": "0"})

    assert is_hit(second)


def test_ranges_go_past_the_cache(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/q")
    @cache_response
    async def route() -> int:
        return probe.next()

    with serve(probe.app) as client:
        client.get("/q")
        answer = client.get("/q", headers={"Range": "bytes=0-1"})

    assert answer.json() == 2
    assert "fwd=bypass; detail=range" in answer.headers["cache-status"]


def test_a_request_with_a_body_goes_past_the_cache_and_its_body_arrives(
    probe: Probe, serve: Serve
) -> None:
    @probe.app.get("/q")
    @cache_response
    async def route(words: Annotated[list[str], Body()]) -> str:
        return f"{probe.next()} {words}"

    with serve(probe.app) as client:
        answers = [client.request("GET", "/q", json=[word]).json() for word in ("a", "b")]

    assert answers == ["1 ['a']", "2 ['b']"]


def test_a_validator_without_quotes_is_replaced_by_a_right_one(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/q")
    @cache_response
    async def route(response: Response) -> int:
        response.headers["ETag"] = "abc"
        return probe.next()

    with serve(probe.app) as client:
        first, second = twice(client, "/q")
        third = client.get("/q", headers={"If-None-Match": second.headers["etag"]})

    assert first.headers["etag"] == second.headers["etag"]
    assert (second.headers["etag"][0], third.status_code) == ('"', 304)


def test_what_must_not_be_transformed_is_not_compressed(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/page", response_class=PlainTextResponse)
    @cache_response
    async def route(response: Response) -> str:
        response.headers["Cache-Control"] = "max-age=60, no-transform"
        return "a page that compresses well " * 100

    with serve(probe.app) as client:
        client.get("/page")
        answer = client.get("/page", headers={"Accept-Encoding": "gzip"})

    (entry,) = probe.cache.tiers.memory._entries.values()
    assert (entry.encoded, "content-encoding" in answer.headers) == ({}, False)


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_compressed_variants_are_made_once_and_chosen(
    probe: Probe, serve: Serve, encoding: str
) -> None:
    page = "a page that compresses well " * 100

    @probe.app.get("/page", response_class=PlainTextResponse)
    @cache_response
    async def route() -> str:
        probe.next()
        return page

    with serve(probe.app) as client:
        accept = {"Accept-Encoding": encoding}
        answer = client.get("/page", headers=accept)
        for _ in range(500):  # the variants are made in the background
            if "content-encoding" in answer.headers:
                break
            answer = client.get("/page", headers=accept)
        plain = client.get("/page", headers={"Accept-Encoding": "identity"})
        raw = client.stream("GET", "/page", headers=accept)
        with raw as stream:
            n_sent = len(b"".join(stream.iter_raw()))

        validated = client.get("/page", headers={**accept, "If-None-Match": answer.headers["etag"]})

    assert (validated.status_code, validated.headers["etag"]) == (304, answer.headers["etag"])
    assert answer.headers["content-encoding"] == encoding
    assert n_sent < len(page) / 10
    assert (plain.text, "content-encoding" in plain.headers) == (page, False)
    assert answer.headers["etag"] == plain.headers["etag"][:-1] + f'-{encoding}"'
    assert probe.n == 1


def test_other_methods_and_other_routes_are_left_alone(probe: Probe, serve: Serve) -> None:
    @probe.app.post("/post")
    async def post() -> int:
        return probe.next()

    @probe.app.get("/plain")
    async def plain() -> int:
        return probe.next()

    with serve(probe.app) as client:
        assert [client.post("/post").json(), client.get("/plain").json()] == [1, 2]
        assert client.get("/nowhere").status_code == 404
        assert "cache-status" not in client.get("/plain").headers


def test_a_validation_error_is_answered_as_ever(probe: Probe, serve: Serve) -> None:
    @probe.app.get("/q")
    @cache_response
    async def route(a: int) -> int:
        return a

    with serve(probe.app) as client:
        answers = [client.get(f"/q?a={a}").status_code for a in ("1", "x", "x", "1")]

    assert answers == [200, 422, 422, 200]
