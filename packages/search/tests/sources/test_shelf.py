"""What stays between runs, also when a run was killed or another one is at work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hotdish_search.errors import HotdishSearchError
from hotdish_search.sources.lock import only_one

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from packages.search.tests.sources.conftest import Exchange, Getter, Site


def test_a_killed_run_leaves_nothing_broken(
    getter: Getter, site: Site, make_archive: Callable[..., Path]
) -> None:
    body = make_archive("gztar").read_bytes()
    url = site.on("/docs", site.stalled(body, 100), site.whole(body))
    program = f"""
        import os, signal
        from pathlib import Path
        from hotdish_search.sources import get_docs

        def die(done, total):
            os.kill(os.getpid(), signal.SIGKILL)

        get_docs({url!r}, python=None, cache_folder=Path({str(getter.cache_folder)!r}),
                 say=print, progress=die)
    """
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)

    docs = getter(url)

    assert killed.returncode == -9
    assert docs.python == "3.11"
    assert site.requests == [("/docs", None), ("/docs", "bytes=100-")]


def test_control_c_ends_a_download_that_would_take_long(
    getter: Getter, site: Site, tmp_path: Path
) -> None:
    under_way = threading.Event()

    def drip(exchange: Exchange) -> None:
        exchange.head(200, Content_Length=1_000_000_000, ETag='"1"')
        while not site.closing.wait(0.02):
            exchange.wfile.write(b"x")
            under_way.set()

    program = "import sys; from hotdish_search.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "index", "--source", site.on("/docs", drip)]
    run = subprocess.Popen(
        [*command, "--data-dir", tmp_path / "data"],
        env={**os.environ, "XDG_CACHE_HOME": str(getter.cache_folder)},
        stderr=subprocess.PIPE,
    )
    assert under_way.wait(60)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)

    assert run.returncode != 0
    assert b"Traceback" not in said
    assert any(name.endswith(".part") for name in getter.left_over)


def test_what_a_killed_run_left_half_unpacked_is_cleared_away(
    getter: Getter, make_archive: Callable[..., Path]
) -> None:
    left = getter.cache_folder / "docs" / ".unfinished-abc" / "new"
    left.mkdir(parents=True)
    (left / "half.html").touch()

    getter(make_archive())

    assert not left.parent.exists()


def test_a_half_empty_place_on_the_shelf_is_filled_anew(
    getter: Getter, make_archive: Callable[..., Path]
) -> None:
    archive = make_archive()
    docs = getter(archive)
    (docs.folder / "objects.inv").unlink()

    again = getter(archive)

    assert (again.folder / "objects.inv").exists()


def test_the_newest_download_that_will_do_is_taken(
    getter: Getter, site: Site, make_archive: Callable[..., Path]
) -> None:
    getter.machine = replace(getter.machine, docs_site=site.url)
    for version in ("3.9", "3.10"):
        path = f"/{version}/archives/python-{version}-docs-html.zip"
        site.offer(path, make_archive("zip", version=version).read_bytes())
        getter(python=version)

    assert getter().python == "3.10"
    assert getter(python="3.9").python == "3.9"


@pytest.mark.parametrize("source", ["auto", "url"])
def test_two_runs_do_not_get_in_each_others_way(
    getter: Getter, site: Site, make_archive: Callable[..., Path], source: str
) -> None:
    body = make_archive("gztar").read_bytes()
    first_is_in, go_on = threading.Event(), threading.Event()

    def hold(exchange: Exchange) -> None:
        first_is_in.set()
        go_on.wait(60)
        site.whole(body)(exchange)

    path = "/3.11/archives/python-3.11-docs-html.tar.bz2"
    url = site.on(path, hold)
    getter.machine = replace(getter.machine, docs_site=site.url)
    first = threading.Thread(target=getter, args=(url if source == "url" else "auto",))
    first.start()
    assert first_is_in.wait(60)

    class Waiting(list[str]):
        def append(self, line: str) -> None:
            super().append(line)
            if line.startswith("Another hotdish-search is getting documentation"):
                go_on.set()

    docs = replace(getter, said=Waiting())(url if source == "url" else "auto")
    first.join()

    assert docs.python == "3.11"
    assert go_on.is_set()
    assert site.paths == [path]


def test_waiting_for_another_run_ends(tmp_path: Path) -> None:
    said: list[str] = []

    with (
        only_one(tmp_path, wait_s=0, say_waiting="waiting", say=said.append),
        pytest.raises(HotdishSearchError, match=r"Another process works in .* end it"),
        only_one(tmp_path, wait_s=0, say_waiting="waiting", say=said.append),
    ):
        pass

    assert said == ["waiting"]
