"""Coming in with a passphrase, then a code. No script is needed here."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, g, request, session
from flask_login import current_user

from portal.accounts import codes, device_cookie, entrance, passphrases, queries, throttle
from portal.accounts.forms import CodeForm, PhraseForm, blame, text
from portal.accounts.models import Method, SecondStep
from portal.accounts.strengths import may_have, strength_of
from portal.accounts.throttle import Budget
from portal.accounts.views import sign_in
from portal.core import scope
from portal.web import configured, logs, nexts
from portal.web.forms import refuse
from portal.web.guard import public
from portal.web.page import go, page

bp = Blueprint("passphrases", __name__)

PHRASES = Budget("passphrase", per_account=10, per_device=10, window=timedelta(hours=1))
CODES = Budget("code", per_account=20, per_device=20, window=timedelta(days=1))
STEP = "step"
"""Where the session keeps what proves that the passphrase was right."""
NOBODY = UUID(int=0)


@bp.post("/entrer/phrase")
@public(because="one must be able to come in")
def enter() -> Response:
    """A name and a passphrase; of whoever is inside and proves it again, the passphrase alone.

    Unknown names cost the same work, and are answered in the same words.
    """
    form, suite = PhraseForm(), nexts.safe(request.form.get("suite"))
    if not form.validate():
        return entrance.shown(suite, form=form, status=422)
    who = text(form, "who")
    again = current_user.is_authenticated and not who
    found = passphrases.of(g.db, current_user.account_id) if again else passphrases.named(g.db, who)
    account_id = found[0] if found else NOBODY
    known = queries.knows(g.db, account_id, device_cookie.key())
    tried = (PHRASES, str(account_id) if found else who.strip().lower(), device_cookie.here())
    throttle.spend(g.db, *tried, known=known)
    g.db.rollback()  # nobody waits for the database while this is worked out
    right = passphrases.is_right(text(form, "phrase"), found[1] if found else None, known=known)
    better = passphrases.anew(text(form, "phrase"), found[1]) if found and right else None
    token = codes.begin(g.db, account_id) if right and _may(account_id) else None
    if token is None:
        logs.event("sign_in_refused", way=Method.PASSPHRASE, code="wrong" if not right else "not_open")
        blame(form, "phrase", "wrong" if not right else "not_open")
        return entrance.shown(suite, form=form, status=422)
    throttle.forgive(g.db, *tried, known=known)
    if found and better:
        passphrases.renew(g.db, account_id, found[1], better)
    session[STEP] = token
    return go(f"/entrer/code?{urlencode({'suite': suite})}")


def _may(account_id: UUID) -> bool:
    """Whether the way in is open to them: somebody else's, while one is signed in here, is not."""
    if entrance.is_another(account_id):
        return False
    with scope.within(g.db, scope.account(account_id)):
        staff = queries.is_staff(g.db, account_id)
    return may_have(Method.PASSPHRASE, staff=staff, staff_passphrase=configured.settings().staff_passphrase)


@bp.get("/entrer/code")
@public(because="one must be able to come in")
def ask() -> Response:
    """The box for the code; without a passphrase that was right a moment ago, the entrance again."""
    suite = nexts.safe(request.args.get("suite"))
    step = codes.waiting(g.db, session.get(STEP, ""))
    if step is None:
        return go(_entrance(suite))
    return page("accounts/code.html", form=CodeForm(), by_app=step.by_app, suite=suite)


@bp.post("/entrer/code")
@public(because="one must be able to come in")
def check() -> Response:
    """The code. Wrong too often, or too late: from the beginning."""
    form, suite = CodeForm(), nexts.safe(request.form.get("suite"))
    step = codes.waiting(g.db, session.get(STEP, ""))
    if step is None:
        session.pop(STEP, None)
        logs.event("sign_in_refused", way=Method.PASSPHRASE, code="code_over")
        return page("accounts/code_over.html", status=422, suite=suite)
    if not form.validate():
        return refuse("accounts/code.html", form, by_app=step.by_app, suite=suite)
    known = queries.knows(g.db, step.account_id, device_cookie.key())
    throttle.spend(g.db, CODES, str(step.account_id), device_cookie.here(), known=known)
    return _answered(form, step, suite)


def _answered(form: CodeForm, step: SecondStep, suite: str) -> Response:
    counted = codes.count(g.db, step.id)
    g.db.commit()
    account_id = step.account_id
    if not (counted and codes.take(g.db, step, text(form, "code"), configured.secret_key())):
        logs.event("sign_in_refused", account=account_id, way=Method.PASSPHRASE, code="code_wrong")
        blame(form, "code", "code_wrong")
        return refuse("accounts/code.html", form, by_app=step.by_app, suite=suite)
    if entrance.is_another(account_id):
        return go(_entrance(suite))
    sign_in(account_id, strength_of(Method.PASSPHRASE), method=Method.PASSPHRASE)
    return go(suite)


def _entrance(suite: str) -> str:
    inside = "/encore" if current_user.is_authenticated else ""
    return f"/entrer{inside}?{urlencode({'suite': suite})}"
