"""What staff are asked about a communication. Errors are codes; ``components/error_words.html`` has the words."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wtforms import DateField, RadioField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Optional

from portal.access.models import Means
from portal.access.perimeter import ROWS, Row, row_name, row_named
from portal.core import clock
from portal.core.errors import BadInput
from portal.web.forms import Form

NOON = time(12)
TOLD = tuple(one for one in Means if one is not Means.PAGE)


def options(*values: str) -> list[Any]:
    """What may be chosen; words stand in the template."""
    return [SelectChoice(str(value), "") for value in values]


class TellForm(Form):
    """To whom, about what, by which means, when."""

    to = RadioField(choices=options(), validators=[InputRequired()])
    means = RadioField(choices=options(*TOLD), validators=[InputRequired()])
    rows = SelectMultipleField(choices=options(*map(row_name, ROWS)), validators=[InputRequired()])
    told_on = DateField(validators=[InputRequired()])
    hour = TimeField(validators=[Optional()])

    def wanted(self) -> list[Row]:
        return [row_named(name) for name in self.rows.data or ()]

    def to_whom(self) -> UUID:
        return UUID(self.to.data)

    def told_at(self, zone: str) -> datetime:
        """When, in UTC. Without an hour: noon of that day, or now while today has not come to it."""
        day: date = self.told_on.data  # type: ignore[assignment]  # asked after validate()
        there = datetime.combine(day, self.hour.data or NOON, ZoneInfo(zone))
        return there if self.hour.data else min(there, max(clock.now(), clock.midnight(day, zone)))

    def refused(self, error: BadInput) -> None:
        """Say at the right box why the rules refused."""
        field = self[{"told_at": "told_on"}.get(error.field, error.field)]
        field.errors = [*field.errors, error.code]
