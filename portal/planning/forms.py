"""What staff are asked about an announcement."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, Optional

from portal.core.errors import BadInput
from portal.planning.models import BulletinKind
from portal.web.forms import Form

TEXT, EASY = 400, 200
"""Letters: an announcement is read on a telephone."""


def options(*values: str) -> list[Any]:
    """What may be chosen; words stand in the template."""
    return [SelectChoice(value, "") for value in values]


class BulletinForm(Form):
    kind = RadioField(choices=options(*BulletinKind), validators=[InputRequired()])
    where = RadioField(choices=options(), validators=[InputRequired()])
    first_day = DateField(validators=[InputRequired()])
    last_day = DateField(validators=[Optional()])
    text = StringField(validators=[InputRequired(), Length(max=TEXT)])
    easy_text = StringField(validators=[InputRequired(), Length(max=EASY)])

    def refused(self, error: BadInput) -> None:
        """Say at the right box why the rules refused."""
        field = self[error.field]
        code = {"before_start": "tie-before_start"}.get(error.code, error.code)
        field.errors = [*field.errors, code]
