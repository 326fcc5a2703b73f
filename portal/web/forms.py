"""What forms have in common: codes instead of sentences, a page of errors that keeps what was typed."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_wtf import FlaskForm

from portal.web import logs
from portal.web.page import page

CODES = {
    "This field is required.": "required",
    "Not a valid choice.": "choice",
    "Invalid Choice: could not coerce.": "choice",
    "'%(value)s' is not a valid choice for this field.": "choice",
    "Not a valid date value.": "date",
    "Not a valid time value.": "hour",
    "Not a valid integer value.": "number",
    "Invalid email address.": "email",
    "Field cannot be longer than %(max)d character.": "too_long",
    "Field cannot be longer than %(max)d characters.": "too_long",
    "Field must be between %(min)d and %(max)d characters long.": "length",
}
"""What WTForms says, as codes: sentences stand in ``components/error_words.html``, in each way of reading."""


class Codes:
    """In the place of WTForms' translations."""

    def gettext(self, said: str) -> str:
        return CODES.get(said, "invalid")

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


class Form(FlaskForm):  # type: ignore[misc]
    """A form of ours. Fields it does not declare are never read."""

    class Meta:
        csrf = False  # ``web.csrf`` checks every state change, with or without a form

        def get_translations(self, _form: object) -> Codes:
            return Codes()

        def render_field(self, _field: object, _options: object) -> str:
            raise TypeError("fields are drawn by components/field.html and components/choices.html")


def refuse(template: str, form: Form, *, fragment: str | None = None, **context: Any) -> Response:
    """The page of the form again: 422, a summary that leads to each error, everything typed still there."""
    logs.event("form_refused", fields=sorted(form.errors))
    return page(template, fragment=fragment, status=422, form=form, **context)
