"""The proxy that `web_cache_tests` measures: to the suite's origin, with or without the cache."""

import os
from typing import Any

import httpx2
from starlette.types import Receive, Scope, Send

from hotdish_web import ResponseCache

HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade"}
    | {b"proxy-authenticate", b"proxy-authorization"}
)
ADDED_BY_CLIENT = ("user-agent", "accept", "accept-encoding")
client: list[httpx2.AsyncClient] = []


def origin() -> httpx2.AsyncClient:
    if not client:
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=0)
        client.append(httpx2.AsyncClient(base_url=os.environ["ORIGIN"], timeout=15, limits=limits))
    return client[0]


async def read_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    query = scope["query_string"].decode()
    path = scope["raw_path"].split(b"?")[0].decode() + (f"?{query}" if query else "")
    sent = {name.lower() for name, _ in scope["headers"]}
    left_out = HOP_BY_HOP | {b"host", b"content-length"}
    request = origin().build_request(
        scope["method"],
        path,
        headers=[pair for pair in scope["headers"] if pair[0].lower() not in left_out],
        content=await read_body(receive) or None,
    )
    for name in ADDED_BY_CLIENT:
        if name.encode() not in sent and name in request.headers:
            del request.headers[name]
    answer = await origin().send(request, stream=True)
    body = b"".join([chunk async for chunk in answer.aiter_raw()])
    await answer.aclose()
    # The whole of Connection goes on to the cache, which must leave out what it lists.
    headers: list[Any] = [
        (name.lower(), value)
        for name, value in answer.headers.raw
        if name.lower() not in HOP_BY_HOP - {b"connection"}
    ]
    if answer.status_code not in {204, 304} and b"content-length" not in dict(headers):
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = proxy if os.environ["VARIANT"] == "pass" else ResponseCache(mode="rfc").wrap(proxy)
