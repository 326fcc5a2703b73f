"""What staff and families are asked about links; refused by codes, whose sentences stand in templates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from wtforms import DateField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation

from portal.core import clock
from portal.core.errors import BadInput
from portal.ties.kinds import LINKS
from portal.web.forms import Form

NAME, DOCUMENT, WORDS = 200, 200, 2000
NEW = "nouveau"
"""Answer to « is it the same person? »: no, somebody else of that name."""

PLACES = {
    "kind": "link",
    "authority": "link",
    "measure": "link",
    "account_id": "name",
    "relative_key": "name",
    "dossier_id": "name",
    "ends_at": "ends",
    "starts_at": "starts",
    "by": "proof",
    "restriction": "proof",
    "against": "whom",
    "source": "whom",
}
"""Where the page shows what a service refuses, when the box has another name."""


def options(*values: str) -> list[SelectChoice]:
    """Answers to choose among; their words stand in templates, unless they are somebody's name."""
    return [SelectChoice(str(value)) for value in values]


def named(those: Iterable[tuple[UUID, str]]) -> list[SelectChoice]:
    """Answers that are things of ours with a name."""
    return [SelectChoice(str(id_), name) for id_, name in those]


class Facts(Form):
    """A form whose refusals by a service are shown at its boxes."""

    def refused(self, error: BadInput) -> None:
        """Say at the right box why the service refused. A box this form does not have: at its first one."""
        name = PLACES.get(error.field, error.field)
        field = self[name] if name in self else next(iter(self))
        field.errors = [error.code if error.code == "missing" else f"tie-{error.code}"]


def not_in_future(_form: Form, field: DateField) -> None:
    if field.data and field.data > clock.now().date() + timedelta(days=1):
        raise StopValidation("tie-future")


class Seen(Facts):
    """Which document was seen, and its date: never a copy."""

    proof = StringField(filters=[lambda said: (said or "").strip()], validators=[DataRequired(), Length(max=DOCUMENT)])
    proof_on = DateField(validators=[InputRequired(), not_in_future])

    @property
    def document(self) -> str:
        """« Livret de famille, 03/03/2026 »."""
        return f"{self.proof.data}, {self.proof_on.data:%d/%m/%Y}"


class Link(Seen):
    """A new link. Without a document it waits; with one, its date is needed too."""

    account = StringField()
    name = StringField(filters=[lambda said: (said or "").strip()], validators=[DataRequired(), Length(max=NAME)])
    mail = StringField(validators=[Optional(), Length(max=NAME)])
    link = RadioField(choices=options(*LINKS), validators=[InputRequired()])
    starts = DateField(validators=[InputRequired()])
    ends = DateField(validators=[Optional()])
    proof = StringField(filters=[lambda said: (said or "").strip()], validators=[Optional(), Length(max=DOCUMENT)])
    proof_on = DateField(validators=[Optional(), not_in_future])

    def validate(self, extra_validators: object = None) -> bool:
        fine: bool = super().validate(extra_validators)
        for given, other in ((self.proof, self.proof_on), (self.proof_on, self.proof)):
            if given.data and not other.data and not other.errors:
                other.errors = ["required"]
                fine = False
        return fine


class Ending(Facts):
    """When a link ends (nothing: now), and which document or reason says so."""

    ends = DateField(validators=[Optional()])
    because = StringField(
        filters=[lambda said: (said or "").strip()], validators=[DataRequired(), Length(max=DOCUMENT)]
    )


class Words(Facts):
    """A request or a reason, in somebody's words."""

    words = TextAreaField(filters=[lambda said: (said or "").strip()], validators=[DataRequired(), Length(max=WORDS)])


class Answer(Words):
    """What staff say to a request: yes or no, and why."""

    accepted = RadioField(choices=options("yes", "no"), validators=[InputRequired()])


class Standing(Facts):
    """Where staff say a young person stands."""

    state = RadioField(validators=[InputRequired()])
    unit = RadioField(validators=[Optional()])
    because = StringField(
        filters=[lambda said: (said or "").strip()], validators=[DataRequired(), Length(max=DOCUMENT)]
    )


class Limit(Seen):
    """A restriction: whom it holds back, what it closes, from when to when, and the document."""

    whom = RadioField(validators=[InputRequired()])
    rows = SelectMultipleField(validators=[Optional()])
    starts = DateField(validators=[Optional()])
    ends = DateField(validators=[Optional()])


class Emergency(Words):
    """What one already knows of a young person, and why one must read of them now."""

    given_name = StringField(filters=[lambda said: (said or "").strip()], validators=[DataRequired(), Length(max=NAME)])
    unit = RadioField(validators=[InputRequired()])


def beginning(day: date | None, zone: str) -> datetime | None:
    """00:00 of that day, where the establishment is; of today, this instant: what ended today stays before."""
    if day is None:
        return None
    now = clock.now()
    return now if day == clock.local_date(now, zone) else clock.midnight(day, zone)


def after(day: date | None, zone: str) -> datetime | None:
    """The end of something whose last day is ``day``: 00:00 of the day after."""
    return clock.midnight(day + timedelta(days=1), zone) if day else None
