"""Signing in, put on an application."""

from __future__ import annotations

from flask import Flask

from portal.accounts import (
    federated_views,
    leaving_views,
    own_views,
    passkey_views,
    passphrase_views,
    phrase_views,
    views,
)
from portal.connectors.oidc import Service


def init_app(app: Flask) -> None:
    """Sessions, every way in, and one's own page about them."""
    views.init_app(app)
    app.extensions["oidc"] = {one.name: Service(one) for one in app.extensions["settings"].oidc}
    for part in (passkey_views, passphrase_views, own_views, phrase_views, federated_views, leaving_views):
        app.register_blueprint(part.bp)
