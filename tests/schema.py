"""Every table, in an empty database: by the migrations, the way production gets them."""

from __future__ import annotations

from sqlalchemy import Engine

from portal.core.db import Base


def create_schema(engine: Engine) -> None:
    import portal.tables  # noqa: F401 - registers every model

    Base.metadata.create_all(engine)
