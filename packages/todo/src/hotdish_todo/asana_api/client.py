"""Asana's API over HTTP: paced below its rate limit, patient with what passes by itself."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx2

from hotdish_todo.errors import RemoteError
from hotdish_todo.values import Json

URL = "https://app.asana.com/api/1.0"
FREE_RATE = 150  # requests a minute; 1,500 on a paid plan (developers.asana.com, rate limits)
_TRIES = 8
_LONGEST_PAUSE_S = 60.0
_TOO_MANY = 429
_SERVER_ERROR = 500

# What to do about an answer that another try will not change.
_ADVICE = {
    400: "",
    401: "Make a new personal access token and put it into ASANA_ACCESS_TOKEN",
    402: "This needs a paid plan of Asana",
    403: "The token's user may not do this; choose a project that the user may edit",
    404: "Check the number of the project or workspace in its address",
}


class UnsureError(Exception):
    """A request failed in a way that leaves open whether Asana has obeyed it."""


@dataclass(slots=True)
class AsanaClient:
    """One connection. `rate` is in requests a minute; `wait` and `clock` are for tests."""

    token: str
    url: str = URL
    rate: float = FREE_RATE
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    on_pause: Callable[[str], None] = lambda _: None
    _http: httpx2.Client = field(init=False)
    _next: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        """Prepare the connection; nothing is sent yet."""
        self._http = httpx2.Client(
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
            timeout=60.0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def create(self, path: str, data: Mapping[str, Json]) -> str:
        """Make something once and give its number.

        Raises:
            UnsureError: it may or may not have been made; look before trying again.
            RemoteError: Asana refused.
        """
        answer = self._send("POST", path, json={"data": dict(data)})
        return str(answer["data"]["gid"])

    def place(self, path: str, data: Mapping[str, Json]) -> None:
        """Put something where it belongs; doing it twice does no harm."""
        self._patiently("POST", path, json={"data": dict(data)})

    def pages(self, path: str, **parameters: str) -> Iterator[dict[str, Json]]:
        """Give the items of a listing, page by page."""
        query = {"limit": "100", **parameters}
        while True:
            answer = self._patiently("GET", path, params=query)
            yield from answer["data"]
            next_page = answer.get("next_page")
            if not next_page:
                return
            query["offset"] = next_page["offset"]

    def pause(self, attempt: int, reason: str) -> None:
        """Wait longer after each failure, and give up in the end."""
        if attempt >= _TRIES:
            msg = (
                f"Asana does not answer: {reason}. What was sent so far is noted; "
                "run the same command again later"
            )
            raise RemoteError(msg)
        seconds = min(_LONGEST_PAUSE_S, 2.0**attempt)
        self.on_pause(f"{reason}; trying again in {seconds:.0f} s")
        self.wait(seconds)

    def _patiently(self, method: str, path: str, **options: Json) -> Json:
        attempt = 0
        while True:
            try:
                return self._send(method, path, **options)
            except UnsureError as error:
                attempt += 1
                self.pause(attempt, str(error))

    def _send(self, method: str, path: str, **options: Json) -> Json:
        """Send once; wait as often as Asana says that there were too many requests."""
        while True:
            self._keep_pace()
            try:
                response = self._http.request(method, f"{self.url}{path}", **options)
            except httpx2.TransportError as error:
                reason = f"the connection broke ({type(error).__name__})"
                raise UnsureError(reason) from None
            if response.status_code != _TOO_MANY:
                break
            seconds = _retry_after(response)
            self.on_pause(f"Asana asks to wait {seconds:.0f} s")
            self.wait(seconds)
        if response.status_code >= _SERVER_ERROR:
            reason = f"Asana has trouble (status {response.status_code})"
            raise UnsureError(reason)
        if response.is_error:
            raise RemoteError(_refusal(response))
        try:
            return response.json()
        except ValueError:
            reason = "Asana's answer is no JSON"
            raise UnsureError(reason) from None

    def _keep_pace(self) -> None:
        now = self.clock()
        if now < self._next:
            self.wait(self._next - now)
            now = self._next
        self._next = now + 60 / self.rate


def _retry_after(response: httpx2.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "")))
    except ValueError:
        return 30.0


def _refusal(response: httpx2.Response) -> str:
    try:
        errors = response.json()["errors"]
        reason = "; ".join(str(error["message"]) for error in errors)
    except (ValueError, KeyError, TypeError):
        reason = response.reason_phrase
    advice = _ADVICE.get(response.status_code, "")
    return f"Asana refused (status {response.status_code}): {reason}" + (
        f". {advice}" if advice else ""
    )
