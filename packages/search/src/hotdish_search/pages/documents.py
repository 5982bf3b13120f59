"""A docset's own files served as they are, its HTML pages with a slim search bar on top."""

import hashlib
import re
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from hotdish_search.doc_files import find_file, read_file
from hotdish_search.pages.caching import READING, REVALIDATE, answer_cached
from hotdish_search.pages.security import DOCUMENT_HEADERS
from hotdish_search.pages.views import Views
from hotdish_search.service_protocol import Docset, Search

# Named here and not guessed, because the guesses of Python's mimetypes differ between machines.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".py": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/vnd.microsoft.icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".pdf": "application/pdf",
}

_HEAD_END = re.compile(rb"</head\s*>", re.IGNORECASE)
_BODY_BEGIN = re.compile(rb"<body\b[^>]*>", re.IGNORECASE)


def document_routes(search: Search, views: Views) -> APIRouter:
    """Serve `/docs/{docset}/{path}` from the docsets' folders."""
    router = APIRouter(include_in_schema=False)

    # Plain functions, so that FastAPI reads the files in its thread pool.
    @router.api_route("/docs/{docset}", methods=READING)
    @router.api_route("/docs/{docset}/{path:path}", methods=READING)
    def document(request: Request, docset: str, path: str = "", preview: str = "") -> Response:
        known = next((each for each in search.docsets() if each.name == docset), None)
        folder = search.docs_folder(docset) if known else None
        if known is None or folder is None:
            return views.missing(f"There is no documentation named “{docset}” here.")
        if not path:
            return RedirectResponse(f"/docs/{known.name}/index.html")
        if preview and request.headers.get("sec-fetch-dest") == "document":
            return RedirectResponse(request.url.path)  # a link in a preview left its frame
        file = find_file(folder, path)
        if file is None:
            return views.missing(f"{known.title} has no page “{path}”.")
        if media_type_of(file).startswith("text/html"):
            return _send_page(request, file, _frame(views, known, is_preview=bool(preview)))
        return _send_file(request, file)

    return router


def insert_bar(html: bytes, head: str, bar: str) -> bytes:
    """Put `head` at the end of a page's head and `bar` at the begin of its body."""
    html = _HEAD_END.sub(lambda end: head.encode() + end[0], html, count=1)
    return _BODY_BEGIN.sub(lambda begin: begin[0] + bar.encode(), html, count=1)


def media_type_of(file: Path) -> str:
    """Name the media type of a file, looking through a `.gz` around a page."""
    name = file.name.removesuffix(".gz") if file.name.endswith(".html.gz") else file.name
    return _TYPES.get(Path(name).suffix.lower(), "application/octet-stream")


def _frame(views: Views, docset: Docset, *, is_preview: bool) -> tuple[str, str]:
    head = views.render("document_head.html", is_preview=is_preview)
    return head, "" if is_preview else views.render("document_bar.html", docset=docset)


def _send_page(request: Request, file: Path, frame: tuple[str, str]) -> Response:
    frame_digest = hashlib.blake2b("".join(frame).encode(), digest_size=6).hexdigest()
    return answer_cached(
        request,
        lambda: insert_bar(read_file(file), *frame),
        tag=f"{_version_of(file)}-{frame_digest}",
        media_type=media_type_of(file),
        cache_control=REVALIDATE,
        headers=DOCUMENT_HEADERS,
    )


def _send_file(request: Request, file: Path) -> Response:
    return answer_cached(
        request,
        file.read_bytes,
        tag=_version_of(file),
        media_type=media_type_of(file),
        cache_control=REVALIDATE,
        headers=DOCUMENT_HEADERS,
    )


def _version_of(file: Path) -> str:
    status = file.stat()
    return f"{status.st_mtime_ns:x}-{status.st_size:x}"
