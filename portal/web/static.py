"""Serve the published files: before Flask, immutable, never through a view."""

from __future__ import annotations

from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from portal.web.assets import STATIC, publish

PREFIX = "/static/"


def init_app(app: Flask) -> None:
    """Give templates ``asset(name)`` and serve what it names.

    A page asks for a file by the hash of its content, so the file may be kept for ever and a new one is asked for at
    once. The folder is read at start: what is not in it then is a 404.
    """
    names = publish()
    served: Any = WhiteNoise(
        app.wsgi_app,
        max_age=None,
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
    )
    for name in names.values():
        served.add_file_to_dictionary(PREFIX + name, str(STATIC / "vendor" / "published" / name))
    app.wsgi_app = served  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = lambda name: PREFIX + names[name]
