"""Pages travel compressed: a phone on a poor network waits for bytes, not for us."""

from __future__ import annotations

import gzip

from flask import Response, request

WORTH_IT = 600
"""Below this a packet carries the page anyway."""

READABLE = ("text/html", "text/plain", "application/json")
LEVEL = 6


def finish(response: Response) -> Response:
    """Gzip what is text, when the browser reads it. Tokens in our pages are masked, so their size tells nothing."""
    if response.is_streamed or response.mimetype not in READABLE or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= WORTH_IT and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
