"""« J’ai une lettre » : whoever holds one comes in, or adds its links to the account they have; the second code."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, g, request, session
from flask_login import current_user

from portal import joining
from portal.accounts import device_cookie, enrolling, enrolment, throttle
from portal.accounts.enrolments import Enrolment
from portal.accounts.fresh import is_helped
from portal.accounts.helping import GIVEN
from portal.accounts.queries import SignedIn
from portal.core.errors import BadInput
from portal.letters import forms, queries, services
from portal.web import configured, logs
from portal.web.contacts import contacts
from portal.web.forms import refuse
from portal.web.guard import for_oneself, public
from portal.web.page import go, page

bp = Blueprint("redeeming", __name__)

GUESSES = throttle.Budget("letter", per_account=20, per_device=60, window=timedelta(hours=1))
"""A letter locks itself after ten wrong secrets. This holds back who tries number after number; sixty a device, because
a hall's tablet serves a whole morning of families."""
CODES = throttle.Budget("second code", per_account=10, per_device=30, window=timedelta(hours=1))


@bp.get("/lettre")
@public(because="whoever holds a letter has no account yet; nothing is read, and nothing is used up")
def ask() -> Response:
    return page("letters/redeem.html", form=forms.Letter(formdata=None), contacts=contacts(g.db))


@bp.post("/lettre")
@public(because="the number and the secret of the letter are the right to it")
def redeem() -> Response:
    """The letter serves; for somebody signed in, once they said that its links are theirs."""
    form = forms.Letter()
    if not form.validate():
        return _again(form)
    try:
        _refuse_on_lent_device()
        letter = _shown(form)
    except BadInput as error:
        form.refused(error)
        return _again(form)
    if current_user.is_authenticated and letter.account_id != current_user.account_id:
        return _question(letter, form)
    return _come_in(form)


@bp.post("/lettre/ajouter")
@for_oneself(because="links of a letter that this person holds are added to their own account")
def join(who: SignedIn) -> Response:
    """They said yes. A posted letter also asks for its second code."""
    form = forms.Join()
    if not form.validate():
        return _again(form)
    try:
        letter = _shown(form)
    except BadInput as error:
        form.secret.errors = [f"letter-{error.code}"]
        return _again(form)
    if is_helped(who):
        return _question(letter, form)
    try:
        links = services.join(
            g.db, letter, who.account_id, code=form.code.data or "", secret_key=configured.secret_key()
        )
    except BadInput as error:
        logs.event("letter_not_joined", letter=letter.id, code=error.code)
        form.refused(error)
        return _question(letter, form, status=422)
    for link in links:
        joining.verified(g.db, link)
    logs.event("letter_joined", letter=letter.id, account=who.account_id, links=len(links))
    return go("/")


@bp.route("/ma-connexion/code", methods=["GET", "POST"])
@for_oneself(because="a code read out to this person says that staff know who holds the account")
def confirm(who: SignedIn) -> Response:
    """After it, a passkey opens everything; the next step asks for it."""
    form = forms.Code()
    if request.method != "POST":
        return page("letters/code.html", form=form, contacts=contacts(g.db))
    if form.validate():
        throttle.spend(g.db, CODES, str(who.account_id), device_cookie.here())
        try:
            enrolment.confirm(g.db, who.account_id, form.code.data or "", secret_key=configured.secret_key())
        except BadInput as error:
            logs.event("second_code_refused", account=who.account_id)
            form.refused(error)
        else:
            logs.event("second_code_right", account=who.account_id)
            return go("/entrer/plus-sur")
    return refuse("letters/code.html", form, contacts=contacts(g.db))


def _refuse_on_lent_device() -> None:
    """A letter lets one choose a way in, which stays on the device; and it serves once. Raises ``BadInput``."""
    if GIVEN in session or (current_user.is_authenticated and is_helped(current_user)):
        raise BadInput("secret", "given_over")


def _shown(form: forms.Letter) -> Enrolment:
    """The letter of this number and secret. Raises ``BadInput``, ``TooMany``; each try counts, even when refused."""
    number, device = enrolment.tidy(form.number.data or ""), device_cookie.here()
    throttle.spend(g.db, GUESSES, number, device)
    try:
        letter = enrolment.look(g.db, number, form.secret.data or "", secret_key=configured.secret_key())
    except BadInput:
        logs.event("letter_refused")
        raise
    throttle.forgive(g.db, GUESSES, number, device)
    return letter


def _come_in(form: forms.Letter) -> Response:
    letter = enrolment.redeem(g.db, form.number.data or "", form.secret.data or "", secret_key=configured.secret_key())
    if letter.replaces:
        enrolling.revoke_all(g.db, letter.account_id)
    logs.event("letter_redeemed", letter=letter.id, account=letter.account_id, replaces=letter.replaces)
    return enrolling.begin(letter.account_id)


def _question(letter: Enrolment, form: forms.Letter, *, status: int = 200) -> Response:
    """Before anything is added: whose links they are, and whether that is meant."""
    mine = not is_helped(current_user) and queries.may_join(g.db, letter.account_id, current_user.account_id)
    return page(
        "letters/join.html",
        status=status,
        form=form if isinstance(form, forms.Join) else forms.Join(),
        names=queries.given_names(g.db, letter.account_id) if mine else [],
        mine=mine,
        posted=not letter.handed and letter.confirmed_at is None,
        contacts=contacts(g.db),
    )


def _again(form: forms.Letter) -> Response:
    return refuse("letters/redeem.html", form, contacts=contacts(g.db))
