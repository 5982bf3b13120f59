"""Take the README's screenshot: the real page over the real index, driven like a person would.

Run it from the repository's root after `make run` has built the index once:

    .venv/bin/python tools/screenshot.py

It needs Chromium, and looks best where the fonts Inter and JetBrains Mono are installed.
"""

import argparse
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import expect, sync_playwright

from hotdish_search.app import create_app

MOST_BYTES = 250_000
WIDE = 1200  # from this width on the page shows a preview


def main() -> int:
    """Write the picture; its size is checked, because it is downloaded with every look at it."""
    parser = argparse.ArgumentParser(description="Take the screenshot of the search page.")
    parser.add_argument("--query", default="json.du")
    parser.add_argument("--output", type=Path, default=Path("docs/images/search.png"))
    parser.add_argument("--size", type=int, nargs=2, default=(1200, 588), metavar=("W", "H"))
    parser.add_argument("--scale", type=float, default=1.25, help="pixels of the picture per pixel")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    wanted = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("Chromium is not installed. On Debian and Ubuntu: make system\n")
        return 1
    wanted.output.parent.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": wanted.size[0], "height": wanted.size[1]},
            device_scale_factor=wanted.scale,
            color_scheme=wanted.scheme,
        )
        page.goto(address)
        page.keyboard.type(wanted.query)
        expect(page).to_have_title(f"{wanted.query} · hotdish")
        if wanted.size[0] >= WIDE:
            preview = page.frame_locator(".preview iframe")
            expect(preview.locator(".hotdish-place").first).to_be_visible()
        page.screenshot(path=wanted.output, animations="disabled")
        browser.close()
    size = wanted.output.stat().st_size
    sys.stderr.write(f"{wanted.output}: {size:,} bytes\n")
    return 0 if size < MOST_BYTES else 1


@contextmanager
def served() -> Iterator[str]:
    """Serve the search on a free port of this computer and give its address."""
    server = uvicorn.Server(uvicorn.Config(create_app(), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            sys.exit("The search did not start. Build the index first: hotdish-search index")
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    sys.exit(main())
