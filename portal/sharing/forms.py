"""What the screens of sharing ask. Errors are codes; ``components/error_words.html`` has the words."""

from __future__ import annotations

from datetime import date

from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from portal.access.acts import Act
from portal.core.errors import BadInput
from portal.sharing.acting import LONGEST
from portal.web.forms import Form


class UntilForm(Form):
    """Give an agreement, or set its end. ``until``: the last day it stands; empty, until it is taken back."""

    until = DateField(validators=[Optional()])

    def day(self) -> date | None:
        found: date | None = self.until.data
        return found


class AskForm(Form):
    """Staff ask those who decide."""

    act = StringField(validators=[InputRequired(), AnyOf([one.value for one in Act])])
    what = TextAreaField(validators=[InputRequired(), Length(max=LONGEST)])
    can_say = StringField(default="yes")
    """Anything but « no » : whoever can say it is asked."""


def note(form: Form, error: BadInput, at: str) -> None:
    """Put a refusal of the rules beside the field it is about; ``at`` is the field of the form."""
    form[at].errors = [*form[at].errors, error.code]
