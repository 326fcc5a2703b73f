"""The application components are drawn in."""

from __future__ import annotations

from tests.web.conftest import app, engine  # noqa: F401 - the same portal as the pages
