"""Compressed variants of a body: made once per answer, in a thread, and sent ever after."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import cramjam

from hotdish_web.cache.entry import Checked, Entry
from hotdish_web.cache.headers import directives, header

WORTH_IT_BYTES = 512
# An answer is compressed once and sent often, so the levels are near the top of what still takes
# only some milliseconds for a page: zstd 12, Brotli 9, gzip 9.
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: bytes(cramjam.zstd.compress(body, level=12)),
    "br": lambda body: bytes(cramjam.brotli.compress(body, level=9)),
    "gzip": lambda body: bytes(cramjam.gzip.compress(body, level=9)),
}
TEXTUAL = (
    "application/json",
    "application/javascript",
    "application/xml",
    "image/svg+xml",
    "application/manifest+json",
)


def is_compressible(entry: Entry) -> bool:
    """Tell if compressing an answer can pay: text, long enough, not encoded by the route."""
    if len(entry.body) < WORTH_IT_BYTES or header(entry.headers, b"content-encoding"):
        return False
    if "no-transform" in directives(header(entry.headers, b"cache-control")):
        return False
    kind = (header(entry.headers, b"content-type") or b"").decode("latin-1").lower()
    return kind.startswith(("text/", *TEXTUAL)) or "+json" in kind or "+xml" in kind


async def compress(entry: Entry, encodings: tuple[str, ...]) -> Entry:
    """Give the entry with its compressed variants, each only if it is smaller."""
    bodies = await asyncio.to_thread(_compress_all, entry.body, encodings)
    return replace(entry, encoded=bodies, checked=Checked(), _variants={})


def _compress_all(body: bytes, encodings: tuple[str, ...]) -> dict[str, bytes]:
    made = {name: COMPRESSORS[name](body) for name in encodings}
    return {name: packed for name, packed in made.items() if len(packed) < len(body)}
