"""Sends a stored answer: the right variant, 304 where it will do, HEAD without a body."""

from email.utils import parsedate_to_datetime

from starlette.types import Message, Send

from hotdish_web.cache.entry import Entry, Variant
from hotdish_web.cache.headers import RawHeaders, header, matches_etag, negotiate
from hotdish_web.cache.request import CacheRequest

NOT_IN_304 = frozenset({b"content-length", b"content-type", b"content-encoding"})
NOT_MODIFIED = 304


async def send_entry(
    request: CacheRequest, entry: Entry, age: float, cache_status: bytes, send: Send
) -> None:
    """Send an entry to a client."""
    encoding = None
    if entry.encoded and request.accept_encoding is not None:
        encoding = negotiate(request.accept_encoding, tuple(entry.encoded))
    variant = entry.variant(encoding)
    status, body = entry.status, variant.body
    headers = [*variant.headers, (b"age", b"%d" % max(age, 0)), (b"cache-status", cache_status)]
    if is_not_modified(request, entry, variant):
        status, body = NOT_MODIFIED, b""
        headers = [pair for pair in headers if pair[0] not in NOT_IN_304]
    elif request.scope["method"] == "HEAD":
        body = b""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_unstored(
    request: CacheRequest, entry: Entry, cache_status: bytes, send: Send
) -> None:
    """Send an answer that was shared by those who waited, but is not kept."""
    headers = [*entry.headers, (b"cache-status", cache_status)]
    await send({"type": "http.response.start", "status": entry.status, "headers": headers})
    body = b"" if request.scope["method"] == "HEAD" else entry.body
    await send({"type": "http.response.body", "body": body})


def is_not_modified(request: CacheRequest, entry: Entry, variant: Variant) -> bool:
    """Tell if the client has this answer already; If-None-Match counts more than a date."""
    if request.if_none_match is None and request.if_modified_since is None:
        return False
    if request.if_none_match is not None:
        etags = [variant.etag, *(entry.variant(name).etag for name in (None, *entry.encoded))]
        return matches_etag(request.if_none_match, etags)
    modified = header(entry.headers, b"last-modified")
    since = request.if_modified_since
    if modified is None or since is None:
        return False
    try:
        return parsedate_to_datetime(modified.decode()) <= parsedate_to_datetime(since.decode())
    except (ValueError, TypeError):
        return False


def with_cache_status(message: Message, cache_status: bytes) -> Message:
    """Add Cache-Status to the head of an answer."""
    if message["type"] != "http.response.start":
        return message
    headers: RawHeaders = [*message["headers"], (b"cache-status", cache_status)]
    return {**message, "headers": headers}
