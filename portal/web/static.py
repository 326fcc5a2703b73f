"""Serve the published files: before Flask, immutable, never through a view.

Icons are one file and not a sheet inside each page: inside, they cost 0.7 to 0.9 KiB of every page; beside, 2.5 KiB
once, and a fragment that htmx brings may use them.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from whitenoise import WhiteNoise

from portal.web.assets import STATIC, publish

PREFIX = "/static/"


def init_app(app: Flask) -> None:
    """Give templates ``asset(name)``, ``needs(name)`` and ``scripts()``, and serve what they name.

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
    app.jinja_env.globals |= {"asset": lambda name: PREFIX + names[name], "needs": needs, "scripts": scripts}


def needs(name: str) -> str:
    """Said by the part of a page that is quicker with a script: pages without such a part load none."""
    g.scripts = {*scripts(), name}
    return ""


def scripts() -> list[str]:
    """What the parts drawn so far need."""
    return sorted(g.get("scripts", ()))
