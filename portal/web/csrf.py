"""A state change needs our own page behind it: a token in the form, and a browser that says it comes from us."""

from __future__ import annotations

import base64
import binascii
import secrets
from itertools import cycle

from flask import Flask, abort, g, request
from flask_wtf.csrf import CSRFProtect, generate_csrf

from portal.web import configured

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
MASK = 8


class Csrf(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF's check, with a token that is written differently on every page.

    Pages are compressed and repeat part of their address, so a constant secret in them could be guessed byte by byte
    from their size (BREACH). The mask makes each copy different.
    """

    def _get_csrf_token(self) -> str | None:
        return unmask(super()._get_csrf_token() or "")


csrf = Csrf()


def token() -> str:
    """The token of this page, for ``<input name="csrf_token">``."""
    if "csrf_shown" not in g:
        g.csrf_shown = mask(generate_csrf())
    shown: str = g.csrf_shown
    return shown


def mask(text: str) -> str:
    """The same words, never written the same way twice."""
    key = secrets.token_bytes(MASK)
    return base64.urlsafe_b64encode(key + _mix(text.encode(), key)).decode()


def unmask(shown: str) -> str | None:
    """What ``mask`` was given; None for anything it did not write."""
    try:
        raw = base64.b64decode(shown.encode(), altchars=b"-_", validate=True)
        return _mix(raw[MASK:], raw[:MASK]).decode("ascii") or None
    except (binascii.Error, UnicodeError, ValueError):
        return None


def _mix(text: bytes, key: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(text, cycle(key), strict=False)) if key else b""


def refuse_strangers() -> None:
    """Refuse what another site asked the browser to send.

    Our pages send no referrer, so browsers write ``Origin: null`` in our own forms: ``Sec-Fetch-Site`` decides, and
    ``Origin`` only for browsers that do not send it. A link or a bookmark that opens a page is welcome.
    """
    site = request.headers.get("Sec-Fetch-Site")
    changing = request.method in CHANGING
    if site in ("cross-site", "same-site"):
        mode, place = request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest")
        if changing or mode != "navigate" or place != "document":
            abort(403)
    if changing and site is None and request.headers.get("Origin", "null") not in _ours():
        abort(403)


def _ours() -> tuple[str, ...]:
    """How our own pages call themselves: as asked for, and as people know us (a proxy may hide that it is https)."""
    settings = configured.settings()
    return ("null", request.host_url.rstrip("/"), settings.public_url)


def init_app(app: Flask) -> None:
    # The token lives as long as the session: a page left open over lunch must still be able to answer. The referrer is
    # not looked at, because ours says nothing.
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    app.before_request(refuse_strangers)
    csrf.init_app(app)
    app.context_processor(lambda: {"csrf_token": token})
    app.jinja_env.globals["csrf_token"] = token
