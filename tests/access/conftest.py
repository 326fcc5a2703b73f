"""What several tests of access share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.walled import Walled, walled


@pytest.fixture(scope="session")
def wall(postgres_server: str) -> Iterator[Walled]:
    """The demo in PostgreSQL beside another establishment, seen by the portal's own role."""
    with walled(postgres_server) as made:
        yield made
