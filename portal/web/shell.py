"""What a phone keeps of Relie: its style, its icons, and one page for when there is no network. No page about people.

Decision 0001. The page without a network is fetched without cookies, so it names nobody, in the way its reader reads.
"""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Flask, Response, current_app, g

from portal.web import reading
from portal.web.assets import STATIC
from portal.web.contacts import contacts
from portal.web.guard import public
from portal.web.page import page
from portal.web.words import _

bp = Blueprint("shell", __name__)

KEPT = ("relie.css", "icons.svg", "relie.svg")
"""Published files that the page without a network is drawn with: less than 12 KiB together."""
ICONS = {"icon-192.png": "192x192", "icon-512.png": "512x512"}


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/sw.js")
@public(because="the same script for everybody: it says nothing about anyone")
def worker() -> Response:
    """The service worker. Its first line names what it keeps, so that a new style makes a new worker."""
    files = [_address(name) for name in KEPT]
    script = (STATIC / "sw.js").read_text("utf-8")
    mark = hashlib.sha256("".join((*files, script)).encode()).hexdigest()[:12]
    line = f"const SHELL = {json.dumps({'mark': mark, 'files': files})};\n"
    return Response(line + script, mimetype="text/javascript")


@bp.get("/relie.webmanifest")
@public(because="what a phone shows of Relie among its applications, the same for everybody")
def manifest() -> Response:
    said = {
        "name": "Relie",
        "short_name": "Relie",
        "description": _("Le dossier partagé entre l’établissement et la famille"),
        "lang": reading.current().lang,
        "dir": reading.current().dir,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf6ee",
        "theme_color": "#faf6ee",
        "icons": [
            {"src": _address("relie.svg"), "sizes": "any", "type": "image/svg+xml"},
            *({"src": _address(name), "sizes": sizes, "type": "image/png"} for name, sizes in ICONS.items()),
            {"src": _address("icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    }
    return Response(json.dumps(said, ensure_ascii=False), mimetype="application/manifest+json")


@bp.get("/hors-ligne/<written>")
@public(because="a phone keeps it for when it has no network: whom to call, and nobody else")
def offline(written: str) -> Response:
    """In the preferences ``written`` as in the cookie (``reading.Reading.written``), whoever asks."""
    g.reading = reading.read(written)
    return page("shell/offline.html", contacts=contacts(g.db))


@bp.get("/installer")
@public(because="how to put Relie on a phone's screen, the same for everybody")
def install() -> Response:
    return page("shell/install.html")


def _address(name: str) -> str:
    found: str = current_app.jinja_env.globals["asset"](name)  # type: ignore[operator]
    return found
