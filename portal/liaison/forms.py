"""What families are asked. Errors are codes; ``components/error_words.html`` has the words."""

from __future__ import annotations

from datetime import UTC, datetime

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from portal.core.errors import BadInput
from portal.liaison.models import Coming
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
