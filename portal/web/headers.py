"""Headers of every answer: pages, files, errors, and what Flask never saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from outside, nothing inline, in no frame."""

DRAWING = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For a file that could carry a script if somebody opened it by itself."""

UNUSED = ("browsing-topics", "camera", "display-capture", "geolocation", "microphone", "payment", "usb")
"""What browsers could do for a page, and never should for ours. Features open what they need, one by one."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    "Cache-Control": "no-store",
}

FILES = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    **{name: HEADERS[name] for name in ("Strict-Transport-Security", "X-Content-Type-Options")},
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Of a published file, which is kept for ever and is no page: the others speak of pages, and each of the four files a
phone fetches first would carry them for nothing."""

StartResponse = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Headers:
    """Outermost layer: adds each header the answer does not carry yet, so that no path can be forgotten."""

    def __init__(self, wsgi: Wsgi) -> None:
        self.wsgi = wsgi

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            present = {name.lower() for name, _ in headers}
            is_file = any(name.lower() == "cache-control" and "immutable" in value for name, value in headers)
            wanted = FILES if is_file else HEADERS
            missing = [(name, value) for name, value in wanted.items() if name.lower() not in present]
            return start_response(status, headers + missing, *rest)

        return self.wsgi(environ, start)
