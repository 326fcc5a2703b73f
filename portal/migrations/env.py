"""How Alembic sees our schema. Always called from ``portal.migrations`` with an open connection."""

from __future__ import annotations

from alembic import context

import portal.tables  # noqa: F401 - registers every model
from portal.core.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
    user_module_prefix="db.",
)
with context.begin_transaction():
    context.run_migrations()
