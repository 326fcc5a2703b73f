"""What management sends: which cells are open, why, and from when."""

from __future__ import annotations

from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.access.opening import openable
from portal.access.perimeter import FAMILY, ROWS, STAFF, STAFF_COLUMN, Cell, Column, Row, Who, row_name
from portal.core.errors import BadInput
from portal.web.forms import Form

LONGEST = 500


class Decision(Form):
    """Why, and from which day on; no day: at once."""

    because = StringField("because", [InputRequired(), Length(max=LONGEST)])
    starts_on = DateField("starts_on", [Optional()])


def changeable() -> list[tuple[str, Row]]:
    """Every cell that is management's to change."""
    columns = [*(column.value for column in Column), STAFF_COLUMN]
    return [(column, row) for row in ROWS for column in columns if openable(column, row)]


def named(column: str, row: Row) -> str:
    """A cell in a form: ``parent|appointments:health``."""
    return f"{column}|{row_name(row)}"


def shipped(column: str, row: Row) -> bool:
    """Whether the cell leaves anything open as shipped."""
    if column == STAFF_COLUMN:
        return Who.UNIT_IF_OPENED not in STAFF[row]
    return FAMILY[row][Column(column)] is not Cell.CLOSED


def cells_of(ticked: list[str]) -> dict[tuple[str, Row], bool]:
    """Ticked boxes as what differs from the shipped perimeter. Raises ``BadInput`` for a cell nobody may tick."""
    known = {named(*cell): cell for cell in changeable()}
    if not set(ticked) <= set(known):
        raise BadInput("cells", "not_openable")
    return {cell: name in ticked for name, cell in known.items() if (name in ticked) is not shipped(*cell)}


def ticked_of(cells: dict[tuple[str, Row], bool]) -> set[str]:
    """The boxes to tick for these cells."""
    return {named(*cell) for cell in changeable() if cells.get(cell, shipped(*cell))}
