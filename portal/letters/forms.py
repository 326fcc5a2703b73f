"""What is asked of whoever holds a letter, and of those who make them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length

from portal.core.errors import BadInput
from portal.web.forms import Form

LONGEST = 40
HANDED, POSTED = "handed", "posted"


class Letter(Form):
    """The number and the secret, as they stand on paper."""

    number = StringField(validators=[DataRequired(), Length(max=LONGEST)])
    secret = StringField(validators=[DataRequired(), Length(max=LONGEST)])

    def refused(self, error: BadInput) -> None:
        self.secret.errors = [f"letter-{error.code}"]


class Join(Letter):
    """The same again, once the person was asked; with the second code of a letter that was posted."""

    code = StringField(validators=[Length(max=LONGEST)])

    def refused(self, error: BadInput) -> None:
        self.code.errors = [f"letter-{'code' if error.field == 'code' else error.code}"]


class Code(Form):
    """The second code, as somebody reads it out."""

    code = StringField(validators=[DataRequired(), Length(max=LONGEST)])

    def refused(self, _error: BadInput) -> None:
        self.code.errors = ["letter-code"]


class Making(Form):
    """For whom letters are made, and how they will travel."""

    people = SelectMultipleField(choices=())
    given = RadioField(choices=[SelectChoice(HANDED), SelectChoice(POSTED)], validators=[InputRequired()])

    def among(self, account_ids: Iterable[UUID]) -> None:
        """Those that may be chosen."""
        self.people.choices = [SelectChoice(str(one)) for one in account_ids]

    def refused(self, error: BadInput) -> None:
        self.people.errors = [f"letter-{error.code}"]
