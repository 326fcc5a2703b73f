"""Every table, in an empty database: by the migrations, the way production gets them."""

from __future__ import annotations

from sqlalchemy import Engine

from portal import migrations


def create_schema(engine: Engine) -> None:
    migrations.upgrade(engine)
