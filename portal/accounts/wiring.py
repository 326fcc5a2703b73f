"""Signing in, put on an application."""

from __future__ import annotations

from flask import Flask

from portal.accounts import own_views, passkey_views, passphrase_views, phrase_views, views


def init_app(app: Flask) -> None:
    """Sessions, every way in, and one's own page about them."""
    views.init_app(app)
    for part in (passkey_views, passphrase_views, own_views, phrase_views):
        app.register_blueprint(part.bp)
