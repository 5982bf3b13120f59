"""Headers that tell the browser what a page may do."""

from collections.abc import Mapping

_EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}

# The page itself: nothing inline, nothing from elsewhere.
PAGE_HEADERS: Mapping[str, str] = {
    **_EVERYWHERE,
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
}

# Documentation: its own inline scripts and styles run, but it too loads nothing from elsewhere, so
# that it looks the same without a network and tells nobody what is read.
DOCUMENT_HEADERS: Mapping[str, str] = {
    **_EVERYWHERE,
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' data:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
}
