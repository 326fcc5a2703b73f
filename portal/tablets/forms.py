"""What is asked of a tablet."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.core.errors import BadInput
from portal.web.forms import Form


class Code(Form):
    """What the referent's screen shows."""

    code = StringField(validators=[DataRequired(), Length(max=40)])

    def refused(self, error: BadInput) -> None:
        self.code.errors = [f"tablet-{error.code}"]
