"""Downloads one archive into the cache folder, going on where an earlier try broke off."""

import hashlib
import time
from http import HTTPStatus
from pathlib import Path, PurePosixPath

import httpx2

from hotdish_search.sources.job import Job, Limits, NoDocsError
from hotdish_search.sources.web import NoAnswerError, answer_of, expect_status

_MB = 1_000_000


class _BrokenOffError(NoDocsError):
    """The answer began and did not end."""


def download(url: str, job: Job) -> Path:
    """Give the path of the downloaded file; whoever has used it removes it.

    Raises:
        NoAnswerError: The server cannot be reached.
        NoDocsError: It does not have the file, or the file does not arrive whole.
    """
    folder = job.cache_folder / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _file_name(url)
    part = _Part(path)
    _fill(url, part, job)
    part.finish()
    return path


def _file_name(url: str) -> str:
    name = PurePosixPath(httpx2.URL(url).path).name or "archive"
    return f"{hashlib.sha256(url.encode()).hexdigest()[:12]}-{name[-80:]}"


class _Part:
    """The bytes that have come so far, and of which state of the server's file they are."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._bytes = target.with_name(f"{target.name}.part")
        self._state = target.with_name(f"{target.name}.state")

    @property
    def path(self) -> Path:
        return self._bytes

    @property
    def n_bytes(self) -> int:
        return self._bytes.stat().st_size if self._bytes.exists() else 0

    def range_headers(self) -> dict[str, str]:
        """Ask for the rest, if the file is still the one that the first bytes are of."""
        state = self._state.read_text(encoding="utf-8") if self._state.exists() else ""
        if not state or not self.n_bytes:
            return {}
        return {"Range": f"bytes={self.n_bytes}-", "If-Range": state}

    def start(self, response: httpx2.Response) -> None:
        """Begin anew. A weak ETag promises nothing about bytes, so it counts for nothing."""
        etag = response.headers.get("ETag", "")
        strong = "" if etag.startswith("W/") else etag
        self._bytes.write_bytes(b"")
        self._state.write_text(
            strong or response.headers.get("Last-Modified", ""), encoding="utf-8"
        )

    def forget(self) -> None:
        self._bytes.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)

    def finish(self) -> None:
        self._bytes.replace(self._target)
        self._state.unlink(missing_ok=True)


def _fill(url: str, part: _Part, job: Job) -> None:
    limits = job.limits
    deadline = time.monotonic() + limits.download_s
    tries_left = limits.tries
    has_begun = False
    while True:
        before = part.n_bytes
        try:
            return _fetch_rest(url, part, job, deadline)
        except (_BrokenOffError, NoAnswerError) as error:
            has_begun |= isinstance(error, _BrokenOffError)
            # Whoever brings bytes may break off as often as he likes, until the time is over.
            tries_left = limits.tries if part.n_bytes > before else tries_left - 1
            if not has_begun or not tries_left:
                raise
            job.say(f"{error}; going on at {part.n_bytes / _MB:.1f} MB")
            time.sleep(limits.pause_s)


def _fetch_rest(url: str, part: _Part, job: Job, deadline: float) -> None:
    with answer_of(url, job.limits, part.range_headers()) as response:
        expect_status(
            response,
            HTTPStatus.OK,
            HTTPStatus.PARTIAL_CONTENT,
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        )
        if response.status_code == HTTPStatus.OK:
            part.start(response)
        elif not _continues(response, part):
            part.forget()
            msg = f"{url} has changed since the download began"
            raise _BrokenOffError(msg)
        if response.status_code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            _append(response, part, job, deadline)


def _continues(response: httpx2.Response, part: _Part) -> bool:
    # "bytes 5-9/10" is the rest after 5 bytes; "bytes */5" with 416 says that 5 bytes are all.
    unit, _, given = response.headers.get("Content-Range", "").partition(" ")
    expected = (f"{part.n_bytes}-", f"*/{part.n_bytes}")
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        return unit == "bytes" and given.startswith(expected[0])
    return unit == "bytes" and given == expected[1]


def _append(response: httpx2.Response, part: _Part, job: Job, deadline: float) -> None:
    done = part.n_bytes
    length = response.headers.get("Content-Length", "")
    total = done + int(length) if length.isdecimal() else None
    _check_size(total or 0, job.limits)
    try:
        with part.path.open("ab") as file:
            for chunk in response.iter_raw():
                file.write(chunk)
                file.flush()  # so that a killed run leaves what it got
                done += len(chunk)
                _check_size(done, job.limits)
                _check_time(deadline, job.limits)
                job.progress(done, total)
    except httpx2.HTTPError as error:
        msg = f"The download broke off ({str(error) or type(error).__name__})"
        raise _BrokenOffError(msg) from error


def _check_size(n_bytes: int, limits: Limits) -> None:
    if n_bytes > limits.archive_bytes:
        msg = f"the file is bigger than {limits.archive_bytes / _MB:g} MB, so it is refused"
        raise NoDocsError(msg)


def _check_time(deadline: float, limits: Limits) -> None:
    if time.monotonic() > deadline:
        msg = f"the download took longer than {limits.download_s:g} s; run it again to go on"
        raise NoDocsError(msg)
