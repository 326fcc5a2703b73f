"""What management is asked about the team; refused by codes, whose sentences stand in templates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from wtforms import BooleanField, DateField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation

from portal.access.models import Post
from portal.core import clock
from portal.core.errors import BadInput
from portal.staffing.services import Because
from portal.web.forms import Form

NAME = 200
PLACES = {
    "unit_id": "where",
    "dossier_id": "where",
    "referent": "where",
    "ends_at": "ends",
    "starts_at": "starts",
    "account_id": "post",
    "by": "post",
}
"""Where the page shows what a service refuses, when the box has another name."""

SAME = {
    "past": "past",
    "missing": "missing",
    "not_entitled": "not_entitled",
    "before_start": "tie-before_start",
    "closed": "tie-closed",
}
"""Codes whose sentence is there already."""


def said(error: BadInput) -> str:
    """The code of the sentence that says why a service refused."""
    return SAME.get(error.code, f"staff-{error.code}")


def options(*values: str) -> list[SelectChoice]:
    """Answers to choose among; their words stand in templates, unless they are a name."""
    return [SelectChoice(str(value)) for value in values]


def not_past(_form: Form, field: DateField) -> None:
    if field.data and field.data < clock.now().date() - timedelta(days=1):
        raise StopValidation("past")


def like_a_mail(_form: Form, field: StringField) -> None:
    name, at, host = (field.data or "").strip().rpartition("@")
    if not (name and at and "." in host) or " " in (field.data or "").strip():
        raise StopValidation("email")


class Facts(Form):
    """A form whose refusals by a service are shown at its boxes."""

    def refused(self, error: BadInput) -> None:
        """Say at the right box why the service refused. A box this form does not have: at its first one."""
        name = PLACES.get(error.field, error.field)
        field = self[name] if name in self else next(iter(self))
        field.errors = [said(error)]


class Place(Facts):
    """As what, where, from when to when."""

    post = RadioField(choices=options(*(one.value for one in Post if one)), validators=[InputRequired()])
    where = RadioField(validators=[InputRequired()])
    referent = BooleanField()
    starts = DateField(validators=[Optional(), not_past])
    ends = DateField(validators=[Optional()])

    def offer(self, places: Iterable[tuple[str, str]]) -> Place:
        """Places to choose among: (what a form says, its name)."""
        self.where.choices = [SelectChoice(*one) for one in places]
        return self


class Newcomer(Place):
    """Somebody who does not work here yet."""

    name = StringField(filters=[lambda said: (said or "").strip()], validators=[DataRequired(), Length(max=NAME)])
    mail = StringField(validators=[Optional(), Length(max=NAME), like_a_mail])
    other = BooleanField()
    """Somebody else of a name that is there already."""


class Ending(Facts):
    """When it ends (nothing: now), and why."""

    because = RadioField(choices=options(*Because), validators=[InputRequired()])
    ends = DateField(validators=[Optional(), not_past])


class Looked(Facts):
    """Assignments that stay."""

    links = SelectMultipleField()


def beginning(day: date | None, zone: str) -> datetime:
    """00:00 of that day, where the establishment is; today, or no day: this instant."""
    now = clock.now()
    return now if day is None or day <= clock.local_date(now, zone) else clock.midnight(day, zone)


def after(day: date | None, zone: str) -> datetime | None:
    """The end of something whose last day is ``day``: 00:00 of the day after."""
    return clock.midnight(day + timedelta(days=1), zone) if day else None
