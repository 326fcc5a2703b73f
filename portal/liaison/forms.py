"""What families are asked. Errors are codes; ``components/error_words.html`` has the words."""

from __future__ import annotations

from datetime import UTC, datetime

from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField, TimeField
from wtforms.validators import UUID, AnyOf, InputRequired, Length, Optional

from portal.core.errors import BadInput
from portal.liaison import absences, callbacks
from portal.liaison.models import Coming, Suits, ToWhom, Why
from portal.liaison.services import LONGEST
from portal.web.forms import Form


class AnswerForm(Form):
    """« Je viens », « je ne peux pas ». ``seen``: the hour on the page, so that an answer never serves another one."""

    coming = StringField(validators=[InputRequired(), AnyOf([one.value for one in Coming])])
    reason = TextAreaField(validators=[Length(max=LONGEST)])
    other_moment = BooleanField()
    seen = HiddenField()

    def hour(self) -> datetime:
        """Raises ``BadInput`` when it is no hour: the page never sends such a thing."""
        try:
            found = datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            raise BadInput("seen", "unreadable") from None
        if found.tzinfo is None:
            raise BadInput("seen", "unreadable")
        return found.astimezone(UTC)


class AbsenceForm(Form):
    """« Absent ou en retard ». ``how``: « day », or « late » with the hour they come."""

    child = StringField(validators=[InputRequired()])
    first_day = DateField(validators=[InputRequired()])
    last_day = DateField(validators=[Optional()])
    how = StringField(default="day", validators=[InputRequired(), AnyOf(["day", "late"])])
    hour = TimeField(validators=[Optional()])
    why = StringField(validators=[InputRequired(), AnyOf([one.value for one in Why])])
    note = TextAreaField(validators=[Length(max=absences.LONGEST)])
    form_key = HiddenField(validators=[InputRequired(), UUID()])


class CallForm(Form):
    """« Rappelez-moi »."""

    child = StringField(validators=[InputRequired()])
    to_whom = StringField(validators=[InputRequired(), AnyOf([one.value for one in ToWhom])])
    suits = StringField(default=Suits.ANY.value, validators=[InputRequired(), AnyOf([one.value for one in Suits])])
    subject = StringField(validators=[Length(max=callbacks.LONGEST)])
    phone = StringField(validators=[Length(max=callbacks.PHONE)])
    form_key = HiddenField(validators=[InputRequired(), UUID()])
