"""Graph over HTTP: follows pages to the last, waits when it is told to."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx2

from hotdish_todo.errors import RemoteError
from hotdish_todo.values import Json

URL = "https://graph.microsoft.com/v1.0"
_TRIES = 8
_LONGEST_PAUSE_S = 60.0
_PASSING = {429, 500, 502, 503, 504}
_ADVICE = {
    401: "The token has run out or is for another service; sign in again",
    403: "The token lacks Tasks.Read, or your organisation forbids it",
}


@dataclass(slots=True)
class GraphClient:
    """One connection; `wait` is for tests."""

    token: str
    url: str = URL
    wait: Callable[[float], None] = time.sleep
    on_pause: Callable[[str], None] = lambda _: None
    _http: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the connection; nothing is sent yet."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Prefer": 'outlook.body-content-type="html"',
        }
        self._http = httpx2.Client(headers=headers, timeout=60.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def get(self, path: str, **query: str) -> Json:
        """Give one answer.

        Raises:
            RemoteError: Graph refused, or stayed silent.
        """
        return self._get(f"{self.url}{path}", query)

    def pages(self, path: str, **query: str) -> Iterator[dict[str, Json]]:
        """Give the items of all pages."""
        answer = self._get(f"{self.url}{path}", query)
        while True:
            yield from answer.get("value", [])
            following = answer.get("@odata.nextLink")
            if not following:
                return
            if not str(following).startswith(self.url):
                msg = f"Graph names a next page on another server: {following}"
                raise RemoteError(msg)
            answer = self._get(str(following), {})

    def _get(self, url: str, query: dict[str, str]) -> Json:
        reason = ""
        for attempt in range(_TRIES):
            seconds = min(_LONGEST_PAUSE_S, 2.0**attempt)
            try:
                response = self._http.get(url, params=query or None)
            except httpx2.TransportError as error:
                reason = f"the connection broke ({type(error).__name__})"
            else:
                if response.status_code not in _PASSING:
                    return _answer(response)
                reason = f"status {response.status_code}"
                seconds = _retry_after(response, seconds)
            self.on_pause(f"Graph: {reason}; trying again in {seconds:.0f} s")
            self.wait(seconds)
        msg = f"Graph does not answer: {reason}. Try again later"
        raise RemoteError(msg)


def _answer(response: httpx2.Response) -> Json:
    if response.is_error:
        try:
            reason = response.json()["error"]["message"]
        except (ValueError, KeyError, TypeError):
            reason = response.reason_phrase
        advice = _ADVICE.get(response.status_code, "")
        msg = f"Graph refused (status {response.status_code}): {reason}. {advice}".rstrip()
        raise RemoteError(msg)
    try:
        return response.json()
    except ValueError:
        msg = "Graph's answer is no JSON. Is a proxy in between?"
        raise RemoteError(msg) from None


def _retry_after(response: httpx2.Response, otherwise: float) -> float:
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return otherwise
