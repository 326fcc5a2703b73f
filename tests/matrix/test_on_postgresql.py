"""The same door on PostgreSQL: what is somebody else's, asked for by whoever could be tempted."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.matrix import table
from tests.matrix.conftest import a_door
from tests.matrix.routes import routes
from tests.matrix.trying import Trial

WHO = ("mother", "weak", "educator_other")
WRITES = ("director_far",)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_what_is_somebody_else_s_answers_as_on_sqlite(noon: None, engine: Engine, tmp_path: Path) -> None:
    door = a_door(engine, tmp_path)
    every = routes(door.app)
    first = door.digest()
    wrong = []
    for row in table.rows():
        these = [one for one in every if (one.endpoint, one.method) == row.key[:2]]
        if row.thing == "foreign":
            wrong += Trial(door, None, first, WHO if row.method == "GET" else WRITES).row(row, these)
    assert not wrong, "\n".join(wrong)
