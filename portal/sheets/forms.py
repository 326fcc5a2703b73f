"""What is asked about paper."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from portal.core.errors import BadInput
from portal.liaison import absences, callbacks
from portal.liaison.models import Coming, Suits, ToWhom
from portal.liaison.services import LONGEST
from portal.sheets.coupons import Answered
from portal.sheets.models import About, Channel, Handing, Outcome
from portal.sheets.services import Wish
from portal.web.forms import Form

CODE = 200
"""Signs of what a scanner writes: a whole address."""


def _among(words: Iterable[str]) -> list[SelectChoice]:
    return [SelectChoice(one) for one in words]


class WishForm(Form):
    """How somebody wants their sheet."""

    mode = RadioField(choices=_among(("", "easy")), default="")
    menus = BooleanField()
    handing = RadioField(choices=_among(Handing), default=Handing.HANDED.value)

    def wish(self) -> Wish:
        return Wish(self.mode.data or "", bool(self.menus.data), Handing(self.handing.data))


class ChosenForm(Form):
    """Whose sheets: ``people`` are links to print for, or sheets to hand over."""

    people = SelectMultipleField(choices=())

    def among(self, values: Iterable[str]) -> None:
        self.people.choices = _among(values)

    def refused(self, error: BadInput) -> None:
        self.people.errors = [f"sheet-{error.code}"]


class CodeForm(Form):
    """The code of a coupon, typed or scanned."""

    code = StringField(validators=[DataRequired(), Length(max=CODE)])

    def refused(self, error: BadInput) -> None:
        self.code.errors = [f"coupon-{error.code}"]


class AnsweredForm(Form):
    """What stood on the coupon. Which of these are asked is the coupon's kind."""

    code = HiddenField(validators=[DataRequired(), Length(max=CODE)])
    coming = RadioField(choices=_among(Coming), validators=[Optional()])
    other_moment = BooleanField()
    words = TextAreaField(validators=[Length(max=LONGEST)])
    first_day = DateField(validators=[Optional()])
    last_day = DateField(validators=[Optional()])
    to_whom = RadioField(choices=_among(ToWhom), default=ToWhom.UNIT.value)
    suits = RadioField(choices=_among(Suits), default=Suits.ANY.value)
    phone = StringField(validators=[Length(max=callbacks.PHONE)])

    def answered(self) -> Answered:
        return Answered(
            coming=Coming(self.coming.data) if self.coming.data else None,
            other_moment=bool(self.other_moment.data),
            words=self.words.data or "",
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            to_whom=ToWhom(self.to_whom.data),
            suits=Suits(self.suits.data),
            phone=self.phone.data or "",
        )

    def refused(self, error: BadInput) -> None:
        name = {"reason": "words", "note": "words", "subject": "words"}.get(error.field, error.field)
        if name not in self or name == "code":
            self.code.errors = [f"coupon-{error.code}"]
        else:
            self[name].errors = [error.code]


class ContactForm(Form):
    """A call, or a meeting, and what became of it."""

    reader = StringField(validators=[InputRequired()])
    channel = StringField(validators=[InputRequired(), AnyOf([one.value for one in Channel])])
    outcome = StringField(validators=[InputRequired(), AnyOf([one.value for one in Outcome])])


LONGEST_WORDS = {About.EVENT: LONGEST, About.ABSENCE: absences.LONGEST, About.CALL: callbacks.LONGEST}
