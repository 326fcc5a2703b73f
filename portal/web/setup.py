"""Put the glue on an application, in the order that matters."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask
from htmx_flask import Htmx
from jinja2 import StrictUndefined
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.core.config import Settings
from portal.web import compress, csrf, db, errors, logs, menu, nexts, pictures, preview, shell, static, views, words
from portal.web.headers import Headers

KIB = 1024
HERE = ("localhost", "127.0.0.1", "[::1]")
"""This machine's own names: its health checks, and a demo. Any other Host but the portal's own is refused."""


def init_app(app: Flask, settings: Settings, sessions: sessionmaker[Session]) -> None:
    """Everything a page goes through. Features register their blueprints afterwards."""
    Htmx(app)  # request.htmx; it sets the request class, so it comes first
    app.extensions["settings"] = settings
    _configure(app, settings)
    logs.listen()
    app.before_request(logs.start)
    db.init_app(app, sessions)
    words.init_app(app)
    pictures.init_app(app)
    preview.init_app(app)
    csrf.init_app(app)
    errors.init_app(app)
    app.jinja_env.globals |= {"here": nexts.here, "menu": menu.entries}
    app.register_blueprint(views.bp)
    shell.init_app(app)
    static.init_app(app)
    # Flask runs these last to first: when the commit fails, nothing else has happened yet.
    app.after_request(logs.finish)
    app.after_request(compress.finish)
    app.after_request(db.finish)
    _wrap(app, settings.trusted_hops)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-relie",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        TRUSTED_HOSTS=[urlsplit(settings.public_url).hostname or "localhost", *HERE],
        MAX_CONTENT_LENGTH=1024 * KIB,
        MAX_FORM_MEMORY_SIZE=256 * KIB,
        MAX_FORM_PARTS=200,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined


def _wrap(app: Flask, hops: int) -> None:
    """Headers outside everything. What a proxy says of the client counts only for as many proxies as are ours."""
    wrapped = Headers(errors.LastResort(app.wsgi_app))
    if hops:
        app.wsgi_app = ProxyFix(wrapped, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    else:
        app.wsgi_app = wrapped  # type: ignore[method-assign]
