"""Coming in with a passkey; proving it again; coming in more surely."""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from flask_login import current_user

from portal.access.words import Strength
from portal.accounts import device_cookie, entrance, passkeys, queries
from portal.accounts.fresh import is_alone_as_a_minor
from portal.accounts.models import Method, Passkey
from portal.accounts.queries import SignedIn
from portal.accounts.strengths import strength_of
from portal.accounts.views import sign_in
from portal.core import scope
from portal.core.errors import BadInput
from portal.core.models import Account
from portal.web import configured, logs, nexts
from portal.web.contacts import contacts
from portal.web.guard import for_oneself, public
from portal.web.page import go, page

bp = Blueprint("passkeys", __name__)


@bp.post("/entrer/cle")
@public(because="one must be able to come in")
def enter() -> Response:
    """What a device answered. Whatever is wrong with it is said in the same words, and opens nothing."""
    suite = nexts.safe(request.form.get("suite"))
    try:
        one = passkeys.who_answers(g.db, entrance.site(), device_cookie.here(), request.form.get("answer", ""))
        if entrance.is_another(one.account_id):
            raise BadInput("passkey", "another")
    except BadInput as error:
        g.db.rollback()
        logs.event("sign_in_refused", way=Method.PASSKEY, code=error.code)
        return entrance.shown(suite, refused=error.code, status=422)
    sign_in(one.account_id, strength(one), method=Method.PASSKEY)
    return go(suite)


def strength(one: Passkey) -> Strength:
    """What this passkey opens for whoever holds it."""
    with scope.within(g.db, scope.account(one.account_id)):
        account = g.db.get(Account, one.account_id)
    checked = account is not None and account.identity_checked_at is not None
    minor = queries.is_minor(g.db, one.account_id)
    return strength_of(Method.PASSKEY, checked=checked and one.vouched, minor=minor)


@bp.get("/entrer/encore")
@for_oneself(because="before a way in changes, its owner proves who they are once more")
def again(_who: SignedIn) -> Response:
    return entrance.shown(nexts.safe(request.args.get("suite")))


@bp.get("/entrer/plus-sur")
@for_oneself(because="how to come in more surely, whatever it was that asked for it")
def surer(who: SignedIn) -> Response:
    """The same page whether or not what they wanted exists: it speaks of their own ways in only."""
    suite = nexts.safe(request.args.get("suite"))
    if who.strength is Strength.SUBSTANTIAL:
        return go(suite)
    return page(
        "accounts/surer.html",
        ways=entrance.own_ways(),
        accompanied=who.strength is Strength.ACCOMPANIED,
        alone=is_alone_as_a_minor(who),
        suite=suite,
        refused="",
        question=passkeys.asking(entrance.site(), device_cookie.here()),
        demo=configured.settings().demo,
        contacts=contacts(g.db),
        name=current_user.display_name,
    )
