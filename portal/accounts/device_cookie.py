"""The cookie by which a device is known again: random, made when somebody comes to sign in, worth nothing alone.

A device that came in before is let try while strangers guess at the account it came in to.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

from portal.core.keys import derive, marked
from portal.web import configured

COOKIE = "__Host-appareil"
ONE_YEAR = 365 * 24 * 3600
_OURS = re.compile(r"[A-Za-z0-9_-]{32}")


def init_app(app: Flask) -> None:
    app.after_request(_keep)


def here() -> str:
    """What this device is called by; it is given a name with this answer if it has none."""
    if "device" not in g:
        said = request.cookies.get(COOKIE, "")
        g.device = said if _OURS.fullmatch(said) else secrets.token_urlsafe(24)
        g.device_is_new = g.device != said
    found: str = g.device
    return found


def key() -> bytes:
    """What we keep of it: a mark that only this portal can make of the cookie."""
    return marked(derive(configured.secret_key(), "device"), here())


def _keep(response: Response) -> Response:
    if g.pop("device_is_new", False):
        response.set_cookie(COOKIE, g.device, max_age=ONE_YEAR, secure=True, httponly=True, samesite="Lax", path="/")
    return response
