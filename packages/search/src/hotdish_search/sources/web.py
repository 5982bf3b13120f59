"""Asks a web server, and gives up soon where there is no network.

The time until an answer begins is measured from outside, in a thread: looking up a name, trying a
host's addresses one after the other and going through a proxy have no limit in common otherwise.
"""

import contextlib
import queue
import ssl
import threading
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus

import httpx2

from hotdish_search.sources.job import Limits, NoDocsError

_LISTING_BYTES = 5_000_000
_OURS = {"User-Agent": "hotdish-search", "Accept-Encoding": "identity"}
_Answer = httpx2.Response | Exception
_NO_HEADERS: Mapping[str, str] = {}


class NoAnswerError(NoDocsError):
    """The server cannot be reached, so asking it for something else is of no use."""


def check_url(url: str) -> None:
    """Raise NoDocsError unless this is the URL of something on a web server."""
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        msg = f"{url!r} is not a URL: {error}"
        raise NoDocsError(msg) from error
    if parts.scheme not in ("http", "https") or not parts.host:
        msg = f"{url}: only http://... and https://... are understood; a file is named by its path"
        raise NoDocsError(msg)


def host_of(url: str) -> str:
    """Give the host and port of a URL.

    >>> host_of("https://docs.python.org/3/")
    'docs.python.org'
    """
    return httpx2.URL(url).netloc.decode("ascii")


@contextlib.contextmanager
def answer_of(
    url: str, limits: Limits, headers: Mapping[str, str] = _NO_HEADERS
) -> Iterator[httpx2.Response]:
    """Give the answer to a GET as soon as its head is there; the body is still to be read.

    Raises:
        NoAnswerError: No answer began in time.
        NoDocsError: It leads from https to http.
    """
    timeout = httpx2.Timeout(limits.stall_s, connect=limits.answer_s)
    with httpx2.Client(verify=_tls(), timeout=timeout, follow_redirects=True) as client:
        try:
            request = client.build_request("GET", url, headers={**_OURS, **headers})
            response = send_within(client, request, limits.answer_s)
        except (httpx2.HTTPError, UnicodeError) as error:  # a name that no DNS can hold
            msg = f"no answer from {host_of(url)} ({_reason(error)})"
            raise NoAnswerError(msg) from error
        with contextlib.closing(response):
            refuse_downgrade(response)
            yield response


def read_listing(url: str, limits: Limits) -> str:
    """Give a web page as text.

    Raises:
        NoAnswerError: The server cannot be reached.
        NoDocsError: It gives no such page, or an endless one.
    """
    with answer_of(url, limits) as response:
        expect_status(response, HTTPStatus.OK)
        page = bytearray()
        try:
            for chunk in response.iter_bytes():
                page += chunk
                if len(page) > _LISTING_BYTES:
                    msg = f"{url} is too long for a list of files"
                    raise NoDocsError(msg)
        except httpx2.HTTPError as error:
            msg = f"{url} broke off ({_reason(error)})"
            raise NoDocsError(msg) from error
    return page.decode(errors="replace")


def expect_status(response: httpx2.Response, *statuses: int) -> None:
    """Raise NoDocsError unless the answer has one of these statuses."""
    if response.status_code not in statuses:
        msg = f"{response.url} answers {response.status_code} {response.reason_phrase}"
        raise NoDocsError(msg)


def refuse_downgrade(response: httpx2.Response) -> None:
    """Raise NoDocsError if redirects led from https to http, where anybody may change bytes."""
    schemes = [step.url.scheme for step in (*response.history, response)]
    if schemes[0] == "https" and "http" in schemes:
        msg = f"{response.history[0].url} leads to a place without encryption: {response.url}"
        raise NoDocsError(msg)


def send_within(client: httpx2.Client, request: httpx2.Request, limit_s: float) -> httpx2.Response:
    """Give the answer's head, waiting no longer than this whatever the network does.

    Raises:
        httpx2.ConnectTimeout: The time is over; an answer that still comes is closed.
        httpx2.HTTPError: There is no answer.
    """
    answers: queue.SimpleQueue[_Answer] = queue.SimpleQueue()
    given_up = threading.Event()

    def send() -> None:
        try:
            answers.put(client.send(request, stream=True))
        except Exception as error:  # noqa: BLE001 (raised again in the thread that waits)
            answers.put(error)
        if given_up.is_set():
            _close_late(answers)

    # A daemon, so that the program can end while the system is still looking up a name.
    threading.Thread(target=send, daemon=True).start()
    try:
        answer = answers.get(timeout=limit_s)
    except queue.Empty:
        given_up.set()
        _close_late(answers)
        msg = f"nothing within {limit_s:g} s"
        raise httpx2.ConnectTimeout(msg, request=request) from None
    if isinstance(answer, Exception):
        raise answer
    return answer


@cache
def _tls() -> ssl.SSLContext:
    # Reading all certificates takes 0.1 s, so once is enough.
    return httpx2.create_ssl_context()


def _close_late(answers: queue.SimpleQueue[_Answer]) -> None:
    # Both threads may come here; whoever finds the answer closes it.
    with contextlib.suppress(queue.Empty):
        answer = answers.get_nowait()
        if isinstance(answer, httpx2.Response):
            answer.close()


def _reason(error: Exception) -> str:
    """Give what the system says, without its number.

    >>> _reason(httpx2.ConnectError("[Errno -2] Name or service not known"))
    'Name or service not known'
    """
    return str(error).split("] ", 1)[-1] or type(error).__name__
