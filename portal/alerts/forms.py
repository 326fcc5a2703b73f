"""What « Comment me prévenir » asks."""

from __future__ import annotations

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, Optional

from portal.alerts.models import Pace
from portal.web.forms import Form

HOURS = [SelectChoice(str(hour)) for hour in range(24)]
DAYS = [SelectChoice(str(day)) for day in range(7)]
MEANS = [SelectChoice("mail"), SelectChoice("sms")]


class ChoiceForm(Form):
    """Means, pace and hours; no means at all is an answer."""

    means = SelectMultipleField(choices=MEANS, validators=[Optional()])
    pace = SelectField(choices=[SelectChoice(one.value) for one in Pace])
    hour = SelectField(choices=HOURS)
    weekday = SelectField(choices=DAYS)
    quiet_from = SelectField(choices=HOURS)
    quiet_to = SelectField(choices=HOURS)


class PhoneForm(Form):
    """A telephone that takes text messages."""

    phone = StringField(validators=[InputRequired(), Length(max=30)])


class CodeForm(Form):
    """The code it was sent."""

    code = StringField(validators=[InputRequired(), Length(max=20)])
