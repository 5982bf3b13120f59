"""Documentation, archives and web sites that the tests of the sources make themselves."""

import shutil
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hotdish_search.sources import Docs, Limits, Machine, get_docs

# Wide, so that nothing fails on a busy machine; a test of what hangs sets a short limit itself.
PATIENT = Limits(answer_s=30.0, stall_s=30.0, tries=3, pause_s=0.0)


def write_docs(folder: Path, *, project: str = "Python", version: str = "3.11") -> Path:
    """Write a documentation of two pages."""
    (folder / "library").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Docs</title>", encoding="utf-8")
    (folder / "library" / "json.html").write_text("<title>json</title>", encoding="utf-8")
    header = (
        f"# Sphinx inventory version 2\n# Project: {project}\n# Version: {version}\n"
        "# The remainder of this file is compressed using zlib.\n"
    )
    objects = zlib.compress(b"json py:module 0 library/json.html#module-$ -\n")
    (folder / "objects.inv").write_bytes(header.encode() + objects)
    return folder


@pytest.fixture
def make_docs() -> Callable[..., Path]:
    return write_docs


@pytest.fixture
def make_archive(tmp_path: Path) -> Callable[..., Path]:
    """Pack a documentation as python.org does: one folder in an archive."""

    def make(kind: str = "zip", *, project: str = "Python", version: str = "3.11") -> Path:
        place = tmp_path / f"{kind}-{project}-{version}"
        name = f"python-{version}-docs-html"
        write_docs(place / "in" / name, project=project, version=version)
        return Path(shutil.make_archive(str(place / name), kind, place / "in", name))

    return make


@dataclass
class Getter:
    """`get_docs` on a bare computer, noting what is said."""

    cache_folder: Path
    machine: Machine
    limits: Limits = PATIENT
    said: list[str] = field(default_factory=list)
    progress: list[tuple[int, int | None]] = field(default_factory=list)

    def __call__(self, source: str | Path = "auto", python: str | None = None) -> Docs:
        return get_docs(
            str(source),
            python=python,
            cache_folder=self.cache_folder,
            say=self.said.append,
            progress=lambda done, total: self.progress.append((done, total)),
            machine=self.machine,
            limits=self.limits,
        )

    @property
    def left_over(self) -> list[str]:
        """What lies in the cache folder, without locks."""
        files = self.cache_folder.rglob("*")
        return sorted(path.name for path in files if path.is_file() and path.name != ".lock")


@pytest.fixture
def getter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Getter:
    """No documentation installed, no site answers, no apt: everything else is the test's to add."""
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
        monkeypatch.delenv(proxy.lower(), raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))
    nowhere = "http://127.0.0.1:9"  # "discard": nothing listens there
    machine = Machine(
        root=tmp_path / "root",
        system="linux",
        base_prefix=tmp_path / "prefix",
        running="3.11.2",
        docs_site=nowhere,
        release_site=f"{nowhere}/ftp",
    )
    return Getter(tmp_path / "cache", machine)


class Exchange(BaseHTTPRequestHandler):
    """One request to a Site, with the ways to answer it well and badly."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self.site.requests.append((self.path, self.headers.get("Range")))
        answers = self.site.answers.get(self.path, [])
        if not answers:
            self.answer(404)
            return
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    @property
    def site(self) -> "Site":
        return self.server.site

    def head(self, status: int, **headers: str | int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def answer(self, status: int, body: bytes = b"", **headers: str | int) -> None:
        self.head(status, Content_Length=len(body), **headers)
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (named by the base)
        pass


Answer = Callable[[Exchange], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: "Site"


class Site:
    """A real web server on a free port of this computer; it answers what it is told to."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), Exchange)
        self._server.site = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def on(self, path: str, *answers: Answer) -> str:
        """Answer a path so, one after the other; the last answer is for all later requests."""
        self.answers[path] = list(answers)
        return self.url + path

    def offer(self, path: str, body: bytes, etag: str = '"1"') -> str:
        """Serve a file as a good server does, with ranges."""
        return self.on(path, self.whole(body, etag))

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @staticmethod
    def whole(body: bytes, etag: str = '"1"') -> Answer:
        """Answer with the file, or with the rest that is asked for if it is still the same file."""

        def answer(exchange: Exchange) -> None:
            wanted = exchange.headers.get("Range")
            if wanted is None or exchange.headers.get("If-Range") != etag:
                exchange.answer(200, body, ETag=etag)
                return
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(body):
                exchange.answer(416, Content_Range=f"bytes */{len(body)}")
            else:
                span = f"bytes {start}-{len(body) - 1}/{len(body)}"
                exchange.answer(206, body[start:], ETag=etag, Content_Range=span)

        return answer

    @staticmethod
    def cut(body: bytes, n_bytes: int, **headers: str) -> Answer:
        """Promise the whole file, send some of it, and hang up."""

        def answer(exchange: Exchange) -> None:
            exchange.head(200, Content_Length=len(body), **headers)
            exchange.wfile.write(body[:n_bytes])
            exchange.close_connection = True

        return answer

    @staticmethod
    def stalled(body: bytes, n_bytes: int) -> Answer:
        """Send some of the file and then nothing for as long as the site is there."""

        def answer(exchange: Exchange) -> None:
            exchange.head(200, Content_Length=len(body), ETag='"1"')
            exchange.wfile.write(body[:n_bytes])
            exchange.wfile.flush()
            exchange.site.closing.wait()
            exchange.close_connection = True

        return answer

    @staticmethod
    def silent(exchange: Exchange) -> None:
        """Take the question and never begin to answer."""
        exchange.site.closing.wait()
        exchange.close_connection = True


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()
