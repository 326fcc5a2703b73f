"""Where to go after a choice or a sign-in: back to one of our own pages, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import g, request

HOME = "/"


def safe(target: str | None) -> str:
    """``target`` when it is plainly a path of this portal, else the home page.

    Browsers read ``//host``, ``/\\host`` and paths with tabs or line breaks in them as another site, so anything but
    printable ASCII that starts with one single slash is refused rather than repaired.
    """
    if not target or not target.startswith("/") or len(target) > 2000:
        return HOME
    if target.startswith("//") or "\\" in target or not target.isascii() or not target.isprintable() or " " in target:
        return HOME
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or "//" in parts.path:
        return HOME
    return target


def here() -> str:
    """The page being read, to come back to. What answered a form has no address of its own: the home page.

    An error page repeats nothing of a question it could not answer.
    """
    if request.method != "GET":
        return HOME
    return safe(request.path if "failing" in g else request.full_path.removesuffix("?"))
