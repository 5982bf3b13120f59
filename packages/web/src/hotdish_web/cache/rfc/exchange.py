"""One exchange with the origin: the answer is caught whole, or passed on as it comes."""

from dataclasses import dataclass, field

from starlette.types import Message, Send

from hotdish_web.cache.headers import RawHeaders, header


@dataclass(slots=True)
class Answer:
    """What the origin answered."""

    sent_at: float
    """When it was asked."""
    status: int = 0
    headers: RawHeaders = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    is_whole: bool = False
    """True if all of it is here and nothing was sent to the client yet."""
    is_passed_on: bool = False
    n_bytes: int = 0

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)


class Catcher:
    """Holds an answer back up to a size; a longer one goes to the client as it comes."""

    def __init__(self, send: Send, max_bytes: int, sent_at: float) -> None:
        self.answer = Answer(sent_at)
        self._send = send
        self._max_bytes = max_bytes

    async def __call__(self, message: Message) -> None:
        """Take one ASGI message."""
        answer = self.answer
        if answer.is_passed_on:
            await self._send(message)
        elif message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(name.lower(), value) for name, value in message["headers"]]
        else:
            body = message.get("body", b"")
            answer.chunks.append(body)
            answer.n_bytes += len(body)
            answer.is_whole = not message.get("more_body", False)
            if answer.n_bytes > self._max_bytes:
                await self._pass_on()

    async def _pass_on(self) -> None:
        answer = self.answer
        answer.is_passed_on = True
        start = {"status": answer.status, "headers": answer.headers}
        await self._send({"type": "http.response.start", **start})
        more = not answer.is_whole
        await self._send({"type": "http.response.body", "body": answer.body, "more_body": more})
        answer.chunks.clear()
        answer.is_whole = False


def stored_headers(headers: RawHeaders) -> RawHeaders:
    """Leave out what belongs to one connection (RFC 9111, section 3.1)."""
    listed = (header(headers, b"connection") or b"").lower().split(b",")
    left_out = HOP_BY_HOP | {name.strip() for name in listed}
    return [pair for pair in headers if pair[0] not in left_out]


def freshened(stored: RawHeaders, newer: RawHeaders) -> RawHeaders:
    """Update stored headers with those of a 304 (RFC 9111, section 3.2)."""
    newer = [pair for pair in stored_headers(newer) if pair[0] not in NOT_UPDATED]
    names = {name for name, _ in newer}
    return [pair for pair in stored if pair[0] not in names] + newer


HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
    | {b"proxy-connection", b"proxy-authenticate", b"proxy-authorization"}
    | {b"proxy-authentication-info", b"age", b"content-length"}
)
NOT_UPDATED = frozenset({b"content-encoding", b"content-type", b"content-range", b"etag"})
