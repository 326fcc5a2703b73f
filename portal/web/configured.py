"""What this portal was told at its start, for whatever answers a request."""

from __future__ import annotations

from flask import current_app

from portal.core.config import Settings


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def secret_key() -> str:
    return settings().secret_key
