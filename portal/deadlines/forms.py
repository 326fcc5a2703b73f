"""What is asked of whoever writes a Creton decision down."""

from __future__ import annotations

from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from portal.web.forms import Form

LONG = 300


class DecisionForm(Form):
    decided_on = DateField(validators=[InputRequired()])
    ends_on = DateField(validators=[InputRequired()])
    proof = StringField(validators=[InputRequired(), Length(max=LONG)])
