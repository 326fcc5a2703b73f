"""What the pages of signing in ask. Errors are codes; ``components/error_words.html`` has the words."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portal.core.errors import BadInput
from portal.web.forms import Form


class PhraseForm(Form):
    """Come in. ``who``: an e-mail address, or the number of one's letter."""

    who = StringField(validators=[Length(max=254)])
    phrase = PasswordField(validators=[InputRequired(), Length(max=1024)])


class CodeForm(Form):
    """The code that follows."""

    code = StringField(validators=[InputRequired(), Length(max=40)])


class LetterForm(Form):
    """The number and the code of a letter; ``/lettre`` reads them."""

    number = StringField()
    secret = StringField()


class KeyForm(Form):
    """A passkey of one's own. ``answer``: what the device said."""

    name = StringField(validators=[InputRequired(), Length(max=40)])
    answer = StringField(validators=[Length(max=20_000)])


class NewPhraseForm(Form):
    """A new passphrase."""

    phrase = PasswordField(validators=[InputRequired(), Length(max=1024)])


class AppForm(Form):
    """An authenticator app. ``sealed``: the secret the page showed, as only we can read it."""

    code = StringField(validators=[InputRequired(), Length(max=40)])
    sealed = StringField(validators=[InputRequired(), Length(max=400)])


def blame(form: Form, field: str, code: str) -> None:
    """Put what is wrong beside the box it is about. Nothing secret is written in the page again."""
    form[field].errors = [*form[field].errors, f"way-{code}"]
    forget(form)


def forget(form: Form) -> None:
    for one in form:
        if isinstance(one, PasswordField) or one.name == "code":
            one.data = ""


def put(form: Form, error: BadInput, at: str) -> None:
    """A refusal of the rules, beside ``at``."""
    blame(form, at, error.code)


def text(form: Any, field: str) -> str:
    """What was typed there."""
    return str(form[field].data or "")
