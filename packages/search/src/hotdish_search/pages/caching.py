"""Answers that a browser or a proxy may keep: entity tags and Cache-Control."""

from collections.abc import Callable, Mapping

from fastapi import Request, Response

FOREVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300"
READING = ["GET", "HEAD"]  # FastAPI, other than Starlette, adds no HEAD to GET
REVALIDATE = "no-cache"  # may be kept, but is asked for again each time (answered by 304)


def answer_cached(  # noqa: PLR0913 - the parts of one response, each by name
    request: Request,
    make_body: Callable[[], bytes],
    *,
    tag: str,
    media_type: str,
    cache_control: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer 304 if the client has this version already, otherwise make the body and send it."""
    etag = f'"{tag}"'
    all_headers = {"ETag": etag, "Cache-Control": cache_control, **(headers or {})}
    if is_known(request, etag):
        return Response(status_code=304, headers=all_headers)
    return Response(make_body(), media_type=media_type, headers=all_headers)


def is_known(request: Request, etag: str) -> bool:
    """Tell whether the client holds the version with this entity tag."""
    held = request.headers.get("if-none-match", "")
    return etag.removeprefix("W/") in {item.strip().removeprefix("W/") for item in held.split(",")}
