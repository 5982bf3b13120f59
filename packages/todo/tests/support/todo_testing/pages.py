"""A loopback web server for the folder of test pages."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from todo_testing import PAGES


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serve_pages() -> Iterator[str]:
    """Serve the test pages and give their base address."""
    handler = partial(_Quiet, directory=str(PAGES))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
