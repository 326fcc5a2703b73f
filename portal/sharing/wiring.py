"""The pages of sharing, put on an application."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from portal.sharing import agreement_views, staff_views, views

Tell = Callable[[Session, UUID], None]


def init_app(app: Flask, tell_asked: Tell) -> None:
    """``tell_asked`` lets an account know that something is asked of it: notices are kept elsewhere."""
    app.extensions["tell_asked"] = tell_asked
    for one in (views.bp, agreement_views.bp, staff_views.bp):
        app.register_blueprint(one)
