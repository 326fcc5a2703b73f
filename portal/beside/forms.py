"""What staff are asked about a mandate. Errors are codes; ``components/error_words.html`` has the words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from wtforms import DateField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired

from portal.access.mandates import THEMES, Paper
from portal.access.words import Category
from portal.beside.mandating import Relative, Wanted
from portal.core import clock
from portal.core.errors import BadInput
from portal.web.forms import Form

LISTED = tuple(category for category in Category if category in THEMES)


SAID = {one: f"tie-{one}" for one in ("no_link", "future", "family", "not_entitled")} | {"required": "required"}
"""Codes that are said in words there are already."""


def _options(*values: object) -> list[SelectChoice]:
    """What may be chosen; words stand in the template."""
    return [SelectChoice(str(value), "") for value in values]


class MandateForm(Form):
    """Who, for what, from when, until when, and which paper was seen."""

    account = RadioField(choices=_options(), validators=[InputRequired()])
    themes = SelectMultipleField(choices=_options(*LISTED), validators=[InputRequired()])
    since = DateField(validators=[InputRequired()])
    until = DateField(validators=[InputRequired()])
    paper = RadioField(choices=_options(*Paper), validators=[InputRequired()])
    paper_on = DateField(validators=[InputRequired()])

    def about(self, found: Iterable[Relative]) -> MandateForm:
        """Who may be chosen."""
        self.account.choices = [SelectChoice(str(one.account_id), one.name) for one in found]
        return self

    def wanted(self, zone: str) -> Wanted:
        """What was typed: the last day is still in it. After ``validate()``."""
        since: date = self.since.data  # type: ignore[assignment]  # asked after validate()
        until: date = self.until.data  # type: ignore[assignment]
        paper_on: date = self.paper_on.data  # type: ignore[assignment]
        return Wanted(
            account_id=UUID(self.account.data),
            themes=[Category(one) for one in self.themes.data or ()],
            starts_at=clock.midnight(since, zone),
            ends_at=clock.midnight(until + timedelta(days=1), zone),
            paper=Paper(self.paper.data),
            paper_on=paper_on,
        )

    def refused(self, error: BadInput) -> None:
        """Say at the right box why the rules refused."""
        field = getattr(self, error.field, self.account)
        field.errors = [SAID.get(error.code, f"mandate-{error.code}")]
